import { useTranslation } from 'react-i18next';
import type { ConnectionsInfo } from '../../../core/api/contract.ts';
import { NANOS_PER_MILLI } from '../../../core/base/units.ts';
import { useFormat } from '../../format/use-format.ts';
import { Meter } from '../../widgets/meter.tsx';
import { SizeStrip } from '../../widgets/size-strip.tsx';
import { Section } from './section.tsx';

/** Steps of the strip of sizes: five minutes. */
const STEPS = 60;

/** The connections that instances of the same origin share: who has one, and who waits for one. */
export function ConnectionsSection({ connections }: { readonly connections: readonly ConnectionsInfo[] }) {
  const { t } = useTranslation();
  return (
    <Section title={t('services.connections')}>
      {connections.length === 0 ? (
        <p className="services-none dim">{t('services.noConnections')}</p>
      ) : (
        <table className="services-table">
          <thead>
            <tr>
              <th scope="col" className="lead">
                {t('services.origin')}
              </th>
              <th scope="col">{t('services.protocol')}</th>
              <th scope="col">{t('services.open')}</th>
              <th scope="col">{t('services.sizes')}</th>
              <th scope="col" className="end">
                {t('services.busy')}
              </th>
              <th scope="col" className="end">
                {t('services.waiting')}
              </th>
              <th scope="col" className="end">
                {t('services.timedOut')}
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
      )}
    </Section>
  );
}

function ConnectionsRow({ connection }: { readonly connection: ConnectionsInfo }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { origin, via, open, min, max, busy, waiting, created, reused } = connection;
  const { sizes, sizeStepMs, timedOut, acquireMs } = connection;
  const used = { what: origin, used: format.count(open), most: format.count(max) };
  const calls = created + reused;
  const patience = format.duration(acquireMs * NANOS_PER_MILLI);
  return (
    <tr>
      <th scope="row" className="lead mono">
        {origin}
        {via !== undefined && <span className="dim"> {t('services.via', { proxy: via })}</span>}
      </th>
      <td className="mono">
        <Protocol connection={connection} />
      </td>
      <td>
        <span className="rate mono">
          {used.used} <span className="dim">/ {used.most}</span>
          <Meter
            value={open}
            most={max}
            spent={open >= max && waiting > 0}
            label={t('services.used', used)}
          />
          <span className="dim">{t('services.kept', { min: format.count(min) })}</span>
        </span>
      </td>
      <td>
        <SizeStrip
          sizes={sizes}
          steps={STEPS}
          label={t('services.sizesText', {
            time: format.duration(sizeStepMs * STEPS * NANOS_PER_MILLI),
            most: format.count(Math.max(...sizes)),
            now: used.used,
          })}
        />
      </td>
      <td className="end mono">{format.count(busy)}</td>
      <td className={waiting > 0 ? 'end mono caution' : 'end mono'}>{format.count(waiting)}</td>
      <td
        className={timedOut > 0 ? 'end mono stop' : 'end mono dim'}
        title={t('services.timedOutText', { time: patience })}
      >
        {format.count(timedOut)}
      </td>
      <td
        className="end mono"
        title={t('services.reuse', { created: format.count(created), reused: format.count(reused) })}
      >
        {calls === 0 ? '—' : format.share(reused / calls)}
      </td>
    </tr>
  );
}

/** What is spoken, how it is kept secret, and whose word is taken for who is at the other end. */
function Protocol({ connection: { protocol, tls, caFiles } }: { readonly connection: ConnectionsInfo }) {
  const { t } = useTranslation();
  return (
    <>
      {protocol ?? '—'}
      {tls !== undefined && <span className="dim"> · {tls}</span>}
      {caFiles.length > 0 && (
        <span className="dim" title={caFiles.join('\n')}>
          {' '}
          · {t('services.caFiles', { count: caFiles.length })}
        </span>
      )}
    </>
  );
}
