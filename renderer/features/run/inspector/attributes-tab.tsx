import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { Span } from '../../../../core/journal/run-state.ts';
import type { ReportedAttribute, ReportedLink, SpanReport } from '../../../../core/journal/span-report.ts';
import { useFormat } from '../../../format/use-format.ts';
import '../../../widgets/chip.css';
import { Field } from '../../../widgets/field.tsx';
import { Notice } from '../../../widgets/notice.tsx';
import './attributes-tab.css';
import { shownAttributes } from './reported-values.ts';

interface AttributesTabProps {
  /** Absent until it is loaded. */
  readonly report: SpanReport | undefined;
  /** Spans that it has to do with, the linked ones among them. */
  readonly related: readonly Span[];
  readonly onOpen: (span: SpanId) => void;
}

/** What a span was reported with: its attributes, its events and the spans that it is linked to. */
export function AttributesTab({ report, related, onOpen }: AttributesTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const [search, setSearch] = useState('');
  if (!report) return <Notice title={t('body.loading')} />;
  const { attributes, events, links, sources, dropped, startTime } = report;
  const lost = dropped ? dropped.attributes + dropped.events + dropped.links : 0;
  return (
    <div className="inspector-tab" tabIndex={0}>
      <Field label={t('reported.search')} className="attributes-search">
        {(control) => (
          <input
            {...control}
            type="search"
            value={search}
            onChange={({ target }) => setSearch(target.value)}
          />
        )}
      </Field>
      <Attributes attributes={attributes} sources={sources} search={search} />
      {events.length > 0 && <h3>{t('reported.events')}</h3>}
      {events.map((event, index) => (
        <section key={index} className="reported-event">
          <p>
            <strong>{event.name}</strong>{' '}
            <span className="dim">{format.offset(Number(BigInt(event.time) - BigInt(startTime)))}</span>
          </p>
          {event.attributes.length > 0 && (
            <Attributes attributes={event.attributes} sources={{}} search={search} />
          )}
        </section>
      ))}
      {links.length > 0 && <h3>{t('reported.links')}</h3>}
      {links.map((link, index) => (
        <section key={index} className="reported-event">
          <Link link={link} related={related} onOpen={onOpen} />
          {link.attributes.length > 0 && (
            <Attributes attributes={link.attributes} sources={{}} search={search} />
          )}
        </section>
      ))}
      {lost > 0 && <p className="chat-note">{t('reported.dropped', { count: lost })}</p>}
    </div>
  );
}

interface AttributesProps {
  readonly attributes: readonly ReportedAttribute[];
  readonly sources: SpanReport['sources'];
  readonly search: string;
}

function Attributes({ attributes, sources, search }: AttributesProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const shown = shownAttributes(attributes, sources, search);
  if (shown.length === 0) return <p className="dim">{t('reported.none')}</p>;
  return (
    <table className="attributes mono">
      <thead className="sr-only">
        <tr>
          <th scope="col">{t('reported.key')}</th>
          <th scope="col">{t('reported.value')}</th>
        </tr>
      </thead>
      <tbody>
        {shown.map(({ key, text, bytes, means }, index) => (
          <tr key={index}>
            <th scope="row">
              {key}
              {means.map((member) => (
                <span key={member} className="chip" title={t('reported.means', { member })}>
                  {member}
                </span>
              ))}
            </th>
            <td>
              {bytes === undefined ? (
                text
              ) : (
                <span className="dim">{t('reported.apart', { size: format.bytes(bytes) })}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

interface LinkProps extends Pick<AttributesTabProps, 'related' | 'onOpen'> {
  readonly link: ReportedLink;
}

/** Leads there where the other span is in this run. */
function Link({ link: { traceId, spanId }, related, onOpen }: LinkProps) {
  const other = related.find(
    (span) => span.kind === 'reported' && span.traceId === traceId && span.remoteId === spanId,
  );
  if (!other)
    return (
      <code>
        {traceId} {spanId}
      </code>
    );
  return (
    <button type="button" className="fact-link" onClick={() => onOpen(other.id)}>
      {other.name}
    </button>
  );
}
