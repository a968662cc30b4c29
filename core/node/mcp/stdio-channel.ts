import type { McpProcessInfo } from '../../api/contract.ts';
import type { IdSource } from '../../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../base/units.ts';
import type { EventData, RecordedHeaders } from '../../journal/event.ts';
import { Conversation } from '../../mcp/conversation.ts';
import { LEGACY, MODERN, type Era } from '../../mcp/era.ts';
import { onOneLine } from '../../mcp/event-stream.ts';
import { CHATTER, COUNTED, FloodGate, QUESTIONS, type FloodLimits } from '../../mcp/flood-gate.ts';
import { statusOfError } from '../../mcp/http-status.ts';
import type { InputRounds } from '../../mcp/input-rounds.ts';
import {
  ERROR_CODES,
  failureText,
  idText,
  readMessages,
  type McpFailure,
  type McpMessage,
  type McpNotification,
  type McpRequest,
  type McpResult,
  type RequestId,
} from '../../mcp/message.ts';
import { progressTokenOf } from '../../mcp/request-facts.ts';
import { WaitingLines } from '../../mcp/waiting-lines.ts';
import type { ChildOptions } from './child-process.ts';
import type { MessageStream } from './message-stream.ts';
import { Outlets } from './outlets.ts';
import type { ParamHeaders } from './param-headers.ts';
import { PendingRequests } from './pending-requests.ts';
import type { RunOf } from './run-of.ts';
import { SupervisedServer, type SupervisorPorts } from './supervised-server.ts';

export interface ChannelPorts extends SupervisorPorts {
  readonly ids: IdSource;
}

export interface ChannelOptions {
  /** As the configuration names it. */
  readonly server: string;
  readonly child: ChildOptions;
  readonly era: Era;
  /** For the record; see `ConversationFacts`. */
  readonly session?: string;
  readonly rounds: InputRounds;
  /** Told of every list of tools that the server gives out. */
  readonly params: ParamHeaders;
}

type Dropped = EventData['mcp-output-dropped']['what'];

/** A request waits for a restart that is at most so far away; else it is told at once. */
const WORTH_WAITING_MS: Millis = 5_000;
/** A server that was started again and does not take its session up by then will not. */
const REOPEN_MS: Millis = 30_000;
/** A server that lets more pile up unread does not work any more. */
const MOST_UNREAD = 64 * 1024 * 1024;

/**
 * One process of a stdio server with the agent that it serves: the lines of one go to the other as they are. A server
 * that ends by itself is started again and, where it has sessions, told again what the agent said when it began.
 */
export class StdioChannel {
  readonly outlets: Outlets;
  private readonly options: ChannelOptions;
  private readonly ports: ChannelPorts;
  private readonly process: SupervisedServer;
  private readonly conversation: Conversation;
  private readonly gates: Readonly<Record<'notifications' | 'requests' | 'undelivered', FloodGate>>;
  private readonly pending = new PendingRequests();
  private who: RunOf;
  private readonly waiting = new WaitingLines();
  private held = 0;
  /** What opened the session, once the server has agreed to it, and what the agent said then. */
  private opening: { readonly id: RequestId; readonly line: string; initialized?: string } | undefined;
  private isReopening = false;
  private cancelReopening: () => void = () => undefined;
  private lastUsed: number;
  private readonly noise = { stderr: 0, stdout: 0, dropped: 0 };
  /** The server did not agree to a session, or ended before. */
  onUseless: () => void = () => undefined;

  constructor(ports: ChannelPorts, options: ChannelOptions, who: RunOf) {
    this.ports = ports;
    this.options = options;
    this.who = who;
    this.lastUsed = ports.clock.now();
    const { server, session, rounds, era } = options;
    const gate = (what: Dropped, limits: FloodLimits) =>
      new FloodGate(ports, limits, (count, bytes) => this.noteDropped(what, count, bytes));
    this.gates = {
      notifications: gate('notifications', CHATTER),
      requests: gate('requests', QUESTIONS),
      undelivered: gate('undelivered', COUNTED),
    };
    this.conversation = new Conversation(
      { ids: ports.ids, rounds, admit: (what, bytes) => this.gates[what].admit(bytes) },
      { server, transport: 'stdio', ...(session !== undefined && { session }) },
    );
    this.outlets = new Outlets(ports.timers, era === LEGACY, {
      onLost: (stream) => this.leave(stream),
      onDropped: (bytes) => void this.gates.undelivered.admit(bytes),
    });
    this.process = new SupervisedServer(ports, options.child, {
      onLine: (text) => this.read(text),
      onNoise: (stream, text) => {
        this.noise[stream] += 1;
        this.who.recorder.append('mcp-output-written', { server, stream, text });
      },
      onDropped: (stream, count, bytes) => this.noteDropped(stream, count, bytes),
      onStarted: (pid) => this.begun(pid),
      onExit: (reason, restartInMs) => this.exited(reason, restartInMs),
    });
  }

  /** Whether that request, or the progress on it, would be taken for another one. */
  isBusyWith({ id, params }: McpRequest): boolean {
    return this.pending.has(id) || this.pending.hasToken(progressTokenOf(params));
  }

  /** Whether nobody waits for it: what it still works on was cancelled. */
  get isIdle(): boolean {
    return this.pending.isEmpty;
  }

  /** For how long nobody has used it, or listened. */
  get idleMs(): Millis {
    const { clock } = this.ports;
    if (!this.pending.isEmpty || this.outlets.isAttended) this.lastUsed = clock.now();
    return (clock.now() - this.lastUsed) / NANOS_PER_MILLI;
  }

  /** Whether the agent that it served is gone. */
  get isOrphan(): boolean {
    return this.who.isOver;
  }

  describe(): McpProcessInfo {
    const { state } = this.process;
    const { session } = this.options;
    const facts = { ...(session !== undefined && { session }), noise: { ...this.noise } };
    if (state.kind !== 'waiting') return { ...facts, ...(state.pid !== undefined && { pid: state.pid }) };
    const { reason, ends } = state;
    return { ...facts, waiting: { reason, ends, restartInMs: this.untilMs(state) } };
  }

  /** What the agent sends; requests are answered in `stream`. */
  submit(
    messages: readonly McpMessage[],
    who: RunOf,
    headers: RecordedHeaders,
    stream: MessageStream | undefined,
  ): void {
    this.who = who;
    this.lastUsed = this.ports.clock.now();
    const { recorder, attribution } = who;
    for (const message of messages) {
      this.conversation.observe('client', message, { recorder, attribution, headers });
      const line = onOneLine(message.text);
      if (message.kind === 'request' && stream) {
        this.pending.add({ request: message, stream });
        const refusal = this.refusal();
        if (refusal !== undefined) {
          this.fail(message.id, refusal);
          continue;
        }
        if (message.method === 'initialize' && this.options.era === LEGACY)
          this.opening = { id: message.id, line };
      }
      if (message.kind === 'notification') this.heed(message, line);
      this.deliver(line);
    }
  }

  /** Ends the process; whoever waits is told. */
  async close(because: string): Promise<void> {
    this.cancelReopening();
    for (const id of this.pending.ids) this.fail(id, because);
    for (const id of this.conversation.unanswered('server'))
      this.conversation.giveUp('server', id, { left: because });
    this.outlets.close();
    for (const gate of Object.values(this.gates)) gate.flush();
    await this.process.close();
  }

  private heed({ method, params }: McpNotification, line: string): void {
    if (method === 'notifications/initialized' && this.opening) this.opening.initialized = line;
    if (method === 'notifications/cancelled') this.pending.cancel(params['requestId']);
  }

  private deliver(line: string): void {
    if (!this.isAway) this.process.write(line);
    // What can be refused was refused before.
    else if (!this.waiting.add(line)) this.gates.undelivered.admit(line.length);
  }

  /** Whether it cannot be told anything yet: it is to be started again, or to take its session up again. */
  private get isAway(): boolean {
    return this.isReopening || this.process.state.kind === 'waiting';
  }

  private refusal(): string | undefined {
    const { state, unread } = this.process;
    const { server } = this.options;
    if (unread > MOST_UNREAD) return `The MCP server "${server}" does not read what it is sent.`;
    if (this.isAway && this.waiting.isFull)
      return `The MCP server "${server}" is being started again, and too many messages wait for it already.`;
    if (state.kind !== 'waiting') return undefined;
    const inMs = this.untilMs(state);
    if (inMs <= WORTH_WAITING_MS) return undefined;
    return `The MCP server "${server}" has ended ${state.ends} times in a row (${state.reason}); it is started again in ${seconds(inMs)}.`;
  }

  private untilMs({ until }: { readonly until: Nanos }): Millis {
    return Math.max(0, (until - this.ports.clock.now()) / NANOS_PER_MILLI);
  }

  private read(text: string): boolean {
    const messages = readMessages(text);
    // An error that says nothing of what it answers reaches nobody.
    if (!messages || messages.some(({ kind, ...message }) => kind === 'failure' && !('id' in message)))
      return false;
    let isWanted = true;
    for (const message of messages) {
      if (message.kind !== 'result' && message.kind !== 'failure') this.say(message);
      else if (!this.answer(message)) isWanted = false;
    }
    return isWanted;
  }

  /** False where nobody has asked that, or it is answered already. */
  private answer(message: McpResult | McpFailure): boolean {
    const { id } = message;
    if (this.isReopening && id === this.opening?.id) {
      this.reopened(message);
      return true;
    }
    const pending = id === undefined ? undefined : this.pending.get(id);
    const isFailure = message.kind === 'failure';
    const status =
      pending && isFailure && this.options.era === MODERN
        ? statusOfError(message.error, pending.request)
        : 200;
    this.conversation.observe('server', message, { recorder: this.who.recorder, status });
    if (!pending || id === undefined) return false;
    this.pending.take(id);
    if (pending.request.method === 'tools/list' && message.kind === 'result')
      this.options.params.learn(message.result);
    if (pending.request.method === 'initialize' && message.kind === 'result')
      this.outlets.isPrimed = String(message.result['protocolVersion']) >= LEGACY;
    this.send(pending.stream, message.text, status);
    if (pending.request.method === 'initialize' && isFailure) this.onUseless();
    return true;
  }

  /** What the server says without being asked goes where it belongs or, since stdio does not tell, where it can go. */
  private say(message: McpRequest | McpNotification): void {
    const { recorder } = this.who;
    const owner = this.pending.ownerOf(message);
    const related = owner?.request.id;
    this.conversation.observe('server', message, { recorder, ...(related !== undefined && { related }) });
    const isOpen = owner && (owner.stream.takesEvents || owner.stream.canResume);
    const stream = isOpen ? owner.stream : this.outlets.forUnrelated(this.pending.streams);
    if (stream) this.push(stream, message.text);
    else this.outlets.keep(message.text);
  }

  /** The answer to the last request of a response ends that. */
  private send(stream: MessageStream, text: string, status = 200): void {
    const isLast = this.pending.answeredIn(stream).length === 0;
    this.push(stream, text, isLast, status);
    if (isLast) this.outlets.finish(stream);
  }

  private push(stream: MessageStream, text: string, isLast = false, status = 200): void {
    const isTaken = stream.send(text, isLast, () => this.release(), status);
    if (isTaken) return;
    this.held += 1;
    this.process.pause();
  }

  private release(): void {
    this.held -= 1;
    if (this.held === 0) this.process.resume();
  }

  /** In protocols with sessions a client that leaves cancels nothing; without them that is how it cancels. */
  private leave(stream: MessageStream): void {
    const left = 'the client closed the connection';
    for (const id of this.pending.answeredIn(stream)) {
      this.conversation.giveUp('client', id, { left });
      if (this.options.era === LEGACY) continue;
      // It may answer all the same: until then the id is not another's.
      this.pending.cancel(id);
      const params = `{"requestId":${idText(id)},"reason":${JSON.stringify(left)}}`;
      this.deliver(`{"jsonrpc":"2.0","method":"notifications/cancelled","params":${params}}`);
    }
  }

  private fail(id: RequestId, message: string): void {
    const { stream } = this.pending.take(id)!;
    const { server } = this.options;
    this.conversation.giveUp('client', id, { error: { code: 'server_ended', message } });
    const error = { code: ERROR_CODES.internalError, message, data: { server } };
    this.send(stream, failureText(id, error));
  }

  private begun(pid: number): void {
    this.who.recorder.append('mcp-server-started', { server: this.options.server, pid });
    if (!this.isReopening) return this.flush();
    this.process.write(this.opening!.line);
    this.cancelReopening = this.ports.timers.after(REOPEN_MS, () => this.onUseless());
  }

  private reopened(message: McpResult | McpFailure): void {
    this.isReopening = false;
    this.cancelReopening();
    if (message.kind === 'failure') return this.onUseless();
    if (this.opening?.initialized !== undefined) this.process.write(this.opening.initialized);
    this.flush();
  }

  private flush(): void {
    for (const line of this.waiting.take()) this.process.write(line);
  }

  private exited(reason: string, restartInMs: Millis): void {
    const { server } = this.options;
    // A server that ends before there is a session will do so again: that is for the agent to try.
    const isOpening = this.opening !== undefined && this.pending.has(this.opening.id);
    this.who.recorder.append('mcp-server-exited', { server, reason, ...(!isOpening && { restartInMs }) });
    const again = isOpening ? '' : `; it is started again in ${seconds(restartInMs)}`;
    const message = `The MCP server "${server}" ended before it answered (${reason})${again}.`;
    for (const id of this.pending.ids) this.fail(id, message);
    for (const id of this.conversation.unanswered('server'))
      this.conversation.giveUp('server', id, { error: { code: 'server_ended', message } });
    this.waiting.take();
    this.cancelReopening();
    this.isReopening = this.opening !== undefined;
    if (isOpening) this.onUseless();
  }

  private noteDropped(what: Dropped, count: number, bytes: number): void {
    const { server } = this.options;
    if (what !== 'notifications') this.noise.dropped += count;
    this.who.recorder.append('mcp-output-dropped', { server, what, count, bytes });
  }
}

function seconds(millis: Millis): string {
  return `${(millis / 1000).toFixed(1)} s`;
}
