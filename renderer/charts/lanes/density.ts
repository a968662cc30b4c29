import type { Lanes } from './lanes.ts';
import { isError } from './tone.ts';

/** How much goes on over the whole of an axis, in steps of equal length. */
export interface Density {
  /** Where the last step ends. */
  readonly to: number;
  /** Spans that begin in each step, and those of them that failed. */
  readonly begun: Uint32Array;
  readonly failed: Uint32Array;
}

const STEPS = 2048;

export function densityOf({ start, end, tones }: Lanes): Density {
  let to = 0;
  for (const at of end) if (at > to && at < Number.POSITIVE_INFINITY) to = at;
  for (const at of start) if (at > to) to = at;
  const begun = new Uint32Array(STEPS);
  const failed = new Uint32Array(STEPS);
  const perUnit = to > 0 ? STEPS / to : 0;
  const tone = tones[0]!;
  for (let box = 0; box < start.length; box++) {
    const step = Math.max(0, Math.min(STEPS - 1, Math.floor(start[box]! * perUnit)));
    begun[step]! += 1;
    if (isError(tone[box]!)) failed[step]! += 1;
  }
  return { to, begun, failed };
}

/** How much of the steps lies under each of so many pixels, of an axis that goes on to `to`. */
export function underPixels(steps: Uint32Array, covered: number, to: number, width: number): Float64Array {
  const sums = new Float64Array(width);
  if (covered <= 0) return sums;
  const pixels = (width * covered) / to / steps.length;
  for (const [step, count] of steps.entries()) {
    if (count === 0) continue;
    const [left, right] = [step * pixels, (step + 1) * pixels];
    for (let x = Math.floor(left); x < right && x < width; x++)
      sums[x]! += (count * (Math.min(right, x + 1) - Math.max(left, x))) / pixels;
  }
  return sums;
}
