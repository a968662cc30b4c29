import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI, type Millis } from '../../../core/base/units.ts';
import type { StatisticsRow } from '../../../core/query/statistics.ts';
import { useFormat } from '../../format/use-format.ts';
import type { Column } from '../../widgets/data-grid.tsx';
import type { GroupBy } from './use-performance.ts';

const MINUTE_MS = 60_000;

export function useGroupColumns(by: GroupBy, lengthMs: Millis): readonly Column<StatisticsRow>[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const latency = (id: 'p50' | 'p95' | 'p99', from: number): Column<StatisticsRow> => ({
      id,
      title: id,
      track: '80px',
      align: 'end',
      from,
      cell: (row) => (row.latency ? format.duration(row.latency[id] * NANOS_PER_MILLI) : '–'),
    });
    return [
      {
        id: 'group',
        title: t(`performance.groupings.${by}`),
        track: 'minmax(120px, 1fr)',
        cell: ({ group }) => group || <span className="dim">{t('performance.unnamed')}</span>,
      },
      {
        id: 'count',
        title: t('runs.calls'),
        track: '72px',
        align: 'end',
        cell: ({ count }) => format.count(count),
      },
      {
        id: 'rate',
        title: t('performance.perMinute'),
        track: '96px',
        align: 'end',
        from: 840,
        cell: ({ count }) => format.term((count * MINUTE_MS) / lengthMs),
      },
      latency('p50', 560),
      latency('p95', 0),
      latency('p99', 680),
      {
        id: 'errors',
        title: t('performance.errorRate'),
        track: '80px',
        align: 'end',
        cell: ({ errorRate }) => (
          <span className={errorRate ? 'stop' : 'dim'}>
            {errorRate === undefined ? '–' : format.share(errorRate)}
          </span>
        ),
      },
      {
        id: 'tokens',
        title: t('runs.tokens'),
        track: '88px',
        align: 'end',
        from: 760,
        cell: ({ inputTokens, outputTokens }) => format.tokens(inputTokens + outputTokens),
      },
      {
        id: 'cost',
        title: t('runs.cost'),
        track: '96px',
        align: 'end',
        from: 640,
        cell: ({ cost, unknownCosts }) => format.costSum(cost, unknownCosts) ?? t('runs.unknownCost'),
      },
    ];
  }, [t, format, by, lengthMs]);
}
