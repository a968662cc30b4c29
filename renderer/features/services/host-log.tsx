import { useTranslation } from 'react-i18next';
import { routeHash } from '../../app/router.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import { RunProvider, useRun } from '../../stores/run-context.tsx';
import type { ShownRun } from '../../stores/shown-run.ts';
import { useLog } from '../run/log/use-log.ts';
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
  const view = useRun((run) => run.view);
  const problem = useRun((run) => run.problem);
  if (problem) return <p className="host-log-note stop">{problem.message}</p>;
  return view ? <NewestLines view={view} /> : <p className="host-log-note dim">{t('services.log.empty')}</p>;
}

function NewestLines({ view }: { readonly view: ShownRun }) {
  const { t } = useTranslation();
  const log = useLog(view, { follows: true, where: "stream == 'scheduler'" });
  const lines = log.lines.slice(-SHOWN).toReversed();
  const format = useFormat();
  const now = useNow(1000);
  if (log.problem) return <p className="host-log-note stop">{log.problem}</p>;
  if (lines.length === 0) return <p className="host-log-note dim">{t('services.log.empty')}</p>;
  return (
    <ol className="host-log">
      {lines.map(({ seq, time, text }) => (
        <li key={seq}>
          <time className="dim" dateTime={new Date(time).toISOString()} title={format.moment(time)}>
            {format.ago(time, now)}
          </time>
          <span>{text}</span>
        </li>
      ))}
    </ol>
  );
}
