import { FileInput, Inbox, LoaderCircle } from 'lucide-react';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { useCommands } from '../../app/commands.ts';
import { navigate, routeHash } from '../../app/router.ts';
import { useLoadRuns } from '../../app/use-host.ts';
import { useFormat } from '../../format/use-format.ts';
import { useApp } from '../../stores/app-store.ts';
import '../../widgets/button.css';
import { DataGrid, listed } from '../../widgets/data-grid.tsx';
import { Notice } from '../../widgets/notice.tsx';
import { DeleteRun } from './delete-run.tsx';
import './runs-page.css';
import { useRunColumns } from './run-columns.tsx';

const keyOf = (run: RunSummary) => run.id;
const openRun = (run: RunSummary) => navigate({ page: 'run', run: run.id, view: 'waterfall' });

export function RunsPage({ onImport }: { readonly onImport: () => void }) {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const loadRuns = useLoadRuns();
  const runs = useApp((app) => app.runs);
  const problem = useApp((app) => app.runsProblem);
  const more = useApp((app) => app.moreRuns);
  const columns = useRunColumns();
  const [active, setActive] = useState<string>();
  const [deleting, setDeleting] = useState<RunSummary>();
  const oldest = runs?.at(-1)?.id;
  const loadMore = useCallback(() => {
    if (more && oldest) void loadRuns(oldest);
  }, [more, oldest, loadRuns]);
  const rows = useMemo(() => listed(runs ?? [], keyOf), [runs]);
  const activeRun = runs?.find((run) => run.id === active);
  useCommands(
    useMemo(
      () =>
        activeRun
          ? [
              { id: 'run-open', group: t('nav.runs'), title: t('runs.open'), run: () => openRun(activeRun) },
              {
                id: 'run-delete',
                group: t('nav.runs'),
                title: t('runs.delete.title'),
                keys: 'Delete',
                run: () => setDeleting(activeRun),
              },
            ]
          : [],
      [t, activeRun],
    ),
  );
  return (
    <div className="runs">
      <header className="page-head">
        <h1>{t('nav.runs')}</h1>
        {runs && runs.length > 0 && (
          <span className="dim">
            {t('runs.count', {
              count: runs.length,
              formatted: `${format.count(runs.length)}${more ? '+' : ''}`,
            })}
          </span>
        )}
        <button type="button" className="button runs-import" onClick={onImport}>
          <FileInput size={14} aria-hidden /> {t('importing.open')}
        </button>
      </header>
      <div className="runs-list">
        {runs && runs.length > 0 ? (
          <DataGrid
            label={t('nav.runs')}
            columns={columns}
            rows={rows}
            keyOf={keyOf}
            active={active}
            onActive={setActive}
            onOpen={openRun}
            onDelete={setDeleting}
            onEnd={loadMore}
          />
        ) : runs ? (
          <Notice title={t('runs.empty')} icon={<Inbox size={24} aria-hidden />}>
            <p>{t('runs.emptyHint')}</p>
            <a className="button" href={routeHash({ page: 'connect' })}>
              {t('nav.connect')}
            </a>
          </Notice>
        ) : problem ? (
          <Notice title={t('runs.failed')} tone="stop">
            <p>{problem}</p>
            <button type="button" className="button" onClick={() => void loadRuns()}>
              {t('runs.retry')}
            </button>
          </Notice>
        ) : (
          <Notice title={t('runs.loading')} icon={<LoaderCircle size={24} aria-hidden />} />
        )}
      </div>
      {deleting && (
        <DeleteRun
          run={deleting}
          onClose={() => setDeleting(undefined)}
          onDelete={() => request<void>(api, `/api/runs/${deleting.id}`, { method: 'DELETE' })}
        />
      )}
    </div>
  );
}
