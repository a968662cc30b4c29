import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { McpSpan, RunSummary, Span } from '../../../../core/journal/run-state.ts';
import { useFormat, type Formats } from '../../../format/use-format.ts';
import './timing-tab.css';

interface FactsTabProps {
  readonly span: Span;
  readonly run: RunSummary;
}

type FactName =
  | 'command'
  | 'source'
  | 'started'
  | 'exitCode'
  | 'signal'
  | 'reason'
  | 'operation'
  | 'model'
  | 'answeredModel'
  | 'streaming'
  | 'attribution'
  | 'clientRetry'
  | 'http'
  | 'finishReason'
  | 'inputTokens'
  | 'cachedTokens'
  | 'outputTokens'
  | 'cost'
  | 'priceSource'
  | 'preset'
  | 'deferred'
  | 'hedge'
  | 'reserved'
  | 'instance'
  | 'provider'
  | 'endpoint'
  | 'server'
  | 'transport'
  | 'method'
  | 'tool'
  | 'prompt'
  | 'resource'
  | 'requestId'
  | 'askedBy'
  | 'protocolVersion'
  | 'session'
  | 'round'
  | 'resultType'
  | 'toolFailed'
  | 'cancelled'
  | 'progress'
  | 'span';
type Fact = readonly [name: FactName, value: string | number | undefined];

/** What is known of a span besides its bodies. */
export function FactsTab({ span, run }: FactsTabProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const asked = span.kind === 'call' || span.kind === 'mcp' ? span.requestHeaders : undefined;
  const headers = Object.entries(asked ?? {});
  const answered = Object.entries(('responseHeaders' in span && span.responseHeaders) || {});
  return (
    <div className="inspector-tab" tabIndex={0}>
      <dl className="facts">
        {factsOf(span, run, format, t)
          .filter(([, value]) => value !== undefined)
          .map(([name, value]) => (
            <div key={name}>
              <dt>{t(`facts.${name}`)}</dt>
              <dd>{value}</dd>
            </div>
          ))}
      </dl>
      <Headers title={t('facts.requestHeaders')} headers={headers} />
      <Headers title={t('facts.responseHeaders')} headers={answered} />
    </div>
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

function factsOf(span: Span, run: RunSummary, format: Formats, t: TFunction): readonly Fact[] {
  const yes = t('facts.yes');
  switch (span.kind) {
    case 'agent':
      return [
        ['command', run.command?.join(' ')],
        ['source', run.source],
        ['started', format.moment(run.startedAt)],
        ['exitCode', run.exitCode],
        ['signal', run.signal],
        ['reason', run.reason],
        ['span', span.id],
      ];
    case 'call':
      return [
        ['operation', `${span.method} ${span.path}`],
        ['model', span.model],
        ['answeredModel', span.answeredModel],
        ['streaming', span.streaming ? yes : t('facts.no')],
        ['http', span.httpStatus],
        ['finishReason', span.finishReason],
        ['preset', span.preset && yes],
        ['deferred', span.deferred && yes],
        ['inputTokens', span.usage && format.count(span.usage.input)],
        [
          'cachedTokens',
          span.usage?.cachedInput === undefined ? undefined : format.count(span.usage.cachedInput),
        ],
        ['outputTokens', span.usage && format.count(span.usage.output)],
        ['cost', span.cost && format.cost(span.cost.usd)],
        ['priceSource', span.cost?.priceSource],
        ['attribution', span.attribution],
        ['clientRetry', span.clientRetry],
        ['span', span.id],
      ];
    case 'attempt':
      return [
        ['instance', span.instance],
        ['provider', span.provider],
        ['endpoint', span.endpoint],
        ['model', span.model],
        ['http', span.httpStatus],
        ['hedge', span.hedge && yes],
        ['reserved', span.reserved && reservedText(span.reserved, format)],
        ['span', span.id],
      ];
    case 'reported':
      return [
        ['model', span.model],
        ['answeredModel', span.answeredModel],
        ['finishReason', span.finishReason],
        ['tool', span.tool?.name],
        ['session', span.session],
        ['span', span.id],
      ];
    case 'mcp':
      return mcpFacts(span, format, t);
  }
}

function mcpFacts(span: McpSpan, format: Formats, t: TFunction): readonly Fact[] {
  const { cancelled, progress } = span;
  const by = cancelled && t(`facts.sides.${cancelled.by}`);
  return [
    ['server', span.server],
    ['transport', span.transport],
    ['method', span.method],
    [subjectOf(span.method), span.subject],
    ['askedBy', t(`facts.sides.${span.from}`)],
    ['requestId', span.requestId],
    ['round', span.round],
    ['protocolVersion', span.protocolVersion],
    ['session', span.session],
    ['http', span.httpStatus],
    ['resultType', span.resultType],
    ['toolFailed', span.isError && t('facts.yes')],
    ['cancelled', by && [by, cancelled.reason].filter(Boolean).join(': ')],
    ['progress', progress && progressText(progress, format, t)],
    ['attribution', span.attribution],
    ['span', span.id],
  ];
}

function subjectOf(method: string): FactName {
  if (method.startsWith('tools/')) return 'tool';
  return method.startsWith('prompts/') ? 'prompt' : 'resource';
}

/** The newest report: `3 of 10 · indexing · 3 reports`. */
function progressText(
  { progress, total, message, reports }: NonNullable<McpSpan['progress']>,
  format: Formats,
  t: TFunction,
): string {
  const done = format.term(progress);
  return [
    total === undefined ? done : t('facts.progressOf', { done, total: format.term(total) }),
    message,
    t('facts.reports', { count: reports }),
  ]
    .filter(Boolean)
    .join(' · ');
}

function reservedText(reserved: Readonly<Record<string, number>>, format: Formats): string {
  return Object.entries(reserved)
    .map(([resource, amount]) => `${resource} ${format.term(amount)}`)
    .join(', ');
}
