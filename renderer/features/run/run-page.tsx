import { LoaderCircle, SearchX } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { routeHash, RUN_VIEWS } from '../../app/router.ts';
import { RunProvider, useRun } from '../../stores/run-context.tsx';
import { ordinalIn } from '../../stores/shown-run.ts';
import { Notice } from '../../widgets/notice.tsx';
import { Tabs } from '../../widgets/tabs.tsx';
import { ConversationView } from './conversation/conversation-view.tsx';
import { FlameView } from './flame/flame-view.tsx';
import { FlowView } from './flow/flow-view.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { LogView } from './log/log-view.tsx';
import { RunHeader } from './run-header.tsx';
import { SpanTable } from './table/span-table.tsx';
import { Transport } from './transport/transport.tsx';
import { useRunCommands } from './use-run-commands.ts';
import { showView, useSelection, type RunRoute } from './use-selection.ts';
import { Waterfall } from './waterfall/waterfall.tsx';
import './run-page.css';

export function RunPage({ route }: { readonly route: RunRoute }) {
  return (
    <RunProvider run={route.run}>
      <OpenRunPage route={route} />
    </RunProvider>
  );
}

function OpenRunPage({ route }: { readonly route: RunRoute }) {
  const { t } = useTranslation();
  const view = useRun((run) => run.view);
  const problem = useRun((run) => run.problem);
  const [inspecting, setInspecting] = useState(route.span !== undefined);
  const show = useCallback(() => setInspecting(true), []);
  const selection = useSelection(route, show);
  useRunCommands(() => setInspecting((before) => !before));
  if (!view) {
    if (!problem) return <Notice title={t('run.loading')} icon={<LoaderCircle size={24} aria-hidden />} />;
    return (
      <Notice title={t('run.failed')} tone="stop" icon={<SearchX size={24} aria-hidden />}>
        <p>{problem.message}</p>
        <a className="button" href={routeHash({ page: 'runs' })}>
          {t('run.back')}
        </a>
      </Notice>
    );
  }
  const chosen = ordinalIn(view, selection.span);
  return (
    <div
      className="run"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) setInspecting(false);
      }}
    >
      <RunHeader view={view} />
      {problem && (
        <p className="run-problem stop" role="alert">
          {t('run.broken')} {problem.message}
        </p>
      )}
      <Transport />
      <div className="run-content">
        <Tabs
          label={t('run.viewsLabel')}
          className="run-views"
          tabs={RUN_VIEWS.map((id) => ({ id, title: t(`run.views.${id}`) }))}
          selected={route.view}
          onSelect={showView}
        >
          {route.view === 'flow' && <FlowView view={view} selection={selection} />}
          {route.view === 'waterfall' && <Waterfall view={view} selection={selection} />}
          {route.view === 'flame' && <FlameView view={view} selection={selection} />}
          {route.view === 'conversation' && <ConversationView view={view} selection={selection} />}
          {route.view === 'log' && <LogView view={view} />}
          {route.view === 'table' && <SpanTable view={view} selection={selection} />}
        </Tabs>
        {inspecting && chosen >= 0 && (
          <Inspector
            view={view}
            ordinal={chosen}
            selection={selection}
            onClose={() => setInspecting(false)}
          />
        )}
      </div>
    </div>
  );
}
