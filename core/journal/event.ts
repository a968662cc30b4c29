import type { RunId, SpanId } from '../base/ids.ts';
import type { Millis, Nanos, Tokens, Usd } from '../base/units.ts';
import type { Pick } from './pick.ts';

/** The version that new events carry; older ones are brought up to it when they are read. */
export const EVENT_VERSION = 1;

/** A body kept as content-addressed parts: the body is their concatenation, byte for byte. */
export interface BodyRef {
  /** Length of the whole body. */
  readonly bytes: number;
  /** SHA-256 of each part, lower-case hex, in order. */
  readonly parts: readonly string[];
  /** Set where the body was longer than what is recorded. */
  readonly truncated?: true;
}

/** Header names are lower case; those that carry credentials are never here. */
export type RecordedHeaders = Readonly<Record<string, string>>;

export type Dialect = 'openai' | 'anthropic';

export interface Usage {
  /** All input tokens, those read from the provider's cache included. */
  readonly input: Tokens;
  readonly output: Tokens;
  readonly cachedInput?: Tokens;
}

export interface Cost {
  readonly usd: Usd;
  /** Which price list said so, with its version, so that the figure can be checked later. */
  readonly priceSource: string;
}

/** Why a call or an attempt failed. `code` is one of our own stable words or the provider's. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

/** How a call found its run; the first that applies, in this order. */
export type Attribution = 'prefix' | 'header' | 'traceparent' | 'ambient';

export type Outcome = 'ok' | 'error' | 'cancelled';
export type BreakerKind = 'closed' | 'open' | 'half-open' | 'isolated';
export type EndStatus = 'completed' | 'failed' | 'interrupted';

/** Every fact that a journal can hold, by its type. */
export interface EventData {
  'run-started': {
    readonly name: string;
    readonly source: 'launched' | 'ambient' | 'sample';
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
  'log-written': { readonly stream: 'stdout' | 'stderr'; readonly text: string };
  /** An OTLP export as it arrived; its spans are not read yet. */
  'telemetry-received': {
    readonly signal: 'traces' | 'logs' | 'metrics';
    readonly contentType: string;
    readonly body: BodyRef;
  };
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
    /** Which retry of the client's own this is, as the client counts; absent where it does not say. */
    readonly clientRetry?: number;
  };
  'call-routed': {
    /** 1 for the first try. */
    readonly attempt: number;
    /** What the `model` field named. */
    readonly target: RouteTarget;
    readonly pick: Pick;
    /** Why the call had to be routed again. */
    readonly after?: CallError;
  };
  /** The breaker of an instance changed, because of an attempt of this run. */
  'breaker-changed': {
    readonly instance: string;
    readonly from: BreakerKind;
    readonly to: BreakerKind;
    /** For one that opened: how long it stays so. */
    readonly openForMs?: Millis;
  };
  'attempt-started': {
    readonly attempt: number;
    readonly instance: string;
    readonly provider: string;
    /** Base URL that the attempt goes to. */
    readonly endpoint: string;
    /** The model as that instance calls it. */
    readonly model?: string;
  };
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
  };
}

/** What the `model` field of a call named, or that it was passed to the provider it was meant for. */
export interface RouteTarget {
  readonly kind: 'pool' | 'instance' | 'model' | 'pass-through';
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
