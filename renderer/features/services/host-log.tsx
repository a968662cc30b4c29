import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import type { RunState } from '../../../core/journal/run-state.ts';
import { routeHash } from '../../app/router.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import { RunProvider, useRun } from '../../stores/run-context.tsx';
import './host-log.css';
import { Section } from './section.tsx';

/** As many as anyone reads here; all of them are in the log of the host's run. */
const SHOWN = 100;

/** What happened in the host itself, newest first: it has a journal of its own. */
export function HostLog({ run }: { readonly run: string }) {
  const { t } = useTranslation();
  return (
    <Section
      title={t('services.log.title')}
      aside={<a href={routeHash({ page: 'run', run, view: 'log' })}>{t('services.log.all')}</a>}
    >
      <RunProvider key={run} run={run}>
        <Lines />
      </RunProvider>
    </Section>
  );
}

function Lines() {
  const { t } = useTranslation();
  const state = useRun((run) => run.state);
  const problem = useRun((run) => run.problem);
  const lines = useMemo(() => (state ? newestOf(state) : []), [state]);
  const format = useFormat();
  const now = useNow(1000);
  if (problem) return <p className="host-log-note stop">{problem.message}</p>;
  if (lines.length === 0) return <p className="host-log-note dim">{t('services.log.empty')}</p>;
  return (
    <ol className="host-log">
      {lines.map(({ seq, at, text }) => (
        <li key={seq}>
          <time className="dim" dateTime={new Date(at).toISOString()} title={format.moment(at)}>
            {format.ago(at, now)}
          </time>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}

function newestOf({ run, logs }: RunState) {
  return logs
    .filter(({ stream }) => stream === 'scheduler')
    .slice(-SHOWN)
    .toReversed()
    .map(({ seq, at, text }) => ({ seq, text, at: run.startedAt + at / NANOS_PER_MILLI }));
}
