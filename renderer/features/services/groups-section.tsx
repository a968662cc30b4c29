import { CircleCheck, CircleDashed, History } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import type { GroupInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { Sign } from '../../widgets/sign.tsx';
import { GuardCells, guardColumns, GuardHeads } from './guard-columns.tsx';
import { Section } from './section.tsx';

/** The task groups with their tiers, in the order in which calls fall through them. */
export function GroupsSection({ groups }: { readonly groups: readonly GroupInfo[] }) {
  const { t } = useTranslation();
  if (groups.length === 0) return null;
  const columns = guardColumns(groups.flatMap(({ tiers }) => tiers.map(({ guard }) => guard)));
  return (
    <Section title={t('services.groups')}>
      <table className="services-table">
        <thead>
          <tr>
            <th scope="col" className="lead">
              {t('services.group')}
            </th>
            <th scope="col">{t('services.tier')}</th>
            <th scope="col">{t('services.standing')}</th>
            <GuardHeads columns={columns} />
            <th scope="col">{t('services.pools')}</th>
          </tr>
        </thead>
        {groups.map(({ name, tiers }) => (
          <tbody key={name}>
            {tiers.map((tier, index) => (
              <tr key={tier.name}>
                {index === 0 && (
                  <th scope="rowgroup" rowSpan={tiers.length} className="lead">
                    {name}
                  </th>
                )}
                <th scope="row">
                  <span className="dim">{index + 1}</span> {tier.name}
                </th>
                <td className="standing">
                  <Standing tier={tier} />
                </td>
                <GuardCells columns={columns} guard={tier.guard} />
                <td className="wrap">{tier.pools.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        ))}
      </table>
    </Section>
  );
}

function Standing({ tier: { standing, triedInMs = 0 } }: { readonly tier: GroupInfo['tiers'][number] }) {
  const { t } = useTranslation();
  const format = useFormat();
  if (standing === 'in-use') {
    return (
      <Sign Icon={CircleCheck} tone="go">
        {t('services.standings.in-use')}
      </Sign>
    );
  }
  if (triedInMs === 0) {
    return (
      <Sign Icon={CircleDashed} tone="caution">
        {t('services.standings.on-trial')}
      </Sign>
    );
  }
  return (
    <Sign Icon={History} tone="caution">
      {t('services.standings.fallen')}{' '}
      <span className="dim">{t('services.triedIn', { time: format.countdown(triedInMs) })}</span>
    </Sign>
  );
}
