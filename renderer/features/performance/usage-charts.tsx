import { useTranslation } from 'react-i18next';
import type { UsageSample } from '../../../core/api/contract.ts';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { TimeSeries } from '../../charts/time-series.tsx';
import { useFormat } from '../../format/use-format.ts';
import { useTimeFormat } from './use-time-format.ts';

const SHOWN_MS = 30 * 60_000;

/** What the host takes of its machine. */
export function UsageCharts({ samples }: { readonly samples: readonly UsageSample[] }) {
  const { t } = useTranslation();
  const format = useFormat();
  const formatTime = useTimeFormat(SHOWN_MS);
  const shared = { times: samples.map(({ at }) => at), formatTime, form: 'line' } as const;
  const series = (id: string, title: string, token: string, values: readonly number[]) =>
    [{ id, title, token, stroke: 'solid', values }] as const;
  if (samples.length < 2) return <p className="dim">{t('performance.soon')}</p>;
  return (
    <section aria-label={t('performance.host')}>
      <h2>{t('performance.host')}</h2>
      <div className="performance-charts">
        <TimeSeries
          {...shared}
          title={t('performance.cpu')}
          least={1}
          format={format.share}
          series={series(
            'cpu',
            t('performance.ofCore'),
            'seg-generating',
            samples.map(({ cores }) => cores),
          )}
        />
        <TimeSeries
          {...shared}
          title={t('performance.memory')}
          format={format.bytes}
          series={[
            ...series(
              'resident',
              t('performance.resident'),
              'seg-reported',
              samples.map(({ residentBytes }) => residentBytes),
            ),
            {
              id: 'heap',
              title: t('performance.heap'),
              token: 'text-dim',
              stroke: 'dashed',
              values: samples.map(({ heapBytes }) => heapBytes),
            },
          ]}
        />
        <TimeSeries
          {...shared}
          title={t('performance.delay')}
          least={20}
          format={(millis) => format.duration(millis * NANOS_PER_MILLI)}
          series={series(
            'delay',
            'p99',
            'caution',
            samples.map(({ delayP99Ms }) => delayP99Ms),
          )}
        />
      </div>
    </section>
  );
}
