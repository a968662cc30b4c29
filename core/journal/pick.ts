import type { Millis } from '../base/units.ts';

/** One decision of a strategy, with all that is needed to explain it and to make it again. */
export interface Pick {
  readonly strategy: string;
  /** The pool that was asked; absent where the call named its instance itself. */
  readonly pool?: string;
  /** Absent where nobody was left. */
  readonly chosen?: string;
  /** How likely this choice was under the strategy, 0 to 1. */
  readonly probability: number;
  /** Every member, in the pool's order. */
  readonly considered: readonly Considered[];
  /** What the decision was computed from besides the members: a cursor, a seed. */
  readonly inputs: Readonly<Record<string, number>>;
}

export interface Considered {
  readonly instance: string;
  /** Absent for those that were eligible. */
  readonly rejected?: Rejection;
  /** The figures that the strategy looked at, for those that were eligible; round robin looks at none. */
  readonly terms: Readonly<Record<string, number>>;
}

export type Rejection =
  | { readonly reason: 'already-tried' }
  /** The account that pays for it said in this very call that it has no money. */
  | { readonly reason: 'account-spent' }
  | { readonly reason: 'maintenance' }
  /** Taken out by hand. */
  | { readonly reason: 'isolated' }
  /** `retryInMs` is absent where the breaker waits for its probes, not for a time. */
  | { readonly reason: 'breaker-open'; readonly retryInMs?: Millis }
  /** By its configured rates, or because it asked to be left alone; without a time it is more than a minute's worth. */
  | {
      readonly reason: 'rate-limited';
      readonly limit: 'rpm' | 'tpm' | 'retry-after';
      readonly retryInMs?: Millis;
    }
  /** Of a tier that failed: it is left out for a while. */
  | { readonly reason: 'fallen'; readonly retryInMs: Millis }
  | { readonly reason: 'at-capacity'; readonly outstanding: number; readonly capacity: number }
  | { readonly reason: 'context-too-small'; readonly needed: number; readonly limit: number }
  | { readonly reason: 'lacks-capability'; readonly missing: readonly string[] }
  | { readonly reason: 'denied'; readonly policy: string }
  /** The last active probes failed. */
  | { readonly reason: 'unhealthy'; readonly failures: number }
  /** It did worse than it may, or than the others, and is left out for a while. */
  | { readonly reason: 'ejected'; readonly because: EjectionCause; readonly retryInMs: Millis }
  | {
      readonly reason: 'resources-short';
      readonly resource: string;
      readonly needed: number;
      readonly free: number;
    }
  /** `capacity` is absent where the resource is not declared at all. */
  | {
      readonly reason: 'resources-impossible';
      readonly resource: string;
      readonly needed: number;
      readonly capacity?: number;
    };

export type EjectionCause = 'consecutive-failures' | 'success-rate' | 'failure-percentage';
