import type { Clock, Timers } from '../base/clock.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';

export interface FloodLimits {
  readonly count: number;
  readonly bytes: number;
  readonly perMs: Millis;
}

/** What a server may have recorded of its chatter. */
export const CHATTER: FloodLimits = { count: 200, bytes: 256 * 1024, perMs: 1_000 };

/** What it may have recorded of its questions to the agent, each of which is a span. */
export const QUESTIONS: FloodLimits = { count: 100, bytes: 16 * 1024 * 1024, perMs: 1_000 };

/** What is only counted. */
export const COUNTED: FloodLimits = { count: 0, bytes: 0, perMs: 1_000 };

/**
 * Lets so much through in each stretch of time and counts the rest, which is told at the end of the stretch: a flood
 * is cut, and seen to be cut.
 */
export class FloodGate {
  private readonly ports: { readonly clock: Clock; readonly timers: Timers };
  private readonly limits: FloodLimits;
  private readonly onDropped: (count: number, bytes: number) => void;
  private begun: Nanos = Number.NEGATIVE_INFINITY;
  private let = { count: 0, bytes: 0 };
  private dropped = { count: 0, bytes: 0 };
  private cancel: () => void = () => undefined;

  constructor(
    ports: { readonly clock: Clock; readonly timers: Timers },
    limits: FloodLimits,
    onDropped: (count: number, bytes: number) => void,
  ) {
    this.ports = ports;
    this.limits = limits;
    this.onDropped = onDropped;
  }

  admit(bytes: number): boolean {
    const { count, bytes: most, perMs } = this.limits;
    const now = this.ports.clock.now();
    if (now - this.begun >= perMs * NANOS_PER_MILLI) {
      this.flush();
      this.begun = now;
      this.let = { count: 0, bytes: 0 };
    }
    // The first of a stretch always passes, however long it is.
    const fits = this.let.count < count && (this.let.count === 0 || this.let.bytes + bytes <= most);
    if (fits) this.let = { count: this.let.count + 1, bytes: this.let.bytes + bytes };
    else this.drop(bytes);
    return fits;
  }

  /** Tells what was dropped and not told yet. */
  flush(): void {
    this.cancel();
    const { count, bytes } = this.dropped;
    if (count === 0) return;
    this.dropped = { count: 0, bytes: 0 };
    this.onDropped(count, bytes);
  }

  private drop(bytes: number): void {
    if (this.dropped.count === 0) {
      this.cancel = this.ports.timers.after(this.limits.perMs, () => this.flush());
    }
    this.dropped = { count: this.dropped.count + 1, bytes: this.dropped.bytes + bytes };
  }
}
