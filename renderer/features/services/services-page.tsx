import { useEffect, useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import type { InstanceInfo } from '../../../core/api/contract.ts';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { useReloadHost } from '../../app/use-host.ts';
import { useFormat } from '../../format/use-format.ts';
import { useApp } from '../../stores/app-store.ts';
import { IsolateButton } from './isolate-button.tsx';
import { BreakerSign } from './breaker-sign.tsx';
import './services-page.css';

/** How old the figures may be while somebody looks at them. */
const REFRESH_MILLIS = 1000;

/** Every instance with its live figures: what is in flight, how it answers, what its breaker does. */
export function ServicesPage() {
  const { t } = useTranslation();
  const host = useApp((app) => app.host);
  const reload = useReloadHost();
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') void reload();
    }, REFRESH_MILLIS);
    void reload();
    return () => clearInterval(timer);
  }, [reload]);
  const poolsOf = useMemo(() => poolsByInstance(host?.pools ?? []), [host?.pools]);
  return (
    <div className="services">
      <header className="page-head">
        <h1>{t('nav.services')}</h1>
      </header>
      <div className="services-scroll" tabIndex={0}>
        <table className="services-table">
          <thead>
            <tr>
              <th scope="col">{t('services.instance')}</th>
              <th scope="col">{t('services.model')}</th>
              <th scope="col">{t('services.pools')}</th>
              <th scope="col">{t('services.breaker')}</th>
              <th scope="col" className="end">
                {t('services.outstanding')}
              </th>
              <th scope="col" className="end">
                {t('services.success')}
              </th>
              <th scope="col" className="end">
                {t('services.firstToken')}
              </th>
              <th scope="col" className="end">
                {t('services.attempts')}
              </th>
              <th scope="col">
                <span className="sr-only">{t('services.actions')}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {host?.instances.map((instance) => (
              <InstanceRow key={instance.name} instance={instance} pools={poolsOf.get(instance.name) ?? []} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

interface InstanceRowProps {
  readonly instance: InstanceInfo;
  readonly pools: readonly string[];
}

function InstanceRow({ instance, pools }: InstanceRowProps) {
  const format = useFormat();
  const { name, provider, model, capacity, outstanding, successRate, firstTokenMs, samples } = instance;
  return (
    <tr>
      <th scope="row" title={instance.endpoint}>
        {name} <span className="dim">{provider}</span>
      </th>
      <td className="mono">{model}</td>
      <td>{pools.join(', ')}</td>
      <td>
        <BreakerSign instance={instance} />
      </td>
      <td className="end mono">{capacity === undefined ? outstanding : `${outstanding} / ${capacity}`}</td>
      <td className="end mono">{successRate === undefined ? '—' : format.share(successRate)}</td>
      <td className="end mono">
        {firstTokenMs === undefined ? '—' : format.duration(firstTokenMs * NANOS_PER_MILLI)}
      </td>
      <td className="end mono">{format.count(samples)}</td>
      <td className="end">
        <IsolateButton instance={instance} />
      </td>
    </tr>
  );
}

function poolsByInstance(
  pools: readonly { readonly name: string; readonly instances: readonly string[] }[],
): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, instances } of pools) {
    for (const instance of instances) found.set(instance, [...(found.get(instance) ?? []), name]);
  }
  return found;
}
