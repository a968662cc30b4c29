import type { Millis } from '../base/units.ts';

/** A level that goes up and down: its mean over time, and its peak, since the last `restart`. */
export class TimeWeighted {
  level = 0;
  private peak = 0;
  private area = 0;
  private since: Millis;
  private last: Millis;

  constructor(now: Millis) {
    this.since = now;
    this.last = now;
  }

  change(by: number, now: Millis): void {
    this.settle(now);
    this.level += by;
    this.peak = Math.max(this.peak, this.level);
  }

  /** What it was since the last time, and a new beginning at the level that it has. */
  restart(now: Millis): { readonly mean: number; readonly peak: number } {
    this.settle(now);
    const span = this.last - this.since;
    const figures = { mean: span > 0 ? this.area / span : this.level, peak: this.peak };
    this.area = 0;
    this.peak = this.level;
    this.since = this.last;
    return figures;
  }

  private settle(now: Millis): void {
    // Wall time may go back; then nothing has passed.
    const passed = Math.max(0, now - this.last);
    this.area += this.level * passed;
    this.last += passed;
  }
}
