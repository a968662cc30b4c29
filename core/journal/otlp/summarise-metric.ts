import type { MetricsReport } from '../span-report.ts';
import type { OtlpMetric } from './protocol.ts';

export type MetricSummary = MetricsReport['metrics'][number];

/** What is said of a metric in the journal, which keeps its points with the export. */
export function summariseMetric(metric: OtlpMetric): MetricSummary {
  const [type, points] = pointsOf(metric);
  return { name: metric.name, ...(metric.unit !== '' && { unit: metric.unit }), type, points };
}

function pointsOf(metric: OtlpMetric): readonly [MetricSummary['type'], number] {
  if (metric.gauge) return ['gauge', metric.gauge.dataPoints.length];
  if (metric.sum) return ['sum', metric.sum.dataPoints.length];
  if (metric.histogram) return ['histogram', metric.histogram.dataPoints.length];
  if (metric.exponentialHistogram)
    return ['exponential-histogram', metric.exponentialHistogram.dataPoints.length];
  return metric.summary ? ['summary', metric.summary.dataPoints.length] : ['unknown', 0];
}
