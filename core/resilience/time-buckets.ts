import type { Nanos } from '../base/units.ts';

/** What was counted within one stretch of time; `epoch` is the number of that stretch since the clock's zero. */
export interface Bucket<Tally> {
  readonly epoch: number;
  readonly tally: Tally;
}

/** Oldest first, each epoch at most once; never longer than the number of buckets asked for. */
export type Buckets<Tally> = readonly Bucket<Tally>[];

export interface BucketShape {
  /** How many stretches make up the window; the newest is the one that is still filling. */
  readonly count: number;
  /** Length of each stretch. */
  readonly width: Nanos;
}

/** Counts into the bucket of `at`; a time before the newest bucket counts there, since a window never goes back. */
export function intoBuckets<Tally>(
  buckets: Buckets<Tally>,
  shape: BucketShape,
  at: Nanos,
  count: (before: Tally | undefined) => Tally,
): Buckets<Tally> {
  const newest = buckets.at(-1);
  const epoch = Math.max(epochOf(shape, at), newest?.epoch ?? Number.NEGATIVE_INFINITY);
  if (newest?.epoch === epoch) return [...buckets.slice(0, -1), { epoch, tally: count(newest.tally) }];
  return [...liveIn(buckets, shape, epoch), { epoch, tally: count(undefined) }];
}

/** The tallies that are still within the window at `now`. */
export function liveTallies<Tally>(
  buckets: Buckets<Tally>,
  shape: BucketShape,
  now: Nanos,
): readonly Tally[] {
  return liveIn(buckets, shape, epochOf(shape, now)).map((bucket) => bucket.tally);
}

function liveIn<Tally>(buckets: Buckets<Tally>, shape: BucketShape, epoch: number): Buckets<Tally> {
  return buckets.filter((bucket) => bucket.epoch > epoch - shape.count);
}

function epochOf(shape: BucketShape, at: Nanos): number {
  return Math.floor(at / shape.width);
}
