import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import { intoBuckets, liveTallies, type Buckets, type BucketShape } from './time-buckets.ts';

/** Results within a window. */
export interface Tally {
  readonly calls: number;
  readonly failures: number;
  readonly slow: number;
}

/** One result. */
export interface Mark {
  readonly failed: boolean;
  readonly slow: boolean;
}

interface Cell {
  readonly mark: Mark;
  readonly next: Cell | undefined;
}

/** The last `size` results: a queue of two lists, so that states stay immutable and a step costs O(1) amortised. */
interface CountWindow {
  readonly kind: 'count';
  readonly size: number;
  readonly tally: Tally;
  /** Oldest first. */
  readonly front: Cell | undefined;
  /** Newest first; they follow those of `front`. */
  readonly back: Cell | undefined;
}

/** The results of the last so many milliseconds, in ten buckets: the oldest tenth falls out as a whole. */
interface TimeWindow {
  readonly kind: 'time';
  readonly shape: BucketShape;
  readonly buckets: Buckets<Tally>;
}

export type SlidingWindow = CountWindow | TimeWindow;

const BUCKETS = 10;
const NOTHING: Tally = { calls: 0, failures: 0, slow: 0 };

export function countWindow(size: number): SlidingWindow {
  return { kind: 'count', size, tally: NOTHING, front: undefined, back: undefined };
}

export function timeWindow(length: Millis): SlidingWindow {
  const width = Math.max(1, Math.round((length * NANOS_PER_MILLI) / BUCKETS));
  return { kind: 'time', shape: { count: BUCKETS, width }, buckets: [] };
}

export function intoWindow(window: SlidingWindow, at: Nanos, mark: Mark): SlidingWindow {
  if (window.kind === 'time') {
    const buckets = intoBuckets(window.buckets, window.shape, at, (before) =>
      plus(before ?? NOTHING, mark, 1),
    );
    return { ...window, buckets };
  }
  const added = { ...window, tally: plus(window.tally, mark, 1), back: { mark, next: window.back } };
  return added.tally.calls > window.size ? withoutOldest(added) : added;
}

export function tallyOf(window: SlidingWindow, now: Nanos): Tally {
  if (window.kind === 'count') return window.tally;
  return liveTallies(window.buckets, window.shape, now).reduce(
    (sum, one) => ({
      calls: sum.calls + one.calls,
      failures: sum.failures + one.failures,
      slow: sum.slow + one.slow,
    }),
    NOTHING,
  );
}

function withoutOldest(window: CountWindow): CountWindow {
  if (window.front) {
    return { ...window, tally: plus(window.tally, window.front.mark, -1), front: window.front.next };
  }
  let front: Cell | undefined;
  for (let cell = window.back; cell; cell = cell.next) front = { mark: cell.mark, next: front };
  return front ? withoutOldest({ ...window, front, back: undefined }) : window;
}

function plus(tally: Tally, mark: Mark, times: 1 | -1): Tally {
  return {
    calls: tally.calls + times,
    failures: tally.failures + (mark.failed ? times : 0),
    slow: tally.slow + (mark.slow ? times : 0),
  };
}
