import type { IdSource } from '../base/ids.ts';
import type { Attribution, CallError, EventData, RecordedHeaders } from '../journal/event.ts';
import type { McpEventData, McpSide, McpTransport } from '../journal/mcp-events.ts';
import type { Recorder } from '../journal/recorder.ts';
import { claimedVersion, subscriptionOf } from './era.ts';
import type { InputRounds } from './input-rounds.ts';
import {
  isRequestId,
  sameId,
  type McpFailure,
  type McpMessage,
  type McpNotification,
  type McpRequest,
  type McpResult,
  type RequestId,
} from './message.ts';
import { keepText, type OpenRequest } from './open-request.ts';
import {
  progressTokenOf,
  readProgress,
  shortened,
  subjectOf,
  textOf,
  toolErrorText,
  traceparentOf,
  type Progress,
} from './request-facts.ts';

/** Requests of a server that nobody answers; further ones are not recorded. */
const MOST_ASKED = 1_000;
/** Requests that were cancelled are remembered, since an answer may still come; the oldest are forgotten. */
const MOST_CANCELLED = 256;

export interface ConversationPorts {
  readonly ids: IdSource;
  readonly rounds: InputRounds;
  /** Whether another notification, or request of the server, of so many bytes may be recorded; see `FloodGate`. */
  readonly admit: (what: 'notifications' | 'requests', bytes: number) => boolean;
}

export interface ConversationFacts {
  readonly server: string;
  readonly transport: McpTransport;
  readonly session?: string;
}

/** How a message came. */
export interface Passing {
  /** Of the run that it belongs to, unless it belongs to a request that has one. */
  readonly recorder: Recorder;
  /** The request of the agent in whose stream it is, or alone can be. */
  readonly related?: RequestId | undefined;
  readonly attribution?: Attribution;
  readonly headers?: RecordedHeaders;
  readonly status?: number;
}

/**
 * What passes between an agent and one MCP server in a session or, without sessions, in one exchange, told to the
 * journal. It only looks on: nothing that it thinks of a message keeps that from passing.
 */
export class Conversation {
  private readonly ports: ConversationPorts;
  private readonly facts: ConversationFacts;
  private readonly open: Readonly<Record<McpSide, Map<RequestId, OpenRequest>>> = {
    client: new Map(),
    server: new Map(),
  };
  private readonly cancelled = new Map<RequestId, OpenRequest>();
  private protocolVersion: string | undefined;

  constructor(ports: ConversationPorts, facts: ConversationFacts) {
    this.ports = ports;
    this.facts = facts;
  }

  observe(from: McpSide, message: McpMessage, passing: Passing): void {
    switch (message.kind) {
      case 'request':
        return this.begin(from, message, passing);
      case 'notification':
        return this.notify(from, message, passing);
      case 'result':
      case 'failure':
        return this.answer(from, message, passing);
    }
  }

  /** Requests of a side that have no answer yet. */
  unanswered(from: McpSide): readonly RequestId[] {
    return [...this.open[from].keys()];
  }

  /** Nobody will answer that request: with the reason, or because whoever asked has left. */
  giveUp(
    from: McpSide,
    id: RequestId,
    because: { readonly error: CallError } | { readonly left: string },
  ): void {
    const request = this.open[from].get(id);
    if (!request) return;
    this.open[from].delete(id);
    if ('left' in because) return this.cancel(request, from, because.left);
    const { error } = because;
    request.recorder.append(
      'mcp-response-sent',
      { outcome: 'error', error, ...statusOf(error.status) },
      request.span,
    );
  }

  private begin(from: McpSide, request: McpRequest, passing: Passing): void {
    const { recorder, attribution, headers } = passing;
    const isAllowed = this.open.server.size < MOST_ASKED;
    if (from === 'server' && !(isAllowed && this.ports.admit('requests', request.text.length))) return;
    this.giveUp(from, request.id, { left: 'its id was used again' });
    const continued = from === 'client' ? this.ports.rounds.resume(request, recorder) : undefined;
    const related = from === 'server' ? this.relatedTo(passing) : undefined;
    const parentSpanId = continued?.first ?? related?.span.spanId ?? recorder.rootSpanId;
    const open: OpenRequest = {
      from,
      request,
      recorder: related?.recorder ?? recorder,
      span: { spanId: this.ports.ids.spanId(), parentSpanId },
      round: continued?.round ?? 1,
    };
    this.open[from].set(request.id, open);
    this.cancelled.delete(request.id);
    const subject = subjectOf(request);
    const traceparent = traceparentOf(request.params);
    const data: EventData['mcp-request-received'] = {
      ...this.factsOf(request),
      ...(this.facts.session !== undefined && { session: this.facts.session }),
      from,
      method: shortened(request.method),
      requestId: typeof request.id === 'number' ? request.id : shortened(String(request.id)),
      ...(subject !== undefined && { subject }),
      ...(attribution !== undefined && { attribution }),
      ...(headers && { headers }),
      ...(continued && { round: continued.round }),
      ...(traceparent !== undefined && { traceparent }),
      body: keepText(open.recorder, request.text),
    };
    open.recorder.append('mcp-request-received', data, open.span);
  }

  private answer(from: McpSide, message: McpResult | McpFailure, passing: Passing): void {
    const asker = otherSide(from);
    const named = message.id ?? passing.related;
    if (named === undefined) return;
    const late = asker === 'client' ? this.cancelled.get(named) : undefined;
    const open = find(this.open[asker], named) ?? late;
    if (!open) return;
    const { id } = open.request;
    this.open[asker].delete(id);
    this.cancelled.delete(id);
    const body = keepText(open.recorder, message.text);
    const facts = { ...statusOf(passing.status), ...(passing.headers && { headers: passing.headers }), body };
    const told: Told = message.kind === 'result' ? readResult(open.request, message) : readFailure(message);
    open.recorder.append('mcp-response-sent', { ...told, ...facts }, open.span);
    if (message.kind === 'failure') return;
    if (open.request.method === 'initialize' && typeof message.result['protocolVersion'] === 'string')
      this.protocolVersion = message.result['protocolVersion'];
    if (told.resultType === 'input_required')
      this.ports.rounds.ask(open, message, this.factsOf(open.request));
  }

  private notify(from: McpSide, message: McpNotification, passing: Passing): void {
    if (message.method === 'notifications/cancelled') return this.notifyCancelled(from, message);
    if (!this.ports.admit('notifications', message.text.length)) return;
    const progress = readProgress(message);
    if (progress) return this.reportProgress(from, progress);
    const subscription = subscriptionOf(message.params);
    const related =
      (isRequestId(subscription) ? this.open.client.get(subscription) : undefined) ?? this.relatedTo(passing);
    const recorder = related?.recorder ?? passing.recorder;
    const { server } = this.facts;
    const { method, text } = { ...message, text: textOf(message) };
    const body = keepText(recorder, message.text);
    const data = { server, from, method: shortened(method), ...(text !== undefined && { text }), body };
    recorder.append('mcp-notification-sent', data, related?.span);
  }

  private notifyCancelled(from: McpSide, { params }: McpNotification): void {
    const { requestId, reason } = params;
    if (!isRequestId(requestId)) return;
    // A server of 2026-07-28 ends the agent's subscription this way.
    const open = find(this.open[from], requestId) ?? find(this.open[otherSide(from)], requestId);
    if (!open) return;
    this.open[open.from].delete(open.request.id);
    this.cancel(open, from, typeof reason === 'string' ? reason : undefined);
  }

  private cancel(open: OpenRequest, by: McpSide, reason: string | undefined): void {
    open.recorder.append('mcp-request-cancelled', { by, ...(reason !== undefined && { reason }) }, open.span);
    if (open.from !== 'client') return;
    this.cancelled.set(open.request.id, open);
    for (const oldest of this.cancelled.keys()) {
      if (this.cancelled.size <= MOST_CANCELLED) break;
      this.cancelled.delete(oldest);
    }
  }

  private reportProgress(from: McpSide, { token, ...progress }: Progress): void {
    if (token === undefined) return;
    const open = [...this.open[otherSide(from)].values()].find(
      ({ request }) => progressTokenOf(request.params) === token,
    );
    open?.recorder.append('mcp-progress-reported', progress, open.span);
  }

  private relatedTo({ related }: Passing): OpenRequest | undefined {
    return related === undefined ? undefined : this.open.client.get(related);
  }

  private factsOf(
    request: McpRequest,
  ): Pick<McpEventData['mcp-request-received'], 'server' | 'transport' | 'protocolVersion'> {
    const { server, transport } = this.facts;
    const version = claimedVersion(request.params) ?? this.protocolVersion;
    return { server, transport, ...(version !== undefined && { protocolVersion: version }) };
  }
}

/** That of the very id, or of an equal number: see `sameId`. */
function find(open: ReadonlyMap<RequestId, OpenRequest>, id: RequestId): OpenRequest | undefined {
  const exact = open.get(id);
  if (exact) return exact;
  const same = sameId(id, open.keys());
  return same === undefined ? undefined : open.get(same);
}

type Told = Pick<McpEventData['mcp-response-sent'], 'outcome' | 'isError' | 'resultType' | 'error'>;

function readResult({ method }: McpRequest, { result }: McpResult): Told {
  const { isError, resultType } = result;
  const type = typeof resultType === 'string' && { resultType };
  if (isError !== true || method !== 'tools/call') return { outcome: 'ok', ...type };
  const error = { code: 'tool_error', message: toolErrorText(result) };
  return { outcome: 'error', isError: true, error, ...type };
}

function readFailure({ error }: McpFailure): Told {
  return { outcome: 'error', error: { code: String(error.code), message: error.message } };
}

function statusOf(status: number | undefined): { status?: number } {
  return status === undefined ? {} : { status };
}

function otherSide(side: McpSide): McpSide {
  return side === 'client' ? 'server' : 'client';
}
