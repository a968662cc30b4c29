import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunState, RunSummary } from '../../../core/journal/run-state.ts';
import { routeHash } from '../../app/router.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import { useRun } from '../../stores/run-context.tsx';
import { Status } from '../../widgets/status.tsx';
import { elapsed, gapsOf } from './run-figures.ts';

const TICK_MILLIS = 100;

export function RunHeader({ state: { run, spans } }: { readonly state: RunState }) {
  const { t } = useTranslation();
  const format = useFormat();
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const { estimated, uncounted, unpriced } = useMemo(() => gapsOf(run, spans), [run, spans]);
  const tokens = format.estimate(format.tokens(run.inputTokens + run.outputTokens), estimated);
  const more = uncounted > 0 ? ` ${t('runs.uncounted', { count: uncounted })}` : '';
  const facts = [
    ['calls', format.count(run.calls)],
    ['tokens', tokens + more],
    ['cost', format.costSum(run.cost, unpriced, estimated) ?? '—'],
    ['errors', format.count(run.errors)],
    ['retries', format.count(run.retries)],
  ] as const;
  const ending =
    run.reason ?? run.signal ?? (run.exitCode ? t('run.exitCode', { code: run.exitCode }) : undefined);
  return (
    <header className="run-header">
      <h1>
        <a href={routeHash({ page: 'runs' })}>{t('nav.runs')}</a>
        <span className="dim" aria-hidden>
          /
        </span>
        <span className="ellipsis" title={run.command?.join(' ') ?? run.name}>
          {run.name}
        </span>
      </h1>
      <Status status={run.status} />
      {lost && <span className="dim">{t('run.reconnecting')}</span>}
      <dl className="run-facts">
        {facts.map(([id, value]) => (
          <div key={id}>
            <dt>{t(`runs.${id}`)}</dt>
            <dd className={id === 'errors' && run.errors > 0 ? 'stop' : undefined}>{value}</dd>
          </div>
        ))}
        <div>
          <dt>{t('run.elapsed')}</dt>
          <dd>
            <Elapsed run={run} lost={lost} />
          </dd>
        </div>
      </dl>
      {ending && <p className="run-reason">{ending}</p>}
    </header>
  );
}

function Elapsed({ run, lost }: { readonly run: RunSummary; readonly lost: boolean }) {
  const format = useFormat();
  const now = useNow(TICK_MILLIS, run.status === 'running' && !lost);
  return format.duration(elapsed(run, lost ? undefined : now));
}
