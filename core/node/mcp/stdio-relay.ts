import { randomUUID } from 'node:crypto';
import type { McpServerInfo } from '../../api/contract.ts';
import type { RunId } from '../../base/ids.ts';
import type { Millis } from '../../base/units.ts';
import { LEGACY, MODERN, type Era } from '../../mcp/era.ts';
import { InputRounds } from '../../mcp/input-rounds.ts';
import { ERROR_CODES, type McpMessage, type McpNotification, type McpRequest } from '../../mcp/message.ts';
import { checkHeaders } from './check-headers.ts';
import type { ChildOptions } from './child-process.ts';
import {
  accepts,
  eraOf,
  header,
  ownHeaders,
  recordedHeaders,
  refuseExchange,
  requestIdOf,
  type Exchange,
} from './exchange.ts';
import type { OutletOptions } from './outlets.ts';
import { ParamHeaders } from './param-headers.ts';
import { shortOf } from './session-name.ts';
import { StdioChannel, type ChannelPorts } from './stdio-channel.ts';

export interface StdioServerOptions {
  readonly name: string;
  readonly child: ChildOptions;
  readonly era: Era | 'auto';
}

const SWEEP_MS: Millis = 1_000;
const SESSION_IDLE_MS: Millis = 30 * 60_000;
const SHARED_IDLE_MS: Millis = 5 * 60_000;
/** Processes that one run may have for calls without sessions. */
const MOST_SHARED = 8;

const INITIALIZE = 'initialize';

/**
 * Streamable HTTP in front of a server that speaks over its standard streams.
 *
 * A session has a process of its own, as the agent would have started one itself. Without sessions one process serves a
 * whole run: that is what the protocol has it for (2026-07-28, "Statelessness"), while another run's calls could not
 * be told from these in what it prints, and would end with it. Ids stay what they are, so two requests with one id are
 * not with one process at once: the second gets another.
 */
export class StdioRelay {
  private readonly ports: ChannelPorts;
  private readonly options: StdioServerOptions;
  private readonly rounds: InputRounds;
  private readonly params = new ParamHeaders();
  private readonly sessions = new Map<string, StdioChannel>();
  private readonly shared = new Map<RunId, StdioChannel[]>();
  private readonly closing = new Set<Promise<void>>();
  private cancelSweep: () => void = () => undefined;

  constructor(ports: ChannelPorts, options: StdioServerOptions) {
    this.ports = ports;
    this.options = options;
    this.rounds = new InputRounds(ports.ids);
    this.sweepLater();
  }

  describe(): Pick<McpServerInfo, 'sessions' | 'processes'> {
    return { sessions: this.sessions.size, processes: this.channels.map((channel) => channel.describe()) };
  }

  serve(exchange: Exchange): void {
    switch (exchange.request.method) {
      case 'GET':
        return this.listen(exchange);
      case 'DELETE':
        return this.endSession(exchange);
      default:
        return this.post(exchange);
    }
  }

  async close(): Promise<void> {
    this.cancelSweep();
    for (const channel of this.channels) this.end(channel, 'Signalbox is ending');
    this.sessions.clear();
    this.shared.clear();
    await Promise.all(this.closing);
  }

  private get channels(): readonly StdioChannel[] {
    return [...this.sessions.values(), ...[...this.shared.values()].flat()];
  }

  private post(exchange: Exchange): void {
    const { messages, response } = exchange;
    if (messages.length === 0) {
      const message = 'The body is not a JSON-RPC message.';
      const code = isJson(exchange.body) ? ERROR_CODES.invalidRequest : ERROR_CODES.parseError;
      return refuseExchange(response, 400, { code, message });
    }
    const era = eraOf(exchange);
    const wanted = this.options.era;
    if (era === MODERN && wanted !== LEGACY) return this.postModern(exchange);
    if (wanted !== MODERN) return this.postLegacy(exchange);
    const data = { supported: [MODERN], requested: header(exchange, 'mcp-protocol-version') ?? LEGACY };
    const message = `The MCP server "${this.options.name}" speaks ${MODERN}, which has no sessions.`;
    const error = { code: ERROR_CODES.unsupportedProtocolVersion, message, data };
    return refuseExchange(response, 400, error, requestIdOf(exchange));
  }

  private postLegacy(exchange: Exchange): void {
    const { messages, response } = exchange;
    const opens = messages.some((message) => message.kind === 'request' && message.method === INITIALIZE);
    if (opens && header(exchange, 'mcp-session-id') === undefined) return this.openSession(exchange);
    const session = this.sessionOf(exchange);
    if (!session) return;
    const version = header(exchange, 'mcp-protocol-version');
    if (version !== undefined && !/^20\d\d-\d\d-\d\d$/.test(version)) {
      const message = `Unsupported protocol version "${version}".`;
      return refuseExchange(response, 400, message, requestIdOf(exchange));
    }
    this.submit(exchange, session, { 'mcp-session-id': header(exchange, 'mcp-session-id')! });
  }

  private postModern(exchange: Exchange): void {
    const { messages, response } = exchange;
    const [message, ...others] = messages;
    const id = requestIdOf(exchange);
    if (!message || others.length > 0 || (message.kind !== 'request' && message.kind !== 'notification'))
      return refuseExchange(response, 400, `${MODERN} takes one request or notification at a time.`, id);
    if (message.kind === 'request') {
      const headerOf = (name: string) => header(exchange, name);
      const error = checkHeaders(headerOf, message) ?? this.params.check(headerOf, message);
      if (error) return refuseExchange(response, 400, error, id);
    }
    const channel = this.sharedChannel(exchange, message);
    if (channel) return this.submit(exchange, channel, {});
    const text = `${MOST_SHARED} requests with this id, or this progress token, are under way in this run.`;
    return refuseExchange(response, 503, { code: ERROR_CODES.internalError, message: text }, id);
  }

  /** One that does not take the message for another's; nothing where there is none, and no room for a further one. */
  private sharedChannel(exchange: Exchange, message: McpRequest | McpNotification): StdioChannel | undefined {
    const { runId } = exchange.who.run.recorder;
    let channels = this.shared.get(runId) ?? [];
    const free = channels.find((one) => message.kind === 'notification' || !one.isBusyWith(message));
    if (free) return free;
    if (channels.length >= MOST_SHARED) {
      const idle = channels.find((one) => one.isIdle);
      if (!idle) return undefined;
      this.end(idle, 'what it works on was cancelled');
      channels = channels.filter((one) => one !== idle);
    }
    const channel = this.channel(exchange, MODERN);
    this.shared.set(runId, [...channels, channel]);
    return channel;
  }

  private openSession(exchange: Exchange): void {
    const id = randomUUID();
    const channel = this.channel(exchange, LEGACY, shortOf(id));
    this.sessions.set(id, channel);
    channel.onUseless = () => {
      this.sessions.delete(id);
      this.end(channel, 'the session could not be opened');
    };
    this.submit(exchange, channel, { 'mcp-session-id': id });
  }

  private channel({ who }: Exchange, era: Era, session?: string): StdioChannel {
    const { name: server, child } = this.options;
    const { rounds, params } = this;
    const options = { server, child, era, rounds, params, ...(session !== undefined && { session }) };
    return new StdioChannel(this.ports, options, who);
  }

  private submit(exchange: Exchange, channel: StdioChannel, headers: Readonly<Record<string, string>>): void {
    const { messages, response, who } = exchange;
    const recorded = recordedHeaders(exchange.headers);
    const asks = messages.some((message: McpMessage) => message.kind === 'request');
    if (!asks) {
      channel.submit(messages, who, recorded, undefined);
      response.writeHead(202, { ...headers, ...ownHeaders(exchange) }).end();
      return;
    }
    const stream = channel.outlets.open(response, outletOptions(exchange, headers));
    channel.submit(messages, who, recorded, stream);
  }

  private listen(exchange: Exchange): void {
    const { response } = exchange;
    if (this.options.era === MODERN)
      return refuseExchange(response, 405, `${MODERN} has no GET.`, undefined, { allow: 'POST' });
    if (!accepts(header(exchange, 'accept'), 'text/event-stream'))
      return refuseExchange(response, 406, 'A GET must accept text/event-stream.');
    const session = this.sessionOf(exchange);
    if (!session) return;
    const lastEventId = header(exchange, 'last-event-id');
    if (lastEventId !== undefined) {
      if (session.outlets.resume(response, lastEventId)) return;
      return refuseExchange(
        response,
        400,
        `There is nothing to go on with after the event "${lastEventId}".`,
      );
    }
    const headers = { 'mcp-session-id': header(exchange, 'mcp-session-id')! };
    session.outlets.listen(response, {
      ...outletOptions(exchange, headers),
      accepts: { json: false, events: true },
    });
  }

  private endSession(exchange: Exchange): void {
    const session = this.sessionOf(exchange);
    if (!session) return;
    this.sessions.delete(header(exchange, 'mcp-session-id')!);
    this.end(session, 'the client ended the session');
    exchange.response.writeHead(200, ownHeaders(exchange)).end();
  }

  /** Where there is none, the exchange is refused already. */
  private sessionOf(exchange: Exchange): StdioChannel | undefined {
    const { response } = exchange;
    const id = header(exchange, 'mcp-session-id');
    if (id === undefined) {
      const message = 'Bad Request: the header Mcp-Session-Id is needed; a session begins with `initialize`.';
      refuseExchange(response, 400, { code: -32_000, message }, requestIdOf(exchange));
      return undefined;
    }
    const session = this.sessions.get(id);
    if (!session) {
      const message = 'Session not found: it has ended; a new one begins with `initialize`.';
      refuseExchange(response, 404, { code: -32_001, message }, requestIdOf(exchange));
    }
    return session;
  }

  private end(channel: StdioChannel, because: string): void {
    const closed = channel.close(because).finally(() => this.closing.delete(closed));
    this.closing.add(closed);
  }

  private sweepLater(): void {
    this.cancelSweep = this.ports.timers.after(SWEEP_MS, () => {
      this.sweep();
      this.sweepLater();
    });
  }

  /** Ends what nobody uses any more. */
  private sweep(): void {
    for (const [id, channel] of this.sessions) {
      if (!channel.isOrphan && channel.idleMs < SESSION_IDLE_MS) continue;
      this.sessions.delete(id);
      this.end(channel, 'the session was not used any more');
    }
    for (const [run, channels] of this.shared) {
      const [idle, used] = partition(channels, (one) => one.isOrphan || one.idleMs >= SHARED_IDLE_MS);
      for (const channel of idle) this.end(channel, 'the process was not used any more');
      if (used.length > 0) this.shared.set(run, used);
      else this.shared.delete(run);
    }
  }
}

function isJson(body: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(body));
    return true;
  } catch {
    return false;
  }
}

function outletOptions(exchange: Exchange, headers: Readonly<Record<string, string>>): OutletOptions {
  const accept = header(exchange, 'accept');
  const taken = { json: accepts(accept, 'application/json'), events: accepts(accept, 'text/event-stream') };
  const both = taken.json || taken.events ? taken : { json: true, events: true };
  return { headers: { ...headers, ...ownHeaders(exchange) }, accepts: both };
}

function partition<Value>(values: readonly Value[], test: (value: Value) => boolean): [Value[], Value[]] {
  return [values.filter(test), values.filter((value) => !test(value))];
}
