import { LoaderCircle, SearchX } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { routeHash } from '../../app/router.ts';
import { RunProvider, useRun } from '../../stores/run-context.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { Tabs } from '../../widgets/tabs.tsx';
import { FlameOfState } from './flame/flame-of-state.tsx';
import { Inspector } from './inspector/inspector.tsx';
import { LogView } from './log/log-view.tsx';
import { RunHeader } from './run-header.tsx';
import { SpanTable } from './table/span-table.tsx';
import { useRunCommands } from './use-run-commands.ts';
import { showView, useSelection, type RunRoute } from './use-selection.ts';
import { Waterfall } from './waterfall/waterfall.tsx';
import './run-page.css';

const VIEWS = ['waterfall', 'log', 'table', 'flame'] as const;

export function RunPage({ route }: { readonly route: RunRoute }) {
  return (
    <RunProvider run={route.run}>
      <OpenRunPage route={route} />
    </RunProvider>
  );
}

function OpenRunPage({ route }: { readonly route: RunRoute }) {
  const { t } = useTranslation();
  const state = useRun((run) => run.state);
  const problem = useRun((run) => run.problem);
  const [inspecting, setInspecting] = useState(route.span !== undefined);
  const show = useCallback(() => setInspecting(true), []);
  const selection = useSelection(route, show);
  useRunCommands(() => setInspecting((before) => !before));
  if (!state) {
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
  const span = selection.span === undefined ? undefined : state.spans.get(selection.span);
  return (
    <div
      className="run"
      onKeyDown={(event) => {
        if (event.key === 'Escape' && !event.defaultPrevented) setInspecting(false);
      }}
    >
      <RunHeader state={state} />
      {problem && (
        <p className="run-problem stop" role="alert">
          {t('run.broken')} {problem.message}
        </p>
      )}
      <div className="run-content">
        <Tabs
          label={t('run.viewsLabel')}
          className="run-views"
          tabs={VIEWS.map((id) => ({ id, title: t(`run.views.${id}`) }))}
          selected={route.view}
          onSelect={showView}
        >
          {route.view === 'waterfall' && <Waterfall state={state} selection={selection} />}
          {route.view === 'log' && <LogView logs={state.logs} live={state.run.status === 'running'} />}
          {route.view === 'table' && <SpanTable state={state} selection={selection} />}
          {route.view === 'flame' && <FlameOfState state={state} selection={selection} />}
        </Tabs>
        {inspecting && span && (
          <Inspector state={state} span={span} selection={selection} onClose={() => setInspecting(false)} />
        )}
      </div>
    </div>
  );
}
