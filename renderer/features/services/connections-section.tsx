import { useTranslation } from 'react-i18next';
import type { ConnectionsInfo } from '../../../core/api/contract.ts';
import { useFormat } from '../../format/use-format.ts';
import { Meter } from '../../widgets/meter.tsx';
import { Section } from './section.tsx';

/** The connections that instances of the same origin share: who has one, and who waits for one. */
export function ConnectionsSection({ connections }: { readonly connections: readonly ConnectionsInfo[] }) {
  const { t } = useTranslation();
  if (connections.length === 0) return null;
  return (
    <Section title={t('services.connections')}>
      <table className="services-table">
        <thead>
          <tr>
            <th scope="col" className="lead">
              {t('services.origin')}
            </th>
            <th scope="col">{t('services.protocol')}</th>
            <th scope="col">{t('services.open')}</th>
            <th scope="col" className="end">
              {t('services.busy')}
            </th>
            <th scope="col" className="end">
              {t('services.waiting')}
            </th>
            <th scope="col" className="end">
              {t('services.reused')}
            </th>
          </tr>
        </thead>
        <tbody>
          {connections.map((connection, index) => (
            // One origin has several where instances reach it with other settings.
            <ConnectionsRow key={index} connection={connection} />
          ))}
        </tbody>
      </table>
    </Section>
  );
}

function ConnectionsRow({ connection }: { readonly connection: ConnectionsInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { origin, via, protocol, open, max, busy, waiting, created, reused } = connection;
  const used = { what: origin, used: format.count(open), most: format.count(max) };
  const calls = created + reused;
  return (
    <tr>
      <th scope="row" className="lead mono">
        {origin}
        {via !== undefined && <span className="dim"> {t('services.via', { proxy: via })}</span>}
      </th>
      <td className="mono">{protocol ?? '—'}</td>
      <td>
        <span className="rate mono">
          {used.used} <span className="dim">/ {used.most}</span>
          <Meter
            value={open}
            most={max}
            spent={open >= max && waiting > 0}
            label={t('services.used', used)}
          />
        </span>
      </td>
      <td className="end mono">{format.count(busy)}</td>
      <td className={waiting > 0 ? 'end mono caution' : 'end mono'}>{format.count(waiting)}</td>
      <td
        className="end mono"
        title={t('services.reuse', { created: format.count(created), reused: format.count(reused) })}
      >
        {calls === 0 ? '—' : format.share(reused / calls)}
      </td>
    </tr>
  );
}
