import type { Millis, Usd } from '../../base/units.ts';
import type { Category } from '../../journal/task.ts';

/** What came of the attempts that ended within a window. */
export interface WindowFigures {
  readonly attempts: number;
  /** Of the attempts that count: not those that were cancelled, or refused for the client's fault. 1 where there was none. */
  readonly successShare: number;
  /** Attempts that were answered with 429. */
  readonly rateLimited: number;
  /** Time to first token (to the answer, for what is not streamed); absent where nothing was measured. */
  readonly firstTokenP50Ms?: Millis;
  readonly firstTokenP95Ms?: Millis;
}

/** A limit on attempts in flight, and how it was felt. */
export interface LimitFigures extends WindowFigures {
  /** As it is now; absent where there is none, and none is proposed. */
  readonly maxConcurrent?: number;
  readonly configuredMaxConcurrent?: number;
  readonly outstandingMean: number;
  readonly outstandingMax: number;
  /** How often it was left out for lack of a place. */
  readonly atCapacity: number;
}

/** Of all its attempts, whichever pool they came through: weight and limit are the instance's own. */
export interface InstanceFigures extends LimitFigures {
  readonly instance: string;
  /** As it is now. */
  readonly weight: number;
  readonly configuredWeight: number;
  readonly costPerCallUsd?: Usd;
}

export interface PoolFigures extends LimitFigures {
  readonly pool: string;
  readonly instances: readonly InstanceFigures[];
}

export interface SchedulerFigures {
  /** The end of the window, in wall time. */
  readonly at: Millis;
  /** An instance that is in several gets its weight from the first. */
  readonly pools: readonly PoolFigures[];
}

/** Who requires a resource: an instance, or all instances of a category that say nothing of their own. */
export interface ResourceUserFigures extends WindowFigures {
  readonly user:
    | { readonly kind: 'instance'; readonly name: string }
    | { readonly kind: 'category'; readonly name: Category };
  /** What one attempt takes, as it is now. */
  readonly requirement: number;
  readonly configuredRequirement: number;
}

export interface ResourceFigures {
  readonly resource: string;
  /** As it is now. */
  readonly capacity: number;
  readonly declaredCapacity: number;
  /** Over the window, as shares of the capacity. */
  readonly meanReserved: number;
  readonly peakReserved: number;
  /** How often it was asked for, and how often too little was free. */
  readonly asked: number;
  readonly short: number;
  /** Calls that waited for it, on average. */
  readonly waitingMean: number;
  readonly users: readonly ResourceUserFigures[];
}

export interface AllResourceFigures {
  /** The end of the window, in wall time. */
  readonly at: Millis;
  readonly resources: readonly ResourceFigures[];
}
