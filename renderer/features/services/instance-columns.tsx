import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { useFormat } from '../../format/use-format.ts';
import { BreakerSign } from './breaker-sign.tsx';
import { InFlight, Rates } from './guard-figures.tsx';
import { HealthSign } from './health-sign.tsx';

export interface InstanceColumn {
  readonly id: string;
  readonly title: string;
  /** `end`: a figure; `state`: may hold a countdown. */
  readonly style?: 'end' | 'state';
  /** The narrowest table, in CSS pixels, that has it; in a narrower one it is among the details. */
  readonly from: number;
  /** Whether it has anything to show of one; without it, always. */
  readonly has?: (instance: InstanceInfo) => boolean;
  readonly cell: (instance: InstanceInfo) => ReactNode;
}

/** What is shown of an instance besides its name and what can be done with it. */
export function useInstanceColumns(): readonly InstanceColumn[] {
  const { t } = useTranslation();
  const format = useFormat();
  return useMemo(() => {
    const millis = (value: number) => format.duration(value * NANOS_PER_MILLI);
    return [
      {
        id: 'model',
        title: t('services.model'),
        from: 1040,
        cell: ({ model }) => (model === '' ? NONE : <span className="mono">{model}</span>),
      },
      {
        id: 'health',
        title: t('services.health'),
        style: 'state',
        from: 0,
        cell: (instance) => <HealthSign instance={instance} />,
      },
      {
        id: 'breaker',
        title: t('services.breaker'),
        style: 'state',
        from: 0,
        cell: (instance) => <BreakerSign guard={instance} />,
      },
      {
        id: 'outstanding',
        title: t('services.outstanding'),
        style: 'end',
        from: 0,
        cell: (instance) => <InFlight guard={instance} />,
      },
      {
        id: 'rates',
        title: t('services.rates'),
        from: 1340,
        has: ({ rates }) => rates !== undefined,
        cell: (instance) => <Rates guard={instance} />,
      },
      {
        id: 'success',
        title: t('services.success'),
        style: 'end',
        from: 800,
        cell: ({ successRate }) =>
          successRate === undefined ? NONE : <span className="mono">{format.share(successRate)}</span>,
      },
      {
        id: 'firstToken',
        title: t('services.firstToken'),
        style: 'end',
        from: 945,
        cell: ({ firstTokenMs, firstTokenP95Ms }) =>
          firstTokenMs === undefined ? (
            NONE
          ) : (
            <span className="mono">
              {millis(firstTokenMs)}
              {firstTokenP95Ms !== undefined && <span className="dim"> · p95 {millis(firstTokenP95Ms)}</span>}
            </span>
          ),
      },
      {
        id: 'attempts',
        title: t('services.attempts'),
        style: 'end',
        from: 1110,
        cell: ({ samples }) => <span className="mono">{format.count(samples)}</span>,
      },
    ];
  }, [t, format]);
}

const NONE = <span className="dim">—</span>;
