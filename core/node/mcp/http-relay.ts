import { Agent } from 'undici';
import type { McpServerInfo } from '../../api/contract.ts';
import type { Clock, Timers } from '../../base/clock.ts';
import type { IdSource, RunId } from '../../base/ids.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import type { Millis } from '../../base/units.ts';
import type { CallError } from '../../journal/event.ts';
import { Conversation } from '../../mcp/conversation.ts';
import { LEGACY } from '../../mcp/era.ts';
import { CHATTER, FloodGate, QUESTIONS, type FloodLimits } from '../../mcp/flood-gate.ts';
import { InputRounds } from '../../mcp/input-rounds.ts';
import { ERROR_CODES, type RequestId } from '../../mcp/message.ts';
import { forwardedRequestHeaders, headerOf, recordedResponseHeaders } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import {
  eraOf,
  header,
  ownHeaders,
  recordedHeaders,
  refuseExchange,
  requestIdOf,
  type Exchange,
} from './exchange.ts';
import { observeAnswer, type AnswerObserver } from './observe-answer.ts';
import { endToEnd, passAnswer } from './pass-answer.ts';
import type { ProtectedResource } from './protected-resource.ts';
import { Recent } from './recent.ts';
import type { RunOf } from './run-of.ts';
import { shortOf } from './session-name.ts';

export interface HttpRelayPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly ids: IdSource;
}

export interface HttpServerOptions {
  readonly name: string;
  readonly url: string;
  /** Signalbox's own, which is nobody else's business. */
  readonly clientToken: string;
}

/** How long a client may take to come back for an answer that broke off. */
const COME_BACK_MS: Millis = 60_000;
const MOST_SESSIONS = 1_000;
const CONNECT_MS: Millis = 5_000;

/** How much of what a server says by itself is recorded; see `FloodGate`. */
type Gates = Readonly<Record<'notifications' | 'requests', FloodGate>>;

/** The answer's head, with names as the server wrote them. */
interface Answer {
  readonly status: number;
  readonly headers: HeaderList;
  readonly body: AsyncIterable<Uint8Array>;
}

/**
 * Passes everything on to a server that speaks HTTP itself, byte for byte, and reads along. What the one side does with
 * its connection is done to the other: what that means is theirs to know, and differs between the protocols.
 */
export class HttpRelay {
  private readonly ports: HttpRelayPorts;
  private readonly options: HttpServerOptions;
  private readonly resource: ProtectedResource;
  private readonly rounds: InputRounds;
  /** By the id of the session, and by that of the last event of an answer that a client may come back for. */
  private readonly sessions = new Recent<string, Conversation>(MOST_SESSIONS);
  private readonly brokenOff = new Recent<string, Conversation>(MOST_SESSIONS);
  /** A run's own: what floods one is not left out in another. */
  private readonly gates = new Recent<RunId, Gates>(MOST_SESSIONS);
  private readonly agent = new Agent({
    connectTimeout: CONNECT_MS,
    // Tools take their time, and a stream of notifications may say nothing for hours: the client decides.
    headersTimeout: 0,
    bodyTimeout: 0,
    // A tool is not called twice because its server closed an idle connection just then: we are first to close.
    keepAliveTimeout: 4_000,
    keepAliveTimeoutThreshold: 3_000,
  });

  constructor(ports: HttpRelayPorts, options: HttpServerOptions, resource: ProtectedResource) {
    this.ports = ports;
    this.options = options;
    this.resource = resource;
    this.rounds = new InputRounds(ports.ids);
  }

  describe(): Pick<McpServerInfo, 'sessions' | 'processes'> {
    return { sessions: this.sessions.size, processes: [] };
  }

  async close(): Promise<void> {
    for (const { notifications, requests } of this.gates.values) {
      notifications.flush();
      requests.flush();
    }
    await this.agent.destroy();
  }

  async serve(exchange: Exchange): Promise<void> {
    const { response, who, messages } = exchange;
    const conversation = this.conversationOf(exchange);
    const asked = messages.flatMap((message) => (message.kind === 'request' ? [message.id] : []));
    const { recorder, attribution } = who;
    for (const message of messages)
      conversation.observe('client', message, {
        recorder,
        attribution,
        headers: recordedHeaders(exchange.headers),
      });

    const gone = new AbortController();
    response.on('close', () => gone.abort());
    const sent = await this.send(exchange, gone.signal);
    if (!sent.ok) {
      if (gone.signal.aborted) return this.conclude(conversation, asked, { left: true });
      for (const id of asked) conversation.giveUp('client', id, { error: sent.error });
      const error = { code: ERROR_CODES.internalError, message: sent.error.message };
      return refuseExchange(response, 502, error, requestIdOf(exchange), ownHeaders(exchange));
    }
    const answer = sent.value;
    const observer = this.observe(exchange, conversation, asked, answer);
    response.sendDate = false;
    response.writeHead(answer.status, [
      ...this.resource.rewriteChallenge(answer.headers, exchange.run).flat(),
      ...Object.entries(ownHeaders(exchange)).flat(),
    ]);
    response.flushHeaders();
    const isWhole = await passAnswer(answer.body, response, observer);
    const { lastEventId } = observer;
    if (lastEventId !== undefined) this.brokenOff.set(lastEventId, conversation);
    const canResume = lastEventId !== undefined && eraOf(exchange) === LEGACY;
    const left = !isWhole && gone.signal.aborted;
    this.conclude(conversation, asked, { left, canResume, status: answer.status, isWhole });
    if (exchange.request.method === 'DELETE' && answer.status < 300) this.forget(exchange, conversation);
  }

  private observe(
    exchange: Exchange,
    conversation: Conversation,
    asked: readonly RequestId[],
    { status, headers }: Answer,
  ): AnswerObserver {
    const lower: HeaderList = headers.map(([name, value]) => [name.toLowerCase(), value]);
    const session = headerOf(lower, 'mcp-session-id');
    if (session !== undefined && status < 300) this.sessions.set(session, conversation);
    const visible = lower.filter(([name]) => name !== 'mcp-session-id');
    const facts = { status, headers: recordedResponseHeaders(visible) };
    const related = asked.length === 1 ? { related: asked[0] } : {};
    return observeAnswer(headerOf(lower, 'content-type'), (message) => {
      const isAnswer = message.kind === 'result' || message.kind === 'failure';
      const { recorder } = exchange.who;
      conversation.observe('server', message, { recorder, ...related, ...(isAnswer && facts) });
    });
  }

  /** The session's; or that of the answer that a client comes back for; or a new one. */
  private conversationOf(exchange: Exchange): Conversation {
    const session = header(exchange, 'mcp-session-id');
    const lastEvent = header(exchange, 'last-event-id');
    const known =
      (session === undefined ? undefined : this.sessions.get(session)) ??
      (lastEvent === undefined ? undefined : this.brokenOff.get(lastEvent));
    if (known) return known;
    const conversation = new Conversation(
      {
        ids: this.ports.ids,
        rounds: this.rounds,
        admit: (what, bytes) => this.gatesOf(exchange.who)[what].admit(bytes),
      },
      {
        server: this.options.name,
        transport: 'http',
        ...(session !== undefined && { session: shortOf(session) }),
      },
    );
    // From before Signalbox was started.
    if (session !== undefined) this.sessions.set(session, conversation);
    return conversation;
  }

  private gatesOf({ recorder }: RunOf): Gates {
    const known = this.gates.get(recorder.runId);
    if (known) return known;
    const { name: server } = this.options;
    const gate = (what: keyof Gates, limits: FloodLimits) =>
      new FloodGate(this.ports, limits, (count, bytes) =>
        recorder.append('mcp-output-dropped', { server, what, count, bytes }),
      );
    const gates = {
      notifications: gate('notifications', CHATTER),
      requests: gate('requests', QUESTIONS),
    };
    this.gates.set(recorder.runId, gates);
    return gates;
  }

  private async send(exchange: Exchange, signal: AbortSignal): Promise<Result<Answer, CallError>> {
    const { request, headers, body } = exchange;
    const { origin, pathname, search } = new URL(this.options.url);
    const isOurs = header(exchange, 'authorization')?.endsWith(this.options.clientToken) ?? false;
    const method = request.method === 'POST' ? 'POST' : request.method === 'DELETE' ? 'DELETE' : 'GET';
    try {
      const answer = await this.agent.request({
        origin,
        path: pathname + search,
        method,
        headers: forwardedRequestHeaders(headers, { kind: isOurs ? 'none' : 'as-sent' }).flat(),
        body: method === 'POST' ? body : null,
        signal,
        responseHeaders: 'raw',
      });
      return ok({ status: answer.statusCode, headers: endToEnd(answer.headers), body: answer.body });
    } catch (error) {
      return fail(describe(error as Error & { code?: string }, origin));
    }
  }

  /** What becomes of the requests that an exchange leaves without an answer. */
  private conclude(
    conversation: Conversation,
    asked: readonly RequestId[],
    end: { left: boolean; canResume?: boolean; status?: number; isWhole?: boolean },
  ): void {
    const unanswered = new Set(conversation.unanswered('client'));
    const left = 'the client closed the connection';
    for (const id of asked) {
      if (!unanswered.has(id)) continue;
      if (end.canResume === true)
        this.ports.timers.after(COME_BACK_MS, () => conversation.giveUp('client', id, { left }));
      else if (end.left) conversation.giveUp('client', id, { left });
      else conversation.giveUp('client', id, { error: noAnswer(end.status ?? 0, end.isWhole === true) });
    }
  }

  private forget(exchange: Exchange, conversation: Conversation): void {
    const session = header(exchange, 'mcp-session-id');
    if (session !== undefined) this.sessions.delete(session);
    for (const side of ['client', 'server'] as const)
      for (const id of conversation.unanswered(side))
        conversation.giveUp(side, id, { left: 'the client ended the session' });
  }
}

function noAnswer(status: number, isWhole: boolean): CallError {
  if (!isWhole) return { code: 'connection_lost', message: 'the answer broke off', status };
  if (status >= 400) return { code: `http_${status}`, message: `the server answered ${status}`, status };
  return { code: 'no_answer', message: 'the server ended its answer without a response', status };
}

function describe(error: Error & { code?: string }, origin: string): CallError {
  const code = error.code ?? 'connection_lost';
  const reason = code === 'ECONNREFUSED' ? 'nothing listens there' : error.message;
  return {
    code: code.toLowerCase(),
    message: `The MCP server at ${origin} cannot be reached: ${reason}.`,
    status: 502,
  };
}
