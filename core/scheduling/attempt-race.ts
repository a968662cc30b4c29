import type { Timers } from '../base/clock.ts';
import type { Millis } from '../base/units.ts';
import { classifyError } from '../resilience/error-class.ts';
import { HEDGE_LOST, type Attempt } from './attempt.ts';
import type { Begun, FailedAttempt } from './work.ts';

export interface HedgePlan {
  readonly delayMs: Millis;
  /** Further attempts beside the first. */
  readonly max: number;
  /** Another attempt at another instance; nothing where none can take it. */
  readonly next: () => Attempt | undefined;
}

export type RaceEnd =
  | { readonly attempt: Attempt; readonly begun: Extract<Begun, { ok: true }> }
  | { readonly failure: FailedAttempt };

/**
 * Begins an attempt and, while nothing has begun after the delay, another one beside it: whichever begins first wins,
 * and the others are cancelled. A failure lets the next one start at once; one that is bad everywhere ends all (gRPC A6,
 * "Hedging Policy"). Every attempt but the winner has ended when this resolves.
 */
export function raceAttempts(timers: Timers, first: Attempt, hedge: HedgePlan): Promise<RaceEnd> {
  return new Promise((resolve) => {
    const running = new Set<Attempt>();
    let left = hedge.max;
    let cancelTimer: (() => void) | undefined;

    const settle = (end: RaceEnd) => {
      cancelTimer?.();
      for (const loser of running) {
        loser.end({ outcome: 'cancelled', error: HEDGE_LOST });
        loser.abort();
      }
      running.clear();
      resolve(end);
    };
    const launchNext = () => {
      cancelTimer?.();
      cancelTimer = undefined;
      if (left === 0) return;
      left -= 1;
      const attempt = hedge.next();
      if (attempt) launch(attempt);
    };
    const launch = (attempt: Attempt) => {
      running.add(attempt);
      if (left > 0) cancelTimer = timers.after(hedge.delayMs, launchNext);
      void attempt.begin().then((begun) => {
        if (!running.delete(attempt)) return;
        if (begun.ok) return settle({ attempt, begun });
        const { failure } = begun;
        attempt.end(failure.result, failure.answer?.recorded);
        if (classifyError(failure.error) !== 'bad-request') launchNext();
        if (running.size === 0 || classifyError(failure.error) === 'bad-request') settle({ failure });
      });
    };
    launch(first);
  });
}
