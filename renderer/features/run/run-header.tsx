import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../core/journal/run-state.ts';
import { routeHash } from '../../app/router.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import { useRun } from '../../stores/run-context.tsx';
import type { ShownRun } from '../../stores/shown-run.ts';
import { Status } from '../../widgets/status.tsx';
import { RunSource } from '../runs/run-source.tsx';
import { RunExport } from './export/run-export.tsx';
import { GapSign } from './gap-sign.tsx';
import { elapsed } from './run-figures.ts';
import { CostSum, RetrySum, TokenSum } from './run-sums.tsx';

const TICK_MILLIS = 100;
const FACTS = ['calls', 'tokens', 'cost', 'errors', 'retries'] as const;

export function RunHeader({ view }: { readonly view: ShownRun }) {
  const { run } = view;
  const { t } = useTranslation();
  const format = useFormat();
  const lost = useRun(({ connection }) => connection === 'reconnecting');
  const facts: Readonly<Record<(typeof FACTS)[number], ReactNode>> = {
    calls: format.count(run.calls),
    tokens: <TokenSum run={run} />,
    cost: <CostSum run={run} full />,
    errors: <span className={run.errors > 0 ? 'stop' : undefined}>{format.count(run.errors)}</span>,
    retries: <RetrySum run={run} />,
  };
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
      {run.imported && <RunSource run={run} full />}
      <GapSign view={view} />
      {lost && <span className="dim">{t('run.reconnecting')}</span>}
      <dl className="run-facts">
        {FACTS.map((id) => (
          <div key={id}>
            <dt>{t(`runs.${id}`)}</dt>
            <dd>{facts[id]}</dd>
          </div>
        ))}
        <div>
          <dt>{t('run.elapsed')}</dt>
          <dd>
            <Elapsed run={run} live={view.live && !lost} />
          </dd>
        </div>
      </dl>
      <RunExport run={run} />
      {ending && <p className="run-reason">{ending}</p>}
    </header>
  );
}

function Elapsed({ run, live }: { readonly run: RunSummary; readonly live: boolean }) {
  const format = useFormat();
  const now = useNow(TICK_MILLIS, live);
  return format.duration(elapsed(run, live ? now : undefined));
}
