import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { request } from '../../../core/api/client.ts';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useApi } from '../../app/api-context.ts';
import { useCommands, type Command } from '../../app/commands.ts';
import { navigate } from '../../app/router.ts';

/** What can be done with the run on which the cursor is. */
export function useRunCommands(run: RunSummary | undefined, onDelete: (run: RunSummary) => void): void {
  const { t } = useTranslation();
  const api = useApi();
  const commands = useMemo((): readonly Command[] => {
    const group = t('nav.runs');
    const filter = {
      id: 'runs-filter',
      group,
      title: t('runs.filter'),
      keys: '/',
      run: () => document.getElementById('filter-runs')?.focus(),
    };
    if (!run) return [filter];
    const setPinned = (pinned: boolean) =>
      request<void>(api, `/api/runs/${run.id}`, { method: 'PATCH', body: { pinned } });
    return [
      filter,
      {
        id: 'run-open',
        group,
        title: t('runs.open'),
        run: () => navigate({ page: 'run', run: run.id, view: 'waterfall' }),
      },
      {
        id: 'run-pin',
        group,
        title: t(run.pinned ? 'runs.unpin' : 'runs.pin'),
        keys: 'p',
        // The feed says what became of it.
        run: () => void setPinned(!run.pinned),
      },
      {
        id: 'run-delete',
        group,
        title: t('runs.delete.title'),
        keys: 'Delete',
        run: () => onDelete(run),
      },
    ];
  }, [t, api, run, onDelete]);
  useCommands(commands);
}
