import type { Clock, Timers } from '../base/clock.ts';
import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';

/** Something that runs out when nobody does anything about it. */
export interface Expiring {
  /** When it runs out, as things are; it may move away while it is watched, and nearer where it is added again. */
  expiresAt(): Nanos;
  expire(): void;
}

/**
 * Watches over everything in flight with one timer: it is set for the first that could run out, and looks again then.
 * So an attempt that ends in time costs no timer of its own.
 */
export class DeadlineWatch {
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly watched = new Set<Expiring>();
  private armedFor: Nanos = Infinity;
  private cancel: (() => void) | undefined;

  constructor(clock: Clock, timers: Timers) {
    this.clock = clock;
    this.timers = timers;
  }

  add(expiring: Expiring): void {
    this.watched.add(expiring);
    const at = expiring.expiresAt();
    if (at < this.armedFor) this.arm(at);
  }

  remove(expiring: Expiring): void {
    this.watched.delete(expiring);
    if (this.watched.size > 0) return;
    this.cancel?.();
    this.cancel = undefined;
    this.armedFor = Infinity;
  }

  private arm(at: Nanos): void {
    this.cancel?.();
    this.armedFor = at;
    if (at === Infinity) return;
    const delay = Math.max(0, at - this.clock.now()) / NANOS_PER_MILLI;
    this.cancel = this.timers.after(delay, () => this.look());
  }

  private look(): void {
    const now = this.clock.now();
    this.cancel = undefined;
    this.armedFor = Infinity;
    const out = [...this.watched].filter((expiring) => expiring.expiresAt() <= now);
    for (const expiring of out) {
      this.watched.delete(expiring);
      expiring.expire();
    }
    let next: Nanos = Infinity;
    for (const expiring of this.watched) next = Math.min(next, expiring.expiresAt());
    if (next < this.armedFor) this.arm(next);
  }
}
