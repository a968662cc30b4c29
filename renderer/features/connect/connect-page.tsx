import { Play } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useApp } from '../../stores/app-store.ts';
import { RunProvider } from '../../stores/run-context.tsx';
import '../../widgets/button.css';
import { ConnectCards } from './connect-cards.tsx';
import { EmptyChecklist, LiveChecklist } from './live-checklist.tsx';
import { Mistakes } from './mistakes.tsx';
import { useOpenSample } from './use-open-sample.ts';
import './connect-page.css';

/** The first page of a first launch: where the host listens, and two ways to see a run. */
export function ConnectPage() {
  const { t } = useTranslation();
  const open = useOpenSample();
  const { busy, problem } = useApp((app) => app.sample);
  const host = useApp((app) => app.host);
  const newest = useApp((app) => app.runs?.find((run) => run.source !== 'sample' && run.calls > 0)?.id);
  return (
    <div className="page connect">
      <div className="connect-body">
        <h1>{t('connect.title')}</h1>
        <p className="dim">{t('connect.lead')}</p>
        <dl className="connect-facts">
          <div>
            <dt>{t('connect.listens')}</dt>
            <dd>
              <code>{host?.dataPlane ?? '…'}</code>
            </dd>
          </div>
          <div>
            <dt>{t('connect.data')}</dt>
            <dd>
              <code>{host?.dataDir ?? '…'}</code>
            </dd>
          </div>
        </dl>
        <section className="door door-sample" aria-labelledby="door-sample">
          <div>
            <h2 id="door-sample">{t('connect.sample.title')}</h2>
            <p className="dim">{t('connect.sample.text')}</p>
          </div>
          <button type="button" className="button button-primary" disabled={busy} onClick={() => void open()}>
            <Play size={14} aria-hidden />
            {busy ? t('connect.sample.opening') : t('connect.sample.open')}
          </button>
          {problem && (
            <p className="door-problem stop" role="alert">
              {t('connect.sample.failed')} {problem}
            </p>
          )}
        </section>
        <section className="door" aria-labelledby="door-agent">
          <h2 id="door-agent">{t('connect.agent.title')}</h2>
          <p className="dim">{t('connect.agent.text')}</p>
          <div className="connect-agent">
            {host && <ConnectCards dataPlane={host.dataPlane} clientToken={host.clientToken} />}
            <aside className="connect-live" aria-label={t('connect.live.title')}>
              {newest ? (
                <RunProvider key={newest} run={newest}>
                  <LiveChecklist run={newest} />
                </RunProvider>
              ) : (
                <EmptyChecklist />
              )}
              <Mistakes />
            </aside>
          </div>
        </section>
      </div>
    </div>
  );
}
