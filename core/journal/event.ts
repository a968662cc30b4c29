import type { RunId, SpanId } from '../base/ids.ts';
import type { Millis, Nanos, Usd } from '../base/units.ts';
import type { Attribution, BodyRef, CallError, Outcome, RecordedHeaders, Usage } from './facts.ts';
import type { McpEventData } from './mcp-events.ts';
import type { EjectionCause, Pick } from './pick.ts';
import type { RemoteSpan } from './otlp/traceparent.ts';
import type { LogReport, MetricsReport, SpanReport } from './span-report.ts';
import type { Category, Task } from './task.ts';

// What reports and MCP need too, and so stands below all of them.
export type { Attribution, BodyRef, CallError, Outcome, RecordedHeaders, Usage };

/** The version that new events carry; older ones are brought up to it when they are read. */
export const EVENT_VERSION = 3;

/** `http`: a service that is no model, whose requests are passed on unread. */
export type Dialect = ModelDialect | 'http';
/** Whose API a client speaks. */
export type ModelDialect = 'openai' | 'anthropic';

/** How a stream ended: whole, broken off, standing still, in an error, or because the client left. */
export type StreamVerdict = 'complete' | 'cut' | 'stalled' | 'error-in-200' | 'cancelled-by-client';

/** A piece of a stream: milliseconds after the first one, and its bytes. */
export type ChunkTiming = readonly [atMs: Millis, bytes: number];

export interface Cost {
  readonly usd: Usd;
  /** Which price list said so, with its version, so that the figure can be checked later. */
  readonly priceSource: string;
  /** Of an estimated usage. */
  readonly estimated?: true;
}

export type BreakerKind = 'closed' | 'open' | 'half-open' | 'isolated';
export interface BreakerTransition {
  readonly from: BreakerKind;
  readonly to: BreakerKind;
  /** For one that opened: how long it stays so. */
  readonly openForMs?: Millis;
}

/** What has concurrency, rates and a breaker of its own; a tier is named `group/tier`. */
export type GuardScope = 'instance' | 'pool' | 'tier';
export type EndStatus = 'completed' | 'failed' | 'interrupted';

/** What an imported run was read from, and when (Unix milliseconds): the times of its events are those of the file. */
export interface ImportedFrom {
  /** A name in formats/names.ts. */
  readonly format: string;
  /** Without its folder. */
  readonly file: string;
  readonly at: Millis;
}

/** Every fact that a journal can hold, by its type. */
export interface EventData extends McpEventData {
  'run-started': {
    readonly name: string;
    /** `host`: what happens in the host itself and belongs to no agent. */
    readonly source: 'launched' | 'ambient' | 'sample' | 'imported' | 'host';
    readonly imported?: ImportedFrom;
    /** Program and arguments, where Signalbox launched the agent; secrets are already removed. */
    readonly command?: readonly string[];
    readonly cwd?: string;
    readonly hostVersion: string;
    /** SHA-256 of the effective configuration, lower-case hex. */
    readonly configHash: string;
  };
  'run-ended': {
    readonly status: EndStatus;
    readonly exitCode?: number;
    readonly signal?: string;
    /** What went wrong, in words, where an exit code does not say it (a command that was not found). */
    readonly reason?: string;
  };
  /** The run's events from `from` up to this one, whose number is that of the last of them, could not be recorded. */
  'recording-gap': { readonly from: number; readonly reason: string };
  'log-written': { readonly stream: 'stdout' | 'stderr'; readonly text: string };
  /** As recorded at first: an OTLP export as it arrived, unread. */
  'telemetry-received': {
    readonly signal: 'traces' | 'logs' | 'metrics';
    readonly contentType: string;
    readonly body: BodyRef;
  };
  /** A span of OpenTelemetry, exported to us. The same span may be reported again, and before its parent. */
  'span-reported': SpanReport;
  'telemetry-log-reported': LogReport;
  'metrics-reported': MetricsReport;
  'call-received': {
    readonly dialect: Dialect;
    /** `chat.completions`, `models`, or the path below the dialect's base for what is only passed through. */
    readonly operation: string;
    readonly method: string;
    /** Path below the dialect's base, without the query. */
    readonly path: string;
    readonly model?: string;
    readonly streaming: boolean;
    readonly attribution: Attribution;
    readonly headers: RecordedHeaders;
    readonly body?: BodyRef;
    /** The span of the caller, as its `traceparent` names it. */
    readonly remoteParent?: RemoteSpan;
    /** Which retry of the client's own this is, as the client counts; absent where it does not say. */
    readonly clientRetry?: number;
    /** The call of this run that the client tries again with it: it ended in an error, or the client had left. */
    readonly retryOf?: SpanId;
    /** What was understood of it; absent for what could not be read, and in recordings from before version 2. */
    readonly task?: Task;
  };
  'call-routed': {
    /** 1 for the first try. */
    readonly attempt: number;
    /** What the `model` field named, or where a rule or a fallback sent the call. */
    readonly target: RouteTarget;
    /** Of a task group. */
    readonly tier?: string;
    /** The place of the rule in the configuration that chose the target, from 0. */
    readonly rule?: number;
    /** A second attempt beside one that is under way. */
    readonly hedge?: true;
    readonly pick: Pick;
    /** Why the call had to be routed again. */
    readonly after?: CallError;
  };
  /** Nobody had a free place: the call waits for one. */
  'call-queued': {
    readonly queue: string;
    readonly class: QueueClass;
    /** Calls that were waiting there before it. */
    readonly ahead: number;
  };
  'call-dequeued': { readonly outcome: QueueOutcome; readonly waitedMs: Millis };
  /** The next attempt waits a little: every instance has been tried. */
  'retry-delayed': { readonly delayMs: Millis };
  /** The call left a tier, or a target, for another. */
  'call-fell-back': {
    readonly from: string;
    readonly to: FallbackTarget;
    readonly because: ErrorClass | 'unavailable';
    readonly error?: CallError;
  };
  /** The client was told to ask for the answer later. */
  'call-deferred': Readonly<Record<string, never>>;
  /** A tier of a group is left out for a while, or is in use again. */
  'tier-changed': { readonly group: string; readonly tier: string; readonly to: TierStanding };
  /** Active probes, or the results of attempts, changed what is thought of an instance. In the host's own run. */
  'health-changed': {
    readonly instance: string;
    readonly from: HealthState;
    readonly to: HealthState;
    readonly because: EjectionCause | 'probes' | 'time-served';
    /** What a probe saw. */
    readonly message?: string;
    /** For one that was ejected. */
    readonly forMs?: Millis;
    /** The figures that decided. */
    readonly evidence?: Readonly<Record<string, number>>;
  };
  /** What the registry holds, from now on. In the host's own run. */
  'instance-registered': { readonly instance: InstanceFacts };
  'instance-updated': { readonly instance: InstanceFacts; readonly changed: readonly string[] };
  'instance-deregistered': { readonly name: string };
  /** An optimiser would change something. In the host's own run, like what became of it. */
  'optimisation-proposed': OptimisationFacts;
  'optimisation-applied': { readonly id: string; readonly by: 'optimiser' | 'person' };
  'optimisation-undone': { readonly id: string };
  /** A breaker changed, because of an attempt of this run or, in the host's own run, by hand. */
  'breaker-changed': { readonly scope: GuardScope; readonly name: string } & BreakerTransition;
  'attempt-started': {
    readonly attempt: number;
    readonly instance: string;
    readonly provider: string;
    /** Base URL that the attempt goes to. */
    readonly endpoint: string;
    /** The model as that instance calls it. */
    readonly model?: string;
    readonly hedge?: true;
    /** What it took of the declared resources. */
    readonly reserved?: Readonly<Record<string, number>>;
  };
  /** The instance speaks another dialect than the client: the call was said in that. */
  'request-translated': { readonly from: string; readonly to: string; readonly leftOut: readonly string[] };
  /** A service's adapter read along: which of its operations it was, and what of it was counted. */
  'service-observed': ServiceFacts;
  /** The upstream's status line and headers arrived. */
  'attempt-answered': { readonly status: number; readonly headers: RecordedHeaders };
  /** The first piece of generated content arrived (streams only). */
  'first-token-received': Readonly<Record<string, never>>;
  'attempt-ended': {
    readonly outcome: Outcome;
    readonly error?: CallError;
    /** What the upstream said, where its answer was not passed on. */
    readonly body?: BodyRef;
  };
  'call-ended': {
    readonly outcome: Outcome;
    /** What the client was given; absent where it left before. */
    readonly status?: number;
    readonly headers?: RecordedHeaders;
    readonly body?: BodyRef;
    readonly usage?: Usage;
    readonly cost?: Cost;
    readonly finishReason?: string;
    /** The model that the upstream says answered. */
    readonly answeredModel?: string;
    readonly error?: CallError;
    /** How a stream ended. */
    readonly verdict?: StreamVerdict;
    readonly timing?: readonly ChunkTiming[];
    /** Events of the answer, or the one document, that could not be read: usage and finish reason may lack what they said. */
    readonly unparsed?: number;
    /** Nobody answered: this is the text that the configuration has for it. */
    readonly preset?: true;
  };
}

export type QueueClass = 'high' | 'normal' | 'low';
/** `displaced`: a more urgent call took its place; `refused`: the queue was full, or the wait hopeless. */
export type QueueOutcome = 'placed' | 'expired' | 'displaced' | 'cancelled' | 'refused';
export type TierStanding = 'in-use' | 'fallen';
export type HealthState = 'healthy' | 'unhealthy' | 'ejected';

/** What went wrong with an attempt, as far as it decides what to do next. */
export type ErrorClass =
  /** More was asked than it allows now. */
  | 'rate-limit'
  /** The account that pays for it has no money left, or may spend no more. */
  | 'billing'
  | 'timeout'
  /** It failed, is overloaded, or could not be reached. */
  | 'server-error'
  /** The request is too large for it. */
  | 'context-window'
  /** It refuses to answer this. */
  | 'content-policy'
  /** It does not accept the key, or the key may not do this. */
  | 'auth'
  /** It speaks another dialect, in which the call cannot be said. */
  | 'untranslatable'
  /** Nobody will answer this request as it is. */
  | 'bad-request'
  /** The client left, or somebody ended the call. */
  | 'cancelled';

/** Where a call goes that failed where it was. */
export type FallbackTarget =
  { readonly kind: 'tier' | 'group' | 'instance'; readonly name: string } | { readonly kind: 'answer' };

/** An instance as the journal keeps it: without its key. */
export interface InstanceFacts {
  readonly name: string;
  readonly provider: string;
  readonly category: Category;
  readonly endpoint: string;
  readonly model: string;
  readonly weight: number;
  readonly priority: number;
  readonly maintenance: boolean;
}

export interface OptimisationFacts {
  readonly id: string;
  /** What would change: `weight`, `max-concurrent`, `resource-capacity`, `requirement`. */
  readonly kind: string;
  /** Whose: an instance, a pool, a category, a resource. */
  readonly target: string;
  readonly from: number;
  readonly to: number;
  readonly evidence: Readonly<Record<string, number>>;
  /** A word for why; the window has a sentence for each. */
  readonly reason: string;
}

export interface ServiceFacts {
  /** As the adapter calls it: `partition`, `query`. */
  readonly operation: string;
  /** Of what there was how much: `documents`, `pages`, `results`, `vectors`, `receivedBytes`. */
  readonly counts: Readonly<Record<string, number>>;
}

/** What the `model` field of a call named, or that it was passed to the provider it was meant for. */
export interface RouteTarget {
  readonly kind: 'group' | 'pool' | 'instance' | 'model' | 'pass-through';
  readonly name: string;
}

export type EventType = keyof EventData;

interface Envelope<Type extends EventType> {
  readonly runId: RunId;
  /** 1 for `run-started`, then without gaps. */
  readonly seq: number;
  readonly at: Nanos;
  readonly wallTime: Millis;
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId;
  readonly v: typeof EVENT_VERSION;
  readonly type: Type;
  readonly data: EventData[Type];
}

/** One past-tense fact in a run's journal. */
export type JournalEvent = { [Type in EventType]: Envelope<Type> }[EventType];
