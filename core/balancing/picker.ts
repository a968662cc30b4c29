import type { Random } from '../base/random.ts';
import type { Millis, Nanos, Usd } from '../base/units.ts';
import type { Pick, Rejection } from '../journal/pick.ts';
import type { Task } from '../journal/task.ts';

/** What is known of an instance at the moment of a pick. */
export interface Signals {
  /** Configured share; above 0. */
  readonly weight: number;
  /** Configured rank; the lowest number is preferred. */
  readonly priority: number;
  /** Attempts now in flight there. */
  readonly outstanding: number;
  /** How many it may have at once, where that is configured. */
  readonly capacity?: number | undefined;
  /** Peak-EWMA of the time to first token (or to the answer, for what is not streamed), decayed to now. */
  readonly firstTokenMs?: Millis | undefined;
  /** Moving mean of the time for each output token. */
  readonly tokenMs?: Millis | undefined;
  /** Moving share of attempts that succeeded, 0 to 1. */
  readonly successRate?: number | undefined;
  /** What this call would cost there, where a price is known. */
  readonly costUsd?: Usd | undefined;
  /** Attempts that have ended and entered the figures above. */
  readonly samples: number;
}

export interface Candidate {
  readonly instance: string;
  /** Absent for those that are eligible. */
  readonly rejected?: Rejection;
  readonly signals: Signals;
}

/**
 * What a strategy has to choose from: every member of the pool, those that cannot serve marked with the reason. Lazy:
 * one that the strategy does not ask for costs nothing.
 */
export interface Candidates {
  readonly size: number;
  /** From 0. The same object for the same index within one pick. */
  at(index: number): Candidate;
}

/** Whatever else a pick may look at; all of it is recorded, so that the pick can be made again. */
export interface PickContext {
  /** A stream of its own for each pick, from a recorded seed. */
  readonly random: Random;
  readonly now: Nanos;
  /** What stays together under consistent hashing: a run, or a prompt's prefix. */
  readonly affinity: string;
  readonly task: Task;
  /** One of these candidates has been tried by this call already. */
  readonly retry: boolean;
}

export interface Choice {
  /** Its index among the candidates; absent only where every one is rejected. */
  readonly chosen?: number;
  /**
   * Why, as things stood when it was chosen, also where the strategy has moved on since. It looks at every candidate:
   * to be asked for before their figures change.
   */
  explain(): Explanation;
}

/** The pool adds its own name, the strategy and the rejections. */
export interface Explanation {
  /** How likely exactly this choice was, 0 to 1. */
  readonly probability: number;
  /** The figures that the strategy looked at, for each eligible instance. */
  readonly terms: ReadonlyMap<string, Readonly<Record<string, number>>>;
  /**
   * State that the choice was made from, besides the candidates and the seed: a cursor. `explored` is 1 where the pick
   * departed from the strategy's own choice to measure another instance.
   */
  readonly inputs: Pick['inputs'];
}

export interface Picker {
  choose(candidates: Candidates, context: PickContext): Choice;
}
