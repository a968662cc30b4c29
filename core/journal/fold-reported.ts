import type { SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';
import type { Draft, EventOf } from './draft.ts';
import { parseTraceparent, type RemoteSpan } from './otlp/traceparent.ts';
import type { ReportedSpan, Span } from './run-state.ts';
import type { LogReport, SpanReport } from './span-report.ts';

/** Two clocks that are read in milliseconds differ by so much although they agree. */
const CLOCK_GRAIN: Nanos = NANOS_PER_MILLI;

/** Nothing nests so deep; what seems to is a ring, or made to look like one, and is cut there. Spans. */
const DEEPEST = 1_000;

/** What a list of spans shows of a message; the event has all of it. Characters. */
const LONGEST_TEXT = 2_000;

/**
 * Puts a reported span in its place in the tree. Spans are reported when they end, so as a rule a child comes first: it hangs
 * under the root until its parent comes. Of several reports of one span the fullest holds: one that has ended, then the one
 * with most in it. A ring of parents is cut where it closes.
 */
export function reportSpan(draft: Draft, event: EventOf<'span-reported'>): void {
  const remote = { traceId: event.data.traceId, spanId: event.spanId };
  const known = findReported(draft, remote);
  const id = known?.id ?? freeId(draft, remote);
  if (id === undefined) {
    const text = `A span "${event.data.name}" is left out: two others have its id ${event.spanId}.`;
    draft.logs.push({ seq: event.seq, at: event.at, stream: 'telemetry', text });
    return;
  }
  if (known) return reportAgain(draft, event, known);
  const { traceId } = event.data;
  const above = event.parentSpanId && { traceId, spanId: event.parentSpanId };
  const parent = above && findReported(draft, above);
  // Nothing hangs under it yet, so it cannot close a ring.
  draft.spans.set(id, spanOf(draft, event, id, draft.spans.size, parent?.id ?? rootOf(draft)));
  if (above && !parent) awaitParent(draft, id, above);
  adopt(draft, remote, id);
  draft.run.reportedSpans = (draft.run.reportedSpans ?? 0) + 1;
}

function reportAgain(draft: Draft, event: EventOf<'span-reported'>, known: ReportedSpan): void {
  const { id, index, parentId } = known;
  const span = spanOf(draft, event, id, index, parentId ?? rootOf(draft));
  if (!isFuller(span, known)) return;
  draft.spans.set(id, span);
  if (known.remoteParentId === span.remoteParentId) return;
  setParent(draft, id, rootOf(draft));
  hangUnder(draft, id, parentOf(span));
}

/** Hangs a span under one that was reported, or will be: until then it stays where it is. */
export function hangUnder(draft: Draft, child: SpanId, remote: RemoteSpan | undefined): void {
  if (!remote) return;
  const parent = findReported(draft, remote);
  if (parent) {
    if (!isAbove(draft, child, parent.id)) setParent(draft, child, parent.id);
  } else awaitParent(draft, child, remote);
}

function awaitParent(draft: Draft, child: SpanId, remote: RemoteSpan): void {
  const key = keyOf(remote);
  const next = draft.awaited.get(key);
  draft.awaited.set(key, { child, ...(next && { next }) });
}

export function reportLog(draft: Draft, event: EventOf<'telemetry-log-reported'>): void {
  const { data, seq, spanId } = event;
  const time = data.time ?? data.observedTime;
  const at = time === undefined ? event.at : clamp(sinceStart(draft, time), 0, event.at);
  const names = spanId !== rootOf(draft);
  draft.logs.push({ seq, at, stream: 'telemetry', text: describeLog(data), ...(names && { spanId }) });
}

export function reportMetrics(draft: Draft, { data, seq, at }: EventOf<'metrics-reported'>): void {
  const points = data.metrics.reduce((sum, metric) => sum + metric.points, 0);
  const text = `OTLP metrics: ${points} points of ${data.metrics.map(({ name }) => name).join(', ')}`;
  draft.logs.push({ seq, at, stream: 'telemetry', text: text.slice(0, LONGEST_TEXT) });
}

function describeLog({ severityText, eventName, content }: LogReport): string {
  const said =
    'body' in content
      ? `(${content.body.bytes} bytes)`
      : typeof content.value === 'string'
        ? content.value
        : JSON.stringify(content.value);
  return [severityText, eventName, said]
    .filter((part) => part !== undefined && part !== 'null')
    .join(' ')
    .slice(0, LONGEST_TEXT);
}

function spanOf(
  draft: Draft,
  { data, seq, at, spanId, parentSpanId }: EventOf<'span-reported'>,
  id: SpanId,
  index: number,
  parentId: SpanId,
): ReportedSpan {
  const { activity, firstTokenMs, error, ...meaning } = data.meaning;
  const start = sinceStart(draft, data.startTime);
  const end = data.endTime === undefined ? undefined : sinceStart(draft, data.endTime);
  const startedAt = clamp(start, 0, at);
  const endedAt = end === undefined ? undefined : clamp(end, startedAt, at);
  const moved = [start - startedAt, (end ?? 0) - (endedAt ?? 0)].some((by) => Math.abs(by) > CLOCK_GRAIN);
  const firstTokenAt =
    firstTokenMs === undefined ? undefined : startedAt + Math.round(firstTokenMs * NANOS_PER_MILLI);
  return {
    kind: 'reported',
    id,
    parentId,
    index,
    name: data.name,
    activity,
    startedAt,
    ...(endedAt !== undefined && { endedAt }),
    status: data.status === 'error' ? 'error' : endedAt === undefined ? 'running' : 'ok',
    ...(error && { error: { ...error, message: error.message.slice(0, LONGEST_TEXT) } }),
    traceId: data.traceId,
    remoteId: spanId,
    ...(parentSpanId !== undefined && { remoteParentId: parentSpanId }),
    role: data.role,
    ...(data.service !== undefined && { service: data.service }),
    ...(data.scope !== undefined && { scope: data.scope }),
    ...meaning,
    ...(data.input && { input: data.input }),
    ...(data.output && { output: data.output }),
    ...(firstTokenAt !== undefined && { firstTokenAt }),
    ...(moved && { reportedTimes: { startedAt: start, ...(end !== undefined && { endedAt: end }) } }),
    seq,
    fullness: fullnessOf(data),
  };
}

function fullnessOf({ attributes, events, links, input, output }: SpanReport): number {
  return attributes.length + events.length + links.length + (input ? 1 : 0) + (output ? 1 : 0);
}

function isFuller(span: ReportedSpan, known: ReportedSpan): boolean {
  const [ended, before] = [span.endedAt !== undefined, known.endedAt !== undefined];
  return ended === before ? span.fullness > known.fullness : ended;
}

/** Those that have waited for this one; a later report may have given them another parent. */
function adopt(draft: Draft, remote: RemoteSpan, id: SpanId): void {
  const key = keyOf(remote);
  let waiting = draft.awaited.get(key);
  draft.awaited.delete(key);
  for (; waiting; waiting = waiting.next) {
    const { child } = waiting;
    const parent = parentOf(draft.spans.get(child)!);
    if (parent && keyOf(parent) === key && !isAbove(draft, child, id)) setParent(draft, child, id);
  }
}

function parentOf(span: Span): RemoteSpan | undefined {
  switch (span.kind) {
    case 'call':
      return span.remoteParent;
    case 'mcp':
      return parseTraceparent(span.traceparent);
    case 'reported':
      return span.remoteParentId === undefined
        ? undefined
        : { traceId: span.traceId, spanId: span.remoteParentId };
    default:
      return undefined;
  }
}

/** Whether `upper` is `lower`, or above it. */
function isAbove(draft: Draft, upper: SpanId, lower: SpanId): boolean {
  let at: SpanId | undefined = lower;
  for (let steps = 0; at !== undefined; steps += 1) {
    if (at === upper || steps > DEEPEST) return true;
    at = draft.spans.get(at)?.parentId;
  }
  return false;
}

function setParent(draft: Draft, child: SpanId, parentId: SpanId): void {
  const span = draft.spans.get(child)!;
  if (span.parentId !== parentId) draft.spans.set(child, { ...span, parentId });
}

function rootOf(draft: Draft): SpanId {
  return draft.spans.first();
}

function keyOf({ traceId, spanId }: RemoteSpan): string {
  return `${traceId}/${spanId}`;
}

function findReported(draft: Draft, remote: RemoteSpan): ReportedSpan | undefined {
  const isIt = (span: Span | undefined) =>
    span?.kind === 'reported' && span.traceId === remote.traceId && span.remoteId === remote.spanId
      ? span
      : undefined;
  const plain = draft.spans.get(remote.spanId as SpanId);
  return isIt(plain) ?? (plain && isIt(draft.spans.get(otherId(remote))));
}

/** Its own id, unless another trace of the run (or we ourselves) has a span of that id. */
function freeId(draft: Draft, remote: RemoteSpan): SpanId | undefined {
  const plain = remote.spanId as SpanId;
  if (!draft.spans.has(plain)) return plain;
  const other = otherId(remote);
  return draft.spans.has(other) ? undefined : other;
}

/** The ids that a reported span may have in its run. */
export function idsOfReported(remote: RemoteSpan): readonly SpanId[] {
  return [remote.spanId as SpanId, otherId(remote)];
}

/** Mixes both ids into one of 64 bits; the factors are those of SplitMix64, which spread neighbours far apart. */
function otherId({ traceId, spanId }: RemoteSpan): SpanId {
  const [upper, lower, own] = [traceId.slice(0, 16), traceId.slice(16), spanId].map((hex) =>
    BigInt(`0x${hex}`),
  );
  const mixed = (own! + upper!) * 0x9e3779b97f4a7c15n + lower! * 0xbf58476d1ce4e5b9n;
  return BigInt.asUintN(64, mixed).toString(16).padStart(16, '0') as SpanId;
}

function sinceStart(draft: Draft, unixNanos: string): Nanos {
  return Number(BigInt(unixNanos) - BigInt(Math.round(draft.run.startedAt)) * BigInt(NANOS_PER_MILLI));
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}
