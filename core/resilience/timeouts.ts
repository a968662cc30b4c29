import { z } from 'zod';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import { overridesOf } from './overrides.ts';

const limit = z.number().positive('a timeout is above 0').max(86_400_000, 'a timeout is at most a day');

export const timeoutOptionsSchema = z.strictObject({
  connectMs: limit.describe('Until a connection is there.').default(5_000),
  firstTokenMs: limit.describe('From the start of an attempt until a stream begins.').default(60_000),
  idleMs: limit.describe('Between two pieces of an answer.').default(30_000),
  totalMs: limit.describe('For the whole call, with all its attempts and waits.').default(600_000),
});

export const timeoutOverridesSchema = overridesOf(timeoutOptionsSchema);

export type TimeoutOptions = z.infer<typeof timeoutOptionsSchema>;

export interface Expiry {
  readonly kind: 'first-token' | 'idle' | 'total';
  readonly at: Nanos;
}

/**
 * The time that runs for a call, and for each of its attempts, without what it was held at a breakpoint: while it is
 * held nothing runs out, and afterwards all is later by as much. One timer is enough for all limits: when it goes off,
 * `nextExpiry` says whether one was reached, or until when to sleep again.
 */
export class Deadlines {
  // All instants but `frozenAt` are those of a clock that stood still while the call was held. NaN for none: a field
  // that is always a number is written in place, for every piece of every answer.
  private held: Nanos = 0;
  private frozenAt: Nanos = Number.NaN;
  private lastEventAt: Nanos = Number.NaN;
  private readonly startedAt: Nanos;
  /** Since when the first token is waited for. */
  private readonly waitsSince: Nanos;

  /** Of a whole call, which only the total limits. */
  constructor(startedAt: Nanos, waitsSince: Nanos = Number.NaN) {
    this.startedAt = startedAt;
    this.waitsSince = waitsSince;
  }

  /**
   * Those of an attempt that starts now, to be frozen and thawed by itself from then on. Only a stream has to begin in
   * time: a whole answer comes when it is complete.
   */
  attempt(now: Nanos, streaming: boolean): Deadlines {
    const held = this.heldUntil(now);
    const attempt = new Deadlines(this.startedAt, streaming ? now - held : Number.NaN);
    attempt.held = held;
    if (this.isFrozen) attempt.frozenAt = now;
    return attempt;
  }

  /** A piece of the answer came. */
  sawEvent(now: Nanos): void {
    this.lastEventAt = now - this.heldUntil(now);
  }

  get isFrozen(): boolean {
    return !Number.isNaN(this.frozenAt);
  }

  /** Held from now on; does nothing where it is held already. */
  freeze(now: Nanos): void {
    if (!this.isFrozen) this.frozenAt = now;
  }

  thaw(now: Nanos): void {
    this.held = this.heldUntil(now);
    this.frozenAt = Number.NaN;
  }

  /** How long it was held so far; to be taken out of every duration that is measured. */
  heldUntil(now: Nanos): Nanos {
    return this.isFrozen ? this.held + now - this.frozenAt : this.held;
  }

  /** What runs out next, and when if nothing comes before; nothing while it is held. */
  nextExpiry(options: TimeoutOptions): Expiry | undefined {
    if (this.isFrozen) return undefined;
    const total = this.startedAt + nanos(options.totalMs);
    const began = !Number.isNaN(this.lastEventAt);
    const silence = began
      ? this.lastEventAt + nanos(options.idleMs)
      : this.waitsSince + nanos(options.firstTokenMs);
    return silence < total
      ? { kind: began ? 'idle' : 'first-token', at: silence + this.held }
      : { kind: 'total', at: total + this.held };
  }
}

function nanos(millis: Millis): Nanos {
  return Math.round(millis * NANOS_PER_MILLI);
}
