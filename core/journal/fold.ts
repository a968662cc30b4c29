import type { SpanId } from '../base/ids.ts';
import { unreachable } from '../base/result.ts';
import { NANOS_PER_MILLI } from '../base/units.ts';
import type { Draft, EventOf, Mutable } from './draft.ts';
import type { CallError, JournalEvent } from './event.ts';
import { hangUnder, reportLog, reportMetrics, reportSpan } from './fold-reported.ts';
import { parseTraceparent } from './otlp/traceparent.ts';
import { changeOfMcpSpan, describeMcpEvent, openMcpSpan } from './mcp-span.ts';
import {
  generates,
  type AttemptSpan,
  type CallSpan,
  type RunState,
  type RunSummary,
  type Span,
  type SpanStatus,
  type Wait,
} from './run-state.ts';
import { describeSchedulerEvent } from './scheduler-log.ts';
import { SpansInMap, type SpanTable } from './span-table.ts';

/**
 * The state of a run after some more of its events, which must follow those already folded without a gap.
 * Pure: `state` stays as it was, and spans that did not change are the same objects in the new state. The cost is
 * one shallow copy for each batch, so fold what arrives together in one go.
 *
 * Throws where the events are not the next ones of this run: that is a bug of the caller or a broken journal.
 */
export function fold(state: RunState | undefined, events: Iterable<JournalEvent>): RunState {
  const spans = new SpansInMap(state?.spans);
  const logs = [...(state?.logs ?? [])];
  let draft: Draft | undefined = state && {
    run: { ...state.run },
    spans,
    logs,
    awaited: new Map(state.awaited),
  };
  let isSame = true;
  for (const event of events) {
    isSame = false;
    if (draft) applyNext(draft, event);
    else draft = { run: beginRun(event, spans), spans, logs, awaited: new Map() };
  }
  if (!draft) throw new Error('fold: a run has at least its first event');
  return state && isSame ? state : { run: draft.run, spans: spans.map, logs, awaited: draft.awaited };
}

/** A run as its first event says it; its root goes into the table. Throws where that is another event. */
export function beginRun(event: JournalEvent, spans: SpanTable): RunSummary {
  if (event.type !== 'run-started' || event.seq !== 1) {
    throw new Error(
      `fold: run ${event.runId} begins with ${event.type} at ${event.seq}, not with run-started`,
    );
  }
  const { name, source, imported, command } = event.data;
  const run: RunSummary = {
    id: event.runId,
    name,
    status: 'running',
    source,
    ...(imported && { imported }),
    ...(command && { command }),
    startedAt: event.wallTime,
    duration: 0,
    lastSeq: 1,
    calls: 0,
    openCalls: 0,
    errors: 0,
    retries: 0,
    inputTokens: 0,
    outputTokens: 0,
    uncountedCalls: 0,
    cost: 0,
    unpricedCalls: 0,
  };
  spans.set(event.spanId, {
    kind: 'agent',
    id: event.spanId,
    index: 0,
    name,
    startedAt: 0,
    status: 'running',
  });
  return run;
}

/** Folds the next event of a run into its draft. Throws where it is not that. */
export function applyNext(draft: Draft, event: JournalEvent): void {
  if (firstSeqOf(event) !== draft.run.lastSeq + 1) {
    throw new Error(`fold: run ${event.runId} has event ${event.seq} after ${draft.run.lastSeq}`);
  }
  apply(draft, event);
}

/** The same without a look at what came before: for a draft of some of a run's spans, and all events of those. */
export function apply(draft: Draft, event: JournalEvent): void {
  draft.run.lastSeq = event.seq;
  draft.run.duration = Math.max(draft.run.duration, event.at);
  try {
    applyData(draft, event);
  } catch (error) {
    // What it is about began while nothing could be recorded.
    if (!(error instanceof UnknownSpan) || draft.run.gaps === undefined) throw error;
  }
}

/** The first event that it stands for. */
export function firstSeqOf(event: JournalEvent): number {
  return event.type === 'recording-gap' ? event.data.from : event.seq;
}

class UnknownSpan extends Error {}

function applyData(draft: Draft, event: JournalEvent): void {
  switch (event.type) {
    case 'run-started':
      throw new Error(`fold: run ${event.runId} starts twice`);
    case 'run-ended':
      return endRun(draft, event);
    case 'log-written':
      draft.logs.push({ seq: event.seq, at: event.at, stream: event.data.stream, text: event.data.text });
      return;
    case 'recording-gap': {
      const { from, reason } = event.data;
      const text = `Events ${from} to ${event.seq} are missing: ${reason}`;
      draft.logs.push({ seq: event.seq, at: event.at, stream: 'journal', text });
      draft.run.gaps = (draft.run.gaps ?? 0) + 1;
      return;
    }
    case 'telemetry-received': {
      const text = `OTLP ${event.data.signal}, ${event.data.body.bytes} bytes`;
      draft.logs.push({ seq: event.seq, at: event.at, stream: 'telemetry', text });
      return;
    }
    case 'span-reported':
      return reportSpan(draft, event);
    case 'telemetry-log-reported':
      return reportLog(draft, event);
    case 'metrics-reported':
      return reportMetrics(draft, event);
    case 'breaker-changed':
    case 'tier-changed':
    case 'health-changed':
    case 'instance-registered':
    case 'instance-updated':
    case 'instance-deregistered':
    case 'optimisation-proposed':
    case 'optimisation-applied':
    case 'optimisation-undone':
      draft.logs.push({
        seq: event.seq,
        at: event.at,
        stream: 'scheduler',
        text: describeSchedulerEvent(event),
      });
      return;
    case 'call-queued':
      return addWait(draft, event.spanId, { at: event.at, because: 'queue', ...event.data });
    case 'call-dequeued':
      return endWait(draft, event);
    case 'retry-delayed': {
      const endedAt = event.at + Math.round(event.data.delayMs * NANOS_PER_MILLI);
      return addWait(draft, event.spanId, { at: event.at, endedAt, because: 'backoff' });
    }
    case 'call-fell-back': {
      const { fallbacks } = spanOf(draft, 'call', event.spanId);
      const { from, to, because } = event.data;
      const fallback = { at: event.at, from, to, because };
      return change(draft, 'call', event.spanId, { fallbacks: [...fallbacks, fallback] });
    }
    case 'call-deferred':
      return change(draft, 'call', event.spanId, { deferred: true });
    case 'call-received':
      return receiveCall(draft, event);
    case 'call-routed':
      return routeCall(draft, event);
    case 'attempt-started':
      return startAttempt(draft, event);
    case 'request-translated':
      return change(draft, 'attempt', event.spanId, { translated: event.data });
    case 'service-observed':
      return change(draft, 'attempt', event.spanId, { service: event.data });
    case 'attempt-answered':
      return answerAttempt(draft, event);
    case 'first-token-received':
      return receiveFirstToken(draft, event);
    case 'attempt-ended':
      return endAttempt(draft, event);
    case 'call-ended':
      return endCall(draft, event);
    case 'mcp-request-received':
      return receiveMcpRequest(draft, event);
    case 'mcp-progress-reported':
    case 'mcp-request-cancelled':
    case 'mcp-response-sent': {
      const changes = changeOfMcpSpan(spanOf(draft, 'mcp', event.spanId), event);
      return change(draft, 'mcp', event.spanId, changes);
    }
    case 'mcp-notification-sent':
    case 'mcp-server-started':
    case 'mcp-server-exited':
    case 'mcp-output-written':
    case 'mcp-output-dropped':
      draft.logs.push({ seq: event.seq, at: event.at, stream: 'mcp', text: describeMcpEvent(event) });
      return;
    default:
      unreachable(event);
  }
}

function receiveMcpRequest(draft: Draft, event: EventOf<'mcp-request-received'>): void {
  draft.spans.set(event.spanId, openMcpSpan(event, draft.spans.size));
  hangUnder(draft, event.spanId, parseTraceparent(event.data.traceparent));
  if (event.data.from !== 'client') return;
  draft.run.mcpRequests = (draft.run.mcpRequests ?? 0) + 1;
}

function endRun(draft: Draft, event: EventOf<'run-ended'>): void {
  const { status, exitCode, signal, reason } = event.data;
  const { run } = draft;
  run.status = status;
  run.openCalls = 0;
  if (exitCode !== undefined) run.exitCode = exitCode;
  if (signal !== undefined) run.signal = signal;
  if (reason !== undefined) run.reason = reason;
  const spanStatus: SpanStatus =
    status === 'completed' ? 'ok' : status === 'failed' ? 'error' : 'interrupted';
  for (const span of draft.spans.running()) {
    const ended = span.kind === 'agent' ? spanStatus : 'interrupted';
    const error: CallError | undefined =
      span.kind === 'agent' && reason !== undefined ? { code: 'run_failed', message: reason } : undefined;
    draft.spans.set(span.id, { ...span, status: ended, endedAt: event.at, ...(error && { error }) });
  }
}

function receiveCall(draft: Draft, event: EventOf<'call-received'>): void {
  const { data } = event;
  const call: Mutable<CallSpan> = {
    kind: 'call',
    id: event.spanId,
    index: draft.spans.size,
    name: data.operation,
    startedAt: event.at,
    status: 'running',
    dialect: data.dialect,
    operation: data.operation,
    method: data.method,
    path: data.path,
    streaming: data.streaming,
    attribution: data.attribution,
    requestHeaders: data.headers,
    routes: [],
    waits: [],
    fallbacks: [],
  };
  if (event.parentSpanId) call.parentId = event.parentSpanId;
  if (data.model !== undefined) call.model = data.model;
  if (data.remoteParent) call.remoteParent = data.remoteParent;
  if (data.body) call.requestBody = data.body;
  if (data.clientRetry !== undefined) call.clientRetry = data.clientRetry;
  if (data.retryOf !== undefined) call.retryOf = data.retryOf;
  if (data.task) call.task = data.task;
  draft.spans.set(call.id, call);
  hangUnder(draft, call.id, data.remoteParent);
  draft.run.calls += 1;
  draft.run.openCalls += 1;
}

function routeCall(draft: Draft, event: EventOf<'call-routed'>): void {
  const call = spanOf(draft, 'call', event.spanId);
  const route = { ...event.data, at: event.at };
  draft.spans.set(call.id, { ...call, routes: [...call.routes, route] });
}

function startAttempt(draft: Draft, event: EventOf<'attempt-started'>): void {
  const { data } = event;
  const attempt: Mutable<AttemptSpan> = {
    kind: 'attempt',
    id: event.spanId,
    index: draft.spans.size,
    name: data.instance,
    startedAt: event.at,
    status: 'running',
    attempt: data.attempt,
    instance: data.instance,
    provider: data.provider,
    endpoint: data.endpoint,
  };
  if (event.parentSpanId) attempt.parentId = event.parentSpanId;
  if (data.model !== undefined) attempt.model = data.model;
  if (data.hedge) attempt.hedge = data.hedge;
  if (data.reserved) attempt.reserved = data.reserved;
  draft.spans.set(attempt.id, attempt);
  const { run } = draft;
  if (data.hedge) run.hedges = (run.hedges ?? 0) + 1;
  else if (data.attempt > 1) run.retries += 1;
}

// What happens to every call is written out, not handed to `change`: a literal whose names are known is copied several times
// faster, and what may be absent is set afterwards, since to spread an object that may not be there is slower still.

function answerAttempt(draft: Draft, { spanId, at, data }: EventOf<'attempt-answered'>): void {
  const attempt = spanOf(draft, 'attempt', spanId);
  const { status: httpStatus, headers: responseHeaders } = data;
  draft.spans.set(spanId, { ...attempt, headersAt: at, httpStatus, responseHeaders });
}

function endAttempt(draft: Draft, { spanId, at, data }: EventOf<'attempt-ended'>): void {
  const { outcome, error, body } = data;
  const ended: Mutable<AttemptSpan> = {
    ...spanOf(draft, 'attempt', spanId),
    status: outcome,
    endedAt: at,
  };
  if (error) ended.error = error;
  if (body) ended.responseBody = body;
  draft.spans.set(spanId, ended);
}

function addWait(draft: Draft, call: SpanId, wait: Wait): void {
  const { waits } = spanOf(draft, 'call', call);
  change(draft, 'call', call, { waits: [...waits, wait] });
}

function endWait(draft: Draft, { spanId, at, data }: EventOf<'call-dequeued'>): void {
  const { waits } = spanOf(draft, 'call', spanId);
  const last = { ...waits.at(-1)!, endedAt: at, outcome: data.outcome };
  change(draft, 'call', spanId, { waits: [...waits.slice(0, -1), last] });
}

function receiveFirstToken(draft: Draft, event: EventOf<'first-token-received'>): void {
  change(draft, 'attempt', event.spanId, { firstTokenAt: event.at });
  if (event.parentSpanId) change(draft, 'call', event.parentSpanId, { firstTokenAt: event.at });
}

function endCall(draft: Draft, event: EventOf<'call-ended'>): void {
  const { data } = event;
  const call: Mutable<CallSpan> = {
    ...spanOf(draft, 'call', event.spanId),
    status: data.outcome,
    endedAt: event.at,
  };
  if (data.status !== undefined) call.httpStatus = data.status;
  if (data.headers) call.responseHeaders = data.headers;
  if (data.body) call.responseBody = data.body;
  if (data.usage) call.usage = data.usage;
  if (data.cost) call.cost = data.cost;
  if (data.finishReason !== undefined) call.finishReason = data.finishReason;
  if (data.answeredModel !== undefined) call.answeredModel = data.answeredModel;
  if (data.error) call.error = data.error;
  if (data.preset) call.preset = data.preset;
  if (data.verdict) call.verdict = data.verdict;
  if (data.timing) call.timing = data.timing;
  if (data.unparsed !== undefined) call.unparsed = data.unparsed;
  draft.spans.set(call.id, call);
  sumUp(draft.run, call);
}

function sumUp(run: Draft['run'], call: CallSpan): void {
  const { status, usage, cost } = call;
  run.openCalls -= 1;
  if (status === 'error') run.errors += 1;
  run.inputTokens += usage?.input ?? 0;
  run.outputTokens += usage?.output ?? 0;
  if (status === 'ok' && generates(call) && !usage) run.uncountedCalls += 1;
  if (usage?.estimated) run.estimatedCalls = (run.estimatedCalls ?? 0) + 1;
  run.cost += cost?.usd ?? 0;
  if (usage && !cost) run.unpricedCalls += 1;
}

function spanOf<Kind extends Span['kind']>(
  draft: Draft,
  kind: Kind,
  id: SpanId,
): Extract<Span, { kind: Kind }> {
  const span = draft.spans.get(id);
  if (span?.kind !== kind) throw new UnknownSpan(`fold: run ${draft.run.id} has no ${kind} ${id}`);
  return span as Extract<Span, { kind: Kind }>;
}

function change<Kind extends Span['kind']>(
  draft: Draft,
  kind: Kind,
  id: SpanId,
  changes: Partial<Extract<Span, { kind: Kind }>>,
): void {
  draft.spans.set(id, { ...spanOf(draft, kind, id), ...changes });
}
