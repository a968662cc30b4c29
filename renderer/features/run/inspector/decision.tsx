import { useTranslation } from 'react-i18next';
import type { Nanos } from '../../../../core/base/units.ts';
import type { Considered } from '../../../../core/journal/pick.ts';
import type { Route } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import '../../../widgets/chip.css';
import { useReasonText } from './use-reason-text.ts';

interface DecisionProps {
  readonly route: Route;
  /** Since the call began. */
  readonly after: Nanos;
  /** Whether to say which failure made it necessary. */
  readonly afterFailure: boolean;
}

/** One decision: who was asked, who could not take the call and why, who was chosen and by which figures. */
export function Decision({ route, after, afterFailure }: DecisionProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { attempt, target, tier, hedge, pick } = route;
  // Closed as a whole: no strategy was asked, and the one candidate is the tier or the pool itself.
  const closed = pick.strategy === 'guard';
  const terms = [...new Set(pick.considered.flatMap((considered) => Object.keys(considered.terms)))];
  const facts = [
    `${t(`decision.target.${target.kind}`)} ${target.name}`,
    tier !== undefined && `${t('decision.tier')} ${tier}`,
    pick.pool && pick.pool !== target.name && !closed && `${t('decision.target.pool')} ${pick.pool}`,
    !closed && pick.strategy,
    pick.chosen !== undefined && `p = ${format.share(pick.probability)}`,
    ...Object.entries(pick.inputs).map(([name, value]) => `${name} ${format.term(value)}`),
  ];
  return (
    <li className="step">
      <h3 className="step-head">
        <span>
          {pick.chosen === undefined ? t('decision.noPlace') : t('run.attempt', { attempt })}
          {hedge && <span className="chip">{t('run.hedge')}</span>}
        </span>
        <span>+{format.duration(after)}</span>
      </h3>
      {afterFailure && route.after && (
        <p className="decision-after">
          {t('decision.after')} <strong className="stop mono">{route.after.code}</strong>{' '}
          {route.after.message}
        </p>
      )}
      <p>
        {pick.chosen !== undefined && <strong>{pick.chosen} </strong>}
        <span className="dim">{facts.filter(Boolean).join(' · ')}</span>
      </p>
      {pick.considered.length > 0 && (
        <div className="decision-scroll" tabIndex={0}>
          <table className="decision-table">
            <thead>
              <tr>
                <th scope="col">{closed ? t('decision.closed') : t('table.instance')}</th>
                {terms.map((term) => (
                  <th key={term} scope="col" className="end">
                    {term}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {pick.considered.map((considered) => (
                <Candidate
                  key={considered.instance}
                  considered={considered}
                  chosen={considered.instance === pick.chosen}
                  terms={terms}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </li>
  );
}

interface CandidateProps {
  readonly considered: Considered;
  readonly chosen: boolean;
  readonly terms: readonly string[];
}

function Candidate({ considered: { instance, rejected, terms: values }, chosen, terms }: CandidateProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const reasonText = useReasonText();
  const state = chosen ? 'chosen' : rejected ? 'rejected' : 'eligible';
  const sign = { chosen: '●', rejected: '×', eligible: '○' }[state];
  return (
    <tr className={`candidate-${state}`}>
      <th scope="row">
        <span aria-hidden>{sign} </span>
        {instance}
        <span className="sr-only"> {t(`decision.${state}`)}</span>
      </th>
      {rejected ? (
        <td colSpan={Math.max(1, terms.length)} className="candidate-reason">
          {reasonText(rejected)}
        </td>
      ) : (
        terms.map((term) => {
          const value = values[term];
          return (
            <td key={term} className="end mono">
              {value === undefined ? '' : format.term(value)}
            </td>
          );
        })
      )}
    </tr>
  );
}
