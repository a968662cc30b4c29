import type { TFunction } from 'i18next';
import type { SpanId } from '../../../../core/base/ids.ts';
import { NANOS_PER_MILLI } from '../../../../core/base/units.ts';
import type {
  CallSpan,
  McpSpan,
  ReportedSpan,
  RunSummary,
  Span,
} from '../../../../core/journal/run-state.ts';
import type { Formats } from '../../../format/use-format.ts';
import { costOf } from '../call-cost.ts';
import type { en } from '../../../locales/en.ts';

type FactName = keyof (typeof en)['facts']['names'];

/** With the span that it is about, where it is about another one. */
type Fact = readonly [name: FactName, value: string | number | undefined, about?: SpanId | undefined];

/** What is known of a span, in the order in which it is read; what is not known is `undefined`. */
export function factsOf(
  span: Span,
  run: RunSummary,
  /** Spans that it has to do with. */
  related: readonly Span[],
  format: Formats,
  t: TFunction,
): readonly Fact[] {
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
      return callFacts(span, retriesOf(span, related), format, t);
    case 'attempt':
      return [
        ['instance', span.instance],
        ['provider', span.provider],
        ['endpoint', span.endpoint],
        ['model', span.model],
        ['translated', span.translated && `${span.translated.from} → ${span.translated.to}`],
        ['leftOut', span.translated?.leftOut.join(', ') || undefined],
        ['http', span.httpStatus],
        ['hedge', span.hedge && yes],
        ['reserved', span.reserved && reservedText(span.reserved, format)],
        ['span', span.id],
      ];
    case 'reported':
      return reportedFacts(span, format, t);
    case 'mcp':
      return mcpFacts(span, format, t);
  }
}

/** The calls with which its client tried it again. */
function retriesOf({ id }: CallSpan, related: readonly Span[]): readonly SpanId[] {
  return related.filter((span) => span.kind === 'call' && span.retryOf === id).map((span) => span.id);
}

function callFacts(
  span: CallSpan,
  retries: readonly SpanId[],
  format: Formats,
  t: TFunction,
): readonly Fact[] {
  const { usage, cost } = span;
  const tokens = (count: number | undefined) =>
    count === undefined ? undefined : format.estimate(format.count(count), usage?.estimated);
  const written = tokens(usage?.cacheWrite);
  const long = tokens(usage?.longCacheWrite);
  return [
    ['operation', `${span.method} ${span.path}`],
    ['model', span.model],
    ['answeredModel', span.answeredModel],
    ['streaming', span.streaming ? t('facts.yes') : t('facts.no')],
    ['verdict', span.verdict && t(`facts.verdicts.${span.verdict}`)],
    ['unparsed', unparsedText(span, t)],
    ['http', span.httpStatus],
    ['finishReason', span.finishReason],
    ['preset', span.preset && t('facts.yes')],
    ['deferred', span.deferred && t('facts.yes')],
    ['inputTokens', tokens(usage?.input)],
    ['cachedTokens', tokens(usage?.cachedInput)],
    ['cacheWrite', written && (long ? t('facts.longWrite', { written, long }) : written)],
    ['outputTokens', tokens(usage?.output)],
    ['reasoning', tokens(usage?.reasoning)],
    ['counted', usage?.estimated && t('facts.estimated')],
    ['cost', costOf(span, format, t)],
    ['priceSource', cost?.priceSource],
    ['attribution', span.attribution],
    ['clientRetry', span.clientRetry],
    ['retryOf', span.retryOf, span.retryOf],
    ...retries.map((id): Fact => ['retriedBy', id, id]),
    ['span', span.id],
  ];
}

function unparsedText({ unparsed, timing }: CallSpan, t: TFunction): string | undefined {
  if (unparsed === undefined) return undefined;
  return timing ? t('facts.unparsed', { count: unparsed }) : t('facts.unparsedWhole');
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

/** What the attributes of a reported span mean; as it was reported, and in no sum of ours. */
function reportedFacts(span: ReportedSpan, format: Formats, t: TFunction): readonly Fact[] {
  const { usage, tool, firstTokenMs, costUsd, reportedTimes } = span;
  const tokens = (count: number | undefined) => (count === undefined ? undefined : format.count(count));
  return [
    ['activity', t(`reported.activities.${span.activity}`)],
    ['service', span.service],
    ['scope', span.scope],
    ['role', span.role],
    ['agent', span.agent],
    ['tool', tool?.name],
    ['toolCall', tool?.callId],
    ['provider', span.provider],
    ['model', span.model],
    ['answeredModel', span.answeredModel],
    ['responseId', span.responseId],
    ['finishReason', span.finishReason],
    ['inputTokens', tokens(usage?.input)],
    ['cachedTokens', tokens(usage?.cachedInput)],
    ['cacheWrite', tokens(usage?.cacheWrite)],
    ['outputTokens', tokens(usage?.output)],
    ['reasoning', tokens(usage?.reasoning)],
    ['reportedCost', costUsd === undefined ? undefined : format.cost(costUsd)],
    ['firstToken', firstTokenMs === undefined ? undefined : format.duration(firstTokenMs * NANOS_PER_MILLI)],
    ['session', span.session],
    ['user', span.user],
    ['clock', reportedTimes && t('reported.moved', { time: format.offset(reportedTimes.startedAt) })],
    ['trace', span.traceId],
    ['reportedParent', span.remoteParentId],
    ['span', span.remoteId],
  ];
}
