import { useTranslation } from 'react-i18next';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { TimeSeries, type Series } from '../../charts/time-series.tsx';
import { useFormat } from '../../format/use-format.ts';
import { RANGES, valuesIn, type RangeId } from './ranges.ts';
import type { Performance } from './use-performance.ts';
import { useTimeFormat } from './use-time-format.ts';

interface CourseChartsProps {
  readonly performance: Performance;
  readonly range: RangeId;
}

const MINUTE_MS = 60_000;

/** How latency, throughput, errors, tokens and cost went. */
export function CourseCharts({ performance: { buckets, course }, range }: CourseChartsProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const { bucketMs, lengthMs } = RANGES[range];
  const formatTime = useTimeFormat(lengthMs);
  const line = (id: 'p50' | 'p95' | 'p99', token: string, stroke: Series['stroke']): Series => ({
    id,
    title: id,
    token,
    stroke,
    values: valuesIn(buckets, course, ({ latency }) => latency?.[id], undefined),
  });
  const bars = (id: string, title: string, token: string, values: Series['values']): Series[] => [
    { id, title, token, stroke: 'solid', values },
  ];
  const perMinute = MINUTE_MS / bucketMs;
  const shared = { times: buckets, formatTime };
  return (
    <section className="performance-charts" aria-label={t('performance.course')}>
      <TimeSeries
        {...shared}
        title={t('performance.latency')}
        form="line"
        format={(millis) => format.duration(millis * NANOS_PER_MILLI)}
        series={[
          line('p50', 'seg-generating', 'solid'),
          line('p95', 'caution', 'dashed'),
          line('p99', 'stop', 'dotted'),
        ]}
      />
      <TimeSeries
        {...shared}
        title={t('performance.throughput')}
        form="bar"
        format={format.term}
        series={bars(
          'calls',
          t('performance.perMinute'),
          'seg-generating',
          valuesIn(buckets, course, ({ count }) => count * perMinute, 0),
        )}
      />
      <TimeSeries
        {...shared}
        title={t('performance.errors')}
        form="bar"
        least={0.05}
        format={format.share}
        series={bars(
          'errors',
          t('performance.errorRate'),
          'stop',
          valuesIn(buckets, course, ({ errorRate }) => errorRate, undefined),
        )}
      />
      <TimeSeries
        {...shared}
        title={t('performance.tokens')}
        form="bar"
        format={format.tokens}
        series={bars(
          'tokens',
          t('performance.perMinute'),
          'seg-reported',
          valuesIn(buckets, course, (row) => (row.inputTokens + row.outputTokens) * perMinute, 0),
        )}
      />
      <TimeSeries
        {...shared}
        title={t('performance.cost')}
        form="bar"
        format={format.cost}
        series={bars(
          'cost',
          t('performance.perBucket'),
          'seg-mcp',
          valuesIn(buckets, course, ({ cost }) => cost, 0),
        )}
      />
    </section>
  );
}
