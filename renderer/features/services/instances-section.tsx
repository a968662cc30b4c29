import { ChevronRight } from 'lucide-react';
import { Fragment, useId, useMemo, useRef, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo, PoolInfo } from '../../../core/api/contract.ts';
import { CATEGORIES } from '../../../core/journal/task.ts';
import { useWidth } from '../../widgets/use-size.ts';
import type { Change } from './changes.ts';
import { InstanceActions } from './instance-actions.tsx';
import { useInstanceColumns, type InstanceColumn } from './instance-columns.tsx';
import { InstanceDetail } from './instance-detail.tsx';
import { poolsByInstance } from './pools-by-instance.ts';
import { Section } from './section.tsx';

interface InstancesSectionProps {
  readonly instances: readonly InstanceInfo[];
  readonly pools: readonly PoolInfo[];
  readonly aside: ReactNode;
  readonly onChange: (change: Change) => void;
}

/** Every instance with its live figures, by category; each opens to show how it is set up. */
export function InstancesSection({ instances, pools, aside, onChange }: InstancesSectionProps) {
  const { t } = useTranslation();
  const table = useRef<HTMLDivElement>(null);
  const width = useWidth(table);
  const all = useInstanceColumns();
  const wanted = all.filter(({ has }) => !has || instances.some(has));
  const fits = ({ from }: InstanceColumn) => width === 0 || width >= from;
  const [shown, hidden] = [wanted.filter(fits), wanted.filter((column) => !fits(column))];
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const toggle = (name: string) =>
    setOpen((before) => {
      const after = new Set(before);
      if (!after.delete(name)) after.add(name);
      return after;
    });
  const poolsOf = useMemo(() => poolsByInstance(pools), [pools]);
  const categories = CATEGORIES.map((category) => ({
    category,
    members: instances.filter((instance) => instance.category === category),
  })).filter(({ members }) => members.length > 0);
  return (
    <Section title={t('services.instances')} aside={aside}>
      <div ref={table}>
        <table className="services-table">
          <thead>
            <tr>
              <th scope="col" className="lead">
                {t('services.instance')}
              </th>
              {shown.map(({ id, title, style }) => (
                <th key={id} scope="col" className={style}>
                  {title}
                </th>
              ))}
              <th scope="col">
                <span className="sr-only">{t('services.actions')}</span>
              </th>
            </tr>
          </thead>
          {categories.map(({ category, members }) => (
            <tbody key={category}>
              {categories.length > 1 && (
                <tr className="services-category">
                  <th scope="rowgroup" colSpan={shown.length + 2}>
                    {t(`categories.${category}`)}
                  </th>
                </tr>
              )}
              {members.map((instance) => (
                <InstanceRow
                  key={instance.name}
                  instance={instance}
                  pools={poolsOf.get(instance.name) ?? []}
                  shown={shown}
                  hidden={hidden}
                  open={open.has(instance.name)}
                  onToggle={toggle}
                  onChange={onChange}
                />
              ))}
            </tbody>
          ))}
        </table>
      </div>
    </Section>
  );
}

interface InstanceRowProps {
  readonly instance: InstanceInfo;
  readonly pools: readonly string[];
  readonly shown: readonly InstanceColumn[];
  readonly hidden: readonly InstanceColumn[];
  readonly open: boolean;
  readonly onToggle: (name: string) => void;
  readonly onChange: (change: Change) => void;
}

function InstanceRow({ instance, pools, shown, hidden, open, onToggle, onChange }: InstanceRowProps) {
  const { t } = useTranslation();
  const detail = useId();
  const { name, transient } = instance;
  return (
    <Fragment>
      <tr>
        <th scope="row" className="lead">
          <button
            type="button"
            className="disclosure"
            aria-expanded={open}
            aria-controls={open ? detail : undefined}
            onClick={() => onToggle(name)}
          >
            <ChevronRight size={14} aria-hidden /> {name}
          </button>
          {transient && (
            <span className="chip transient" title={t('services.transientHint')}>
              {t('services.transient')}
            </span>
          )}
        </th>
        {shown.map(({ id, style, cell }) => (
          <td key={id} className={style}>
            {cell(instance)}
          </td>
        ))}
        <td>
          <InstanceActions instance={instance} onChange={onChange} />
        </td>
      </tr>
      {open && (
        <tr id={detail} className="instance-opened">
          <td colSpan={shown.length + 2}>
            <InstanceDetail instance={instance} pools={pools} hidden={hidden} />
          </td>
        </tr>
      )}
    </Fragment>
  );
}
