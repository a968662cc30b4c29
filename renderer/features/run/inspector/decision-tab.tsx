import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI } from '../../../../core/base/units.ts';
import type { Considered, Rejection } from '../../../../core/journal/pick.ts';
import type { Route } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { Notice } from '../../../widgets/notice.tsx';
import './decision-tab.css';

/** Why a call went where it went, decision by decision. */
export function DecisionTab({ routes }: { readonly routes: readonly Route[] }) {
  const { t } = useTranslation();
  if (routes.length === 0) return <Notice title={t('decision.none')} />;
  return (
    <div className="inspector-tab" tabIndex={0}>
      {routes.map((route) => (
        <Decision key={route.attempt} route={route} />
      ))}
    </div>
  );
}

function Decision({ route: { attempt, target, pick, after } }: { readonly route: Route }) {
  const { t } = useTranslation();
  const format = useFormat();
  const terms = [...new Set(pick.considered.flatMap((considered) => Object.keys(considered.terms)))];
  const inputs = Object.entries(pick.inputs);
  return (
    <section className="decision">
      <h3>{t('run.attempt', { attempt })}</h3>
      {after && (
        <p className="decision-after">
          {t('decision.after')} <strong className="stop mono">{after.code}</strong> {after.message}
        </p>
      )}
      <p>
        {pick.chosen === undefined ? (
          <span className="stop">{t('decision.nobody')}</span>
        ) : (
          <strong>{pick.chosen}</strong>
        )}{' '}
        <span className="dim">
          {[
            `${t(`decision.target.${target.kind}`)} ${target.name}`,
            pick.pool && pick.pool !== target.name && `${t('decision.target.pool')} ${pick.pool}`,
            pick.strategy,
            `p = ${format.share(pick.probability)}`,
            ...inputs.map(([name, value]) => `${name} ${format.term(value)}`),
          ]
            .filter(Boolean)
            .join(' · ')}
        </span>
      </p>
      <div className="decision-scroll" tabIndex={0}>
        <table className="decision-table">
          <thead>
            <tr>
              <th scope="col">{t('table.instance')}</th>
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
    </section>
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

  function reasonText(rejection: Rejection): string {
    switch (rejection.reason) {
      case 'already-tried':
      case 'maintenance':
      case 'isolated':
        return t(`decision.reasons.${rejection.reason}`);
      case 'at-capacity': {
        const { outstanding, capacity } = rejection;
        return t('decision.reasons.at-capacity', { outstanding, capacity });
      }
      case 'breaker-open': {
        if (rejection.retryInMs === undefined) return t('decision.reasons.breaker-probing');
        const time = format.duration(rejection.retryInMs * NANOS_PER_MILLI);
        return t('decision.reasons.breaker-open', { time });
      }
      case 'rate-limited': {
        const time =
          rejection.retryInMs === undefined ? '' : format.duration(rejection.retryInMs * NANOS_PER_MILLI);
        return t(`decision.reasons.rate-limited.${rejection.limit}`, { time });
      }
      case 'context-too-small': {
        const [needed, limit] = [format.tokens(rejection.needed), format.tokens(rejection.limit)];
        return t('decision.reasons.context-too-small', { needed, limit });
      }
      case 'lacks-capability':
        return t('decision.reasons.lacks-capability', { missing: rejection.missing.join(', ') });
      case 'denied':
        return t('decision.reasons.denied', { policy: rejection.policy });
      case 'unhealthy':
        return t('decision.reasons.unhealthy', { failures: rejection.failures });
      case 'ejected': {
        const time = format.duration(rejection.retryInMs * NANOS_PER_MILLI);
        return t(`decision.reasons.ejected.${rejection.because}`, { time });
      }
      case 'resources-short': {
        const { resource, needed, free } = rejection;
        return t('decision.reasons.resources-short', { resource, needed, free });
      }
      case 'resources-impossible': {
        const { resource, needed, capacity } = rejection;
        if (capacity === undefined) return t('decision.reasons.resources-undeclared', { resource, needed });
        return t('decision.reasons.resources-impossible', { resource, needed, capacity });
      }
      case 'fallen': {
        const time = format.duration(rejection.retryInMs * NANOS_PER_MILLI);
        return t('decision.reasons.fallen', { time });
      }
    }
  }
}
