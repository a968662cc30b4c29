import type { CancelSignal } from '../base/cancellation.ts';
import type { SpanId } from '../base/ids.ts';
import type { Millis } from '../base/units.ts';
import type { BodyRef, CallError } from '../journal/event.ts';
import type { Pick, Rejection } from '../journal/pick.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Task } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import type { AttemptResult } from '../routing/live-instance.ts';
import type { Plan } from '../routing/plan.ts';
import type { AttemptDeadlines } from './attempt-deadlines.ts';

export interface SpanRef {
  readonly spanId: SpanId;
  readonly parentSpanId: SpanId;
}

/** A call as the scheduler sees it: something to be tried at instances, whatever its wire looks like. */
export interface Work {
  readonly task: Task;
  readonly plan: Plan;
  readonly recorder: Recorder;
  readonly span: SpanRef;
  /** What stays together under consistent hashing. */
  readonly affinity: string;
  /** Whom it is for: among clients, and among the runs of a client, the queue is fair. */
  readonly client: string;
  /** Aborted when the client has gone. */
  readonly gone: CancelSignal;
  /** How often the client has tried the same before. */
  readonly clientRetries: number;
  /** Tries it at an instance, up to the first byte of the answer; nothing has reached the client then. */
  begin(scope: AttemptScope): Promise<Begun>;
  /** Tells the client to ask for the answer later; absent where a client cannot be told that. */
  readonly defer?: () => void;
}

/** What an attempt needs to know. */
export interface AttemptScope {
  readonly instance: Instance;
  readonly span: SpanRef;
  readonly deadlines: AttemptDeadlines;
  /** Aborted when the client has gone, a deadline has passed, or another attempt was quicker. */
  readonly signal: CancelSignal;
}

/** An answer that has begun, or a failure of which the client knows nothing. */
export type Begun =
  | {
      readonly ok: true;
      /** Hands the answer to the client. Once; what comes back ends the call. */
      relay(): Promise<Relayed>;
    }
  | { readonly ok: false; readonly failure: FailedAttempt };

/** An answer that has been handed over, or broke off on the way. */
export interface Relayed {
  readonly result: AttemptResult;
  /** Ends the call in the journal, after its attempt. */
  finish(): void;
}

/** An attempt whose answer has not reached the client. */
export interface FailedAttempt {
  readonly error: CallError;
  readonly result: AttemptResult;
  /** What the upstream said, where it said anything. */
  readonly answer?: FailedAnswer;
}

export interface FailedAnswer {
  readonly status: number;
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Uint8Array;
  readonly recorded: BodyRef;
}

/** Why a tier or a pool had nobody, for the explanation: a decision of the pool, or what stood before it. */
export interface Refusal {
  /** The tier, the pool, or the host. */
  readonly at: string;
  readonly pick?: Pick;
  readonly rejected?: Rejection;
}

/** How it went. */
export type WorkEnd =
  | { readonly kind: 'answered' }
  | { readonly kind: 'cancelled' }
  /** Every attempt failed, and nothing else is to be done. */
  | { readonly kind: 'failed'; readonly failure: FailedAttempt; readonly attempts: number }
  /** Nobody could take it, at once or within the time that it may wait. */
  | {
      readonly kind: 'unserved';
      readonly target: string;
      readonly refusals: readonly Refusal[];
      readonly waited?: UnservedWait;
    }
  /** The configuration has an answer for when nobody has one. */
  | { readonly kind: 'preset'; readonly text: string };

/** What became of the wait of a call that nobody took. */
export interface UnservedWait {
  /** `full`, `hopeless`: it was not let into the queue, since that is full or its turn would come too late. */
  readonly outcome: 'expired' | 'displaced' | 'full' | 'hopeless';
  readonly waitedMs: Millis;
  /** For `full`: calls that wait for the same. */
  readonly length?: number;
  /** For `hopeless`. */
  readonly expectedMs?: Millis;
}
