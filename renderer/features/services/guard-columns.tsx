import { useTranslation } from 'react-i18next';
import type { GuardView } from '../../../core/routing/guard.ts';
import { BreakerSign } from './breaker-sign.tsx';
import { InFlight, Rates } from './guard-figures.tsx';

type GuardColumn = 'outstanding' | 'breaker' | 'rates';

const STYLES = { outstanding: 'end', breaker: 'state', rates: undefined } as const;

/** The columns in which at least one of these guards has something to show. */
export function guardColumns(guards: readonly (GuardView | undefined)[]): readonly GuardColumn[] {
  const columns: GuardColumn[] = [];
  if (guards.some((guard) => guard)) columns.push('outstanding');
  if (guards.some((guard) => guard?.breaker)) columns.push('breaker');
  if (guards.some((guard) => guard?.rates)) columns.push('rates');
  return columns;
}

export function GuardHeads({ columns }: { readonly columns: readonly GuardColumn[] }) {
  const { t } = useTranslation();
  return columns.map((column) => (
    <th key={column} scope="col" className={STYLES[column]}>
      {t(`services.${column}`)}
    </th>
  ));
}

interface GuardCellsProps {
  readonly columns: readonly GuardColumn[];
  /** Nothing where nothing limits it. */
  readonly guard: GuardView | undefined;
}

export function GuardCells({ columns, guard }: GuardCellsProps) {
  return columns.map((column) => (
    <td key={column} className={STYLES[column]}>
      {guard ? <GuardCell column={column} guard={guard} /> : <span className="dim">—</span>}
    </td>
  ));
}

function GuardCell({ column, guard }: { readonly column: GuardColumn; readonly guard: GuardView }) {
  switch (column) {
    case 'outstanding':
      return <InFlight guard={guard} />;
    case 'breaker':
      return <BreakerSign guard={guard} />;
    case 'rates':
      return <Rates guard={guard} />;
  }
}
