import { FileInput } from 'lucide-react';
import { useCallback, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { amend, navigate } from '../../app/router.ts';
import { useLoadRuns } from '../../app/use-host.ts';
import { FilterBar } from '../../filter/filter-bar.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useApp } from '../../stores/app-store.ts';
import '../../widgets/button.css';
import { DataGrid } from '../../widgets/data-grid.tsx';
import { DeleteRun } from './delete-run.tsx';
import { NoRuns } from './no-runs.tsx';
import './runs-page.css';
import { useRunColumns } from './run-columns.tsx';
import { useFilteredRuns } from './use-filtered-runs.ts';
import { useRunCommands } from './use-run-commands.ts';

const keyOf = (run: RunSummary) => run.id;
const openRun = (run: RunSummary) => navigate({ page: 'run', run: run.id, view: 'waterfall' });
const showAll = (where: string) => amend({ page: 'runs', ...(where !== '' && { where }) });

interface RunsPageProps {
  /** An expression in CEL; empty for all runs. */
  readonly where: string;
  readonly onImport: () => void;
}

export function RunsPage({ where, onImport }: RunsPageProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const api = useApi();
  const loadRuns = useLoadRuns();
  const all = useApp((app) => app.runs);
  const moreOfAll = useApp((app) => app.moreRuns);
  const problem = useApp((app) => app.runsProblem);
  const filtered = useFilteredRuns(where);
  const isFiltered = where !== '';
  // Until the host has answered, what was there stays.
  const runs = isFiltered ? (filtered.rows ?? all) : all;
  const isStale = isFiltered && filtered.isStale;
  const more = isFiltered ? filtered.more : moreOfAll;
  const columns = useRunColumns();
  const [active, setActive] = useState<string>();
  const [deleting, setDeleting] = useState<RunSummary>();
  const oldest = all?.at(-1)?.id;
  const { loadMore } = filtered;
  const onEnd = useCallback(() => {
    if (isFiltered) loadMore();
    else if (moreOfAll && oldest) void loadRuns(oldest);
  }, [isFiltered, loadMore, moreOfAll, oldest, loadRuns]);
  useRunCommands(
    runs?.find((run) => run.id === active),
    setDeleting,
  );
  return (
    <div className="runs">
      <header className="page-head runs-head">
        <h1>{t('nav.runs')}</h1>
        {runs && runs.length > 0 && !isStale && (
          <span className="dim">
            {t('runs.count', {
              count: runs.length,
              formatted: `${format.count(runs.length)}${more ? '+' : ''}`,
            })}
          </span>
        )}
        {((all && all.length > 0) || isFiltered) && (
          <FilterBar
            target="runs"
            where={where}
            onChange={showAll}
            searched="name"
            problem={filtered.problem}
          />
        )}
        <button type="button" className="button runs-import" onClick={onImport}>
          <FileInput size={14} aria-hidden /> {t('importing.open')}
        </button>
      </header>
      {isFiltered && filtered.unevaluated && (
        <p className="runs-note caution">
          {t('runs.unevaluated', {
            count: filtered.unevaluated.rows,
            because: filtered.unevaluated.because ?? '',
          })}
        </p>
      )}
      <div className={isStale ? 'runs-list runs-stale' : 'runs-list'} aria-busy={isStale}>
        {runs && runs.length > 0 ? (
          <DataGrid
            label={t('nav.runs')}
            columns={columns}
            rows={runs}
            keyOf={keyOf}
            active={active}
            onActive={setActive}
            onOpen={openRun}
            onDelete={setDeleting}
            onEnd={onEnd}
          />
        ) : (
          // What is wrong with a filter is said under it.
          !(isFiltered && filtered.problem) && (
            <NoRuns
              isLoaded={runs !== undefined}
              problem={isFiltered ? undefined : problem}
              onRetry={() => void loadRuns()}
              {...(isFiltered && { onShowAll: () => showAll('') })}
            />
          )
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
