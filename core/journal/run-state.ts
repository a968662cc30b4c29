import type { RunId, SpanId } from '../base/ids.ts';
import type { Millis, Nanos, Tokens, Usd } from '../base/units.ts';
import type { RemoteSpan } from './otlp/traceparent.ts';
import type { McpSide, McpTransport } from './mcp-events.ts';
import type { Pick } from './pick.ts';
import type { ReportedContent, SpanMeaning, SpanRole } from './span-report.ts';
import type { Task } from './task.ts';
import type {
  Attribution,
  BodyRef,
  CallError,
  ChunkTiming,
  Cost,
  Dialect,
  EndStatus,
  EventData,
  ErrorClass,
  FallbackTarget,
  ImportedFrom,
  QueueClass,
  QueueOutcome,
  RecordedHeaders,
  RouteTarget,
  ServiceFacts,
  StreamVerdict,
  Usage,
} from './event.ts';

export type RunStatus = 'running' | EndStatus;
export type SpanStatus = 'running' | 'ok' | 'error' | 'cancelled' | 'interrupted';

/** What a run's journal says so far: the result of folding its events. */
export interface RunState {
  readonly run: RunSummary;
  /** In the order in which they were heard of. */
  readonly spans: ReadonlyMap<SpanId, Span>;
  readonly logs: readonly LogLine[];
  /** By the key of a reported span that has not come: who hangs under it when it does. */
  readonly awaited: ReadonlyMap<string, Waiting>;
}

/** A chain, so that one more costs nothing: an agent's span may have many children before it ends. */
export interface Waiting {
  readonly child: SpanId;
  readonly next?: Waiting;
}

/** One row of the list of runs; every figure is a sum over the run's calls. */
export interface RunSummary {
  readonly id: RunId;
  readonly name: string;
  readonly status: RunStatus;
  readonly source: 'launched' | 'ambient' | 'sample' | 'imported' | 'host';
  /** What an imported run was read from, and when. */
  readonly imported?: ImportedFrom;
  readonly command?: readonly string[];
  /** A person wants to keep it; said by the store, not by the run's events. */
  readonly pinned?: true;
  readonly startedAt: Millis;
  /** From the start to the end, or to the newest event while it runs. */
  readonly duration: Nanos;
  readonly lastSeq: number;
  readonly exitCode?: number;
  readonly signal?: string;
  readonly reason?: string;
  readonly calls: number;
  /** Calls still in flight. */
  readonly openCalls: number;
  /** Calls that ended in an error; a failed attempt that was retried elsewhere is not one. */
  readonly errors: number;
  /** Attempts after the first one of a call; hedges are not among them. */
  readonly retries: number;
  /** Attempts that were sent beside one under way; absent where there were none. */
  readonly hedges?: number;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** Calls whose tokens are estimated, and are in the sums as such; absent where there are none. */
  readonly estimatedCalls?: number;
  /** Ended calls that should have tokens, of which nobody knows how many. */
  readonly uncountedCalls: number;
  readonly cost: Usd;
  /** Times in which nothing of it could be recorded; absent where there were none. */
  readonly gaps?: number;
  /** Ended calls with tokens but no known price. */
  readonly unpricedCalls: number;
  /** Spans reported over OTLP; absent where there are none. What they say of tokens is in none of these sums. */
  readonly reportedSpans?: number;
  /** Requests of the agent to MCP servers; absent where there were none. */
  readonly mcpRequests?: number;
}

/** Calls whose cost is not in the sum: no price is known for them, or nobody knows their tokens. */
export function unknownCosts({ unpricedCalls, uncountedCalls }: RunSummary): number {
  return unpricedCalls + uncountedCalls;
}

interface SpanBase {
  readonly id: SpanId;
  readonly parentId?: SpanId;
  /** Place in the order in which they were heard of, from 0. */
  readonly index: number;
  readonly name: string;
  readonly startedAt: Nanos;
  readonly endedAt?: Nanos;
  readonly status: SpanStatus;
  readonly error?: CallError;
}

/** The agent's process, or a client's ambient run: the root of the tree. */
export interface AgentSpan extends SpanBase {
  readonly kind: 'agent';
}

export interface CallSpan extends SpanBase {
  readonly kind: 'call';
  readonly dialect: Dialect;
  readonly operation: string;
  readonly method: string;
  readonly path: string;
  readonly model?: string;
  readonly streaming: boolean;
  readonly attribution: Attribution;
  /** The span that called, as `traceparent` named it; the parent, where it has been reported. */
  readonly remoteParent?: RemoteSpan;
  readonly requestHeaders: RecordedHeaders;
  readonly requestBody?: BodyRef;
  readonly task?: Task;
  /** In the order in which they happened, like the waits and the fallbacks. */
  readonly routes: readonly Route[];
  readonly waits: readonly Wait[];
  readonly fallbacks: readonly Fallback[];
  /** The client was told to ask for the answer later. */
  readonly deferred?: true;
  /** Nobody answered; the text is the configuration's. */
  readonly preset?: true;
  /** How its stream ended. */
  readonly verdict?: StreamVerdict;
  readonly timing?: readonly ChunkTiming[];
  /** Pieces of its answer that could not be read. */
  readonly unparsed?: number;
  readonly firstTokenAt?: Nanos;
  readonly httpStatus?: number;
  readonly responseHeaders?: RecordedHeaders;
  readonly responseBody?: BodyRef;
  readonly usage?: Usage;
  readonly cost?: Cost;
  readonly finishReason?: string;
  readonly answeredModel?: string;
  readonly clientRetry?: number;
  /** The call that its client tried again with this one. */
  readonly retryOf?: SpanId;
}

/** Whether tokens are to be expected: everything with a body to a model, but not a list of models. */
export function generates({ method, model }: CallSpan): boolean {
  return method === 'POST' && model !== undefined;
}

/** Whether a call has cost something that nobody knows. */
export function costIsUnknown(call: CallSpan): boolean {
  if (call.cost) return false;
  return call.usage !== undefined || (call.status === 'ok' && generates(call));
}

/** One decision about a call: where it went and why. */
export interface Route {
  readonly attempt: number;
  readonly at: Nanos;
  readonly target: RouteTarget;
  readonly tier?: string;
  readonly rule?: number;
  readonly hedge?: true;
  readonly pick: Pick;
  readonly after?: CallError;
}

/** A time in which a call had no place: in a queue, or between two tries. */
export interface Wait {
  readonly at: Nanos;
  readonly endedAt?: Nanos;
  readonly because: 'queue' | 'backoff';
  readonly queue?: string;
  readonly class?: QueueClass;
  readonly ahead?: number;
  readonly outcome?: QueueOutcome;
}

/** A call's way from one target to another. */
export interface Fallback {
  readonly at: Nanos;
  readonly from: string;
  readonly to: FallbackTarget;
  readonly because: ErrorClass | 'unavailable';
}

export interface AttemptSpan extends SpanBase {
  readonly kind: 'attempt';
  readonly attempt: number;
  readonly instance: string;
  readonly provider: string;
  readonly endpoint: string;
  readonly model?: string;
  readonly hedge?: true;
  /** The dialect that it was said in, where that is not the client's. */
  readonly translated?: EventData['request-translated'];
  /** What an adapter saw of it. */
  readonly service?: ServiceFacts;
  readonly reserved?: Readonly<Record<string, number>>;
  readonly httpStatus?: number;
  readonly headersAt?: Nanos;
  readonly firstTokenAt?: Nanos;
  readonly responseHeaders?: RecordedHeaders;
  /** The upstream's answer, where it was not passed on. */
  readonly responseBody?: BodyRef;
}

/** A span that the agent, or whatever it talks to, reported over OTLP. Its attributes are in the event. */
export interface ReportedSpan extends SpanBase, SpanMeaning {
  readonly kind: 'reported';
  readonly traceId: string;
  /** The id that OpenTelemetry has for it: the same as ours, unless two traces of the run have a span of that id. */
  readonly remoteId: string;
  /** The parent's, as it was reported: it may be missing, and the span hangs under the root then. */
  readonly remoteParentId?: string;
  readonly role: SpanRole;
  readonly service?: string;
  readonly scope?: string;
  readonly input?: ReportedContent;
  readonly output?: ReportedContent;
  readonly firstTokenAt?: Nanos;
  /** Set where the reporter's clock put it outside the run: before its start, or after it was reported. */
  readonly reportedTimes?: { readonly startedAt: Nanos; readonly endedAt?: Nanos };
  /** The event that this was taken from, of several the fullest; its attributes, events and links, counted. */
  readonly seq: number;
  readonly fullness: number;
}

/** One JSON-RPC request of MCP: an agent's to a server or, below that, a server's to the agent. */
export interface McpSpan extends SpanBase {
  readonly kind: 'mcp';
  readonly server: string;
  readonly transport: McpTransport;
  readonly from: McpSide;
  readonly method: string;
  readonly requestId: string | number;
  /** A tool, a prompt, or a resource's URI. */
  readonly subject?: string;
  readonly protocolVersion?: string;
  readonly session?: string;
  readonly attribution?: Attribution;
  readonly round?: number;
  readonly traceparent?: string;
  readonly requestHeaders?: RecordedHeaders;
  /** The whole message. */
  readonly requestBody: BodyRef;
  /** The newest report, and how many there were. */
  readonly progress?: {
    readonly at: Nanos;
    readonly reports: number;
    readonly progress: number;
    readonly total?: number;
    readonly message?: string;
  };
  readonly cancelled?: { readonly by: McpSide; readonly reason?: string };
  readonly httpStatus?: number;
  readonly responseHeaders?: RecordedHeaders;
  readonly responseBody?: BodyRef;
  /** A tool says of itself that it failed. */
  readonly isError?: true;
  readonly resultType?: string;
}

export type Span = AgentSpan | CallSpan | AttemptSpan | McpSpan | ReportedSpan;

/** What went in and what came out, where it is kept. */
export function bodiesOfSpan(span: Span): { readonly request?: BodyRef; readonly response?: BodyRef } {
  switch (span.kind) {
    case 'agent':
      return {};
    case 'call':
    case 'mcp':
      return {
        ...(span.requestBody && { request: span.requestBody }),
        ...(span.responseBody && { response: span.responseBody }),
      };
    case 'attempt':
      return { ...(span.responseBody && { response: span.responseBody }) };
    case 'reported':
      return {
        ...(span.input && { request: span.input.body }),
        ...(span.output && { response: span.output.body }),
      };
  }
}

export interface LogLine {
  readonly seq: number;
  readonly at: Nanos;
  readonly stream: 'stdout' | 'stderr' | 'telemetry' | 'scheduler' | 'mcp' | 'journal';
  readonly text: string;
  /** Of a reported log record, the span that it names. */
  readonly spanId?: SpanId;
}
