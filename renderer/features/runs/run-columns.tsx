import { Pin } from 'lucide-react';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { RunSummary } from '../../../core/api/contract.ts';
import { useNow } from '../../app/use-now.ts';
import { useFormat } from '../../format/use-format.ts';
import type { Column } from '../../widgets/data-grid.tsx';
import { Status } from '../../widgets/status.tsx';
import { elapsed } from '../run/run-figures.ts';
import { CostSum, RetrySum, TokenSum } from '../run/run-sums.tsx';
import { RunSource } from './run-source.tsx';

export function useRunColumns(): readonly Column<RunSummary>[] {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(1000);
  return useMemo(
    () => [
      {
        id: 'status',
        title: t('runs.status'),
        track: '112px',
        cell: (run) => <Status status={run.status} />,
      },
      {
        id: 'name',
        title: t('runs.name'),
        track: 'minmax(120px, 1fr)',
        cell: (run) => (
          <>
            {run.pinned && (
              <span className="run-pin" title={t('runs.pinned')}>
                <Pin size={12} aria-hidden />
                <span className="sr-only">{t('runs.pinned')}</span>
              </span>
            )}
            <span className="run-name" title={run.command?.join(' ') ?? run.name}>
              {run.name}
            </span>{' '}
            <RunSource run={run} />
          </>
        ),
      },
      {
        id: 'start',
        title: t('runs.start'),
        track: '104px',
        from: 560,
        cell: (run) => (
          <time dateTime={new Date(run.startedAt).toISOString()} title={format.moment(run.startedAt)}>
            {format.ago(run.startedAt, now)}
          </time>
        ),
      },
      {
        id: 'duration',
        title: t('runs.duration'),
        track: '80px',
        align: 'end',
        from: 640,
        cell: (run) => format.duration(elapsed(run, now)),
      },
      {
        id: 'calls',
        title: t('runs.calls'),
        track: '56px',
        align: 'end',
        cell: (run) => format.count(run.calls),
      },
      {
        id: 'tokens',
        title: t('runs.tokens'),
        track: '144px',
        align: 'end',
        from: 920,
        cell: (run) => <TokenSum run={run} />,
      },
      {
        id: 'cost',
        title: t('runs.cost'),
        track: '104px',
        align: 'end',
        from: 760,
        cell: (run) => <CostSum run={run} />,
      },
      {
        id: 'errors',
        title: t('runs.errors'),
        track: '56px',
        align: 'end',
        cell: (run) => <span className={run.errors > 0 ? 'stop' : 'dim'}>{format.count(run.errors)}</span>,
      },
      {
        id: 'retries',
        title: t('runs.retries'),
        track: '112px',
        align: 'end',
        from: 1048,
        cell: (run) => <RetrySum run={run} />,
      },
    ],
    [t, format, now],
  );
}
