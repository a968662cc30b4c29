import { useTranslation } from 'react-i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import type { RunSummary, Span } from '../../../../core/journal/run-state.ts';
import { useFormat } from '../../../format/use-format.ts';
import { factsOf } from './span-facts.ts';
import './timing-tab.css';

interface FactsTabProps {
  readonly span: Span;
  readonly run: RunSummary;
  /** Spans that it has to do with. */
  readonly related: readonly Span[];
  readonly onOpen: (span: SpanId) => void;
}

interface OtherSpanProps {
  readonly id: SpanId;
  /** Absent where it is not in this run. */
  readonly span: Span | undefined;
  readonly onOpen: (span: SpanId) => void;
}

/** What is known of a span besides its bodies. */
export function FactsTab({ span, run, related, onOpen }: FactsTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = span.kind === 'call' || span.kind === 'mcp' ? span.requestHeaders : undefined;
  const headers = Object.entries(asked ?? {});
  const answers = span.kind === 'agent' || span.kind === 'reported' ? undefined : span.responseHeaders;
  const answered = Object.entries(answers ?? {});
  return (
    <div className="inspector-tab" tabIndex={0}>
      <dl className="facts">
        {factsOf(span, run, related, format, t)
          .filter(([, value]) => value !== undefined)
          .map(([name, value, about], index) => (
            <div key={index}>
              <dt>{t(`facts.names.${name}`)}</dt>
              <dd>
                {about === undefined ? (
                  value
                ) : (
                  <OtherSpan span={related.find(({ id }) => id === about)} id={about} onOpen={onOpen} />
                )}
              </dd>
            </div>
          ))}
      </dl>
      <Headers title={t('facts.requestHeaders')} headers={headers} />
      <Headers title={t('facts.responseHeaders')} headers={answered} />
    </div>
  );
}

/** Another span, by its name and its beginning, to go there. */
function OtherSpan({ id, span, onOpen }: OtherSpanProps) {
  const format = useFormat();
  if (!span) return id;
  return (
    <button type="button" className="fact-link" onClick={() => onOpen(id)}>
      {span.name} · {format.duration(span.startedAt)}
    </button>
  );
}

function Headers({
  title,
  headers,
}: {
  readonly title: string;
  readonly headers: readonly [string, string][];
}) {
  if (headers.length === 0) return null;
  return (
    <>
      <h3>{title}</h3>
      <dl className="facts mono">
        {headers.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </>
  );
}
