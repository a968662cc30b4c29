import type { Millis } from '../../base/units.ts';

/** What a peak is taken of, and how many are kept: five minutes. */
export const SIZE_STEP_MS: Millis = 5_000;
const STEPS = 60;

/** How many there were of something, over the last while: the most of each step. Times are monotonic. */
export class SizeHistory {
  private readonly peaks: number[] = [0];
  private size = 0;
  /** The number of the step that the newest peak is of. */
  private step: number;

  constructor(now: Millis) {
    this.step = stepOf(now);
  }

  note(size: number, now: Millis): void {
    this.advance(now);
    this.size = size;
    this.peaks.push(Math.max(size, this.peaks.pop() ?? 0));
  }

  /** Oldest first; the last one is of the step that is under way. */
  view(now: Millis): readonly number[] {
    this.advance(now);
    return [...this.peaks];
  }

  private advance(now: Millis): void {
    const passed = Math.min(STEPS, stepOf(now) - this.step);
    for (let step = 0; step < passed; step++) this.peaks.push(this.size);
    this.peaks.splice(0, this.peaks.length - STEPS);
    this.step = stepOf(now);
  }
}

function stepOf(now: Millis): number {
  return Math.floor(now / SIZE_STEP_MS);
}
