import { CircleSlash } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo, PoolInfo } from '../../../core/api/contract.ts';
import '../../widgets/chip.css';
import { absenceOf, type Absence } from './absence.ts';
import { GuardCells, guardColumns, GuardHeads } from './guard-columns.tsx';
import { Section } from './section.tsx';

interface PoolsSectionProps {
  readonly pools: readonly PoolInfo[];
  readonly instances: readonly InstanceInfo[];
}

/** The pools, who is in them, and who of them is away. */
export function PoolsSection({ pools, instances }: PoolsSectionProps) {
  const { t } = useTranslation();
  if (pools.length === 0) return null;
  const columns = guardColumns(pools.map(({ guard }) => guard));
  const several = new Set(pools.map(({ category }) => category)).size > 1;
  return (
    <Section title={t('services.pools')}>
      <table className="services-table">
        <thead>
          <tr>
            <th scope="col" className="lead">
              {t('services.pool')}
            </th>
            {several && <th scope="col">{t('services.category')}</th>}
            <th scope="col">{t('services.strategy')}</th>
            <GuardHeads columns={columns} />
            <th scope="col">{t('services.members')}</th>
          </tr>
        </thead>
        <tbody>
          {pools.map(({ name, category, strategy, guard, instances: members }) => (
            <tr key={name}>
              <th scope="row" className="lead">
                {name}
              </th>
              {several && <td>{t(`categories.${category}`)}</td>}
              <td>{strategy}</td>
              <GuardCells columns={columns} guard={guard} />
              <td className="wrap">
                <span className="chips">
                  {members.map((member) => (
                    <Member
                      key={member}
                      name={member}
                      instance={instances.find((instance) => instance.name === member)}
                    />
                  ))}
                </span>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Section>
  );
}

/** What a person or the service itself asked for is no failure. */
const TONES = {
  maintenance: 'caution',
  cooling: 'caution',
  isolated: 'stop',
  unhealthy: 'stop',
  ejected: 'stop',
  open: 'stop',
} as const satisfies Record<Absence, string>;

interface MemberProps {
  readonly name: string;
  readonly instance: InstanceInfo | undefined;
}

function Member({ name, instance }: MemberProps) {
  const { t } = useTranslation();
  const absence = instance && absenceOf(instance);
  if (!absence) return <span className="chip">{name}</span>;
  const why = t(`services.absences.${absence}`);
  return (
    <span className={`chip member-away ${TONES[absence]}`} title={why}>
      <CircleSlash size={12} aria-hidden /> {name}
      <span className="sr-only">, {why}</span>
    </span>
  );
}
