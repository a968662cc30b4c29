import type { Millis, Nanos } from './units.ts';

/** Time, as a port: the real clock in a host, a virtual one in tests and simulations. */
export interface Clock {
  /** Monotonic; its zero means nothing, only differences do. */
  now(): Nanos;
  /** Milliseconds since the Unix epoch; for display only, since it may jump. */
  wallTime(): Millis;
}

/** Waiting, as a port. */
export interface Timers {
  /** Calls back once, `delay` from now, unless it is cancelled before: what comes back cancels. */
  after(delay: Millis, callback: () => void): () => void;
}

/** Calls back again and again, until what comes back is called. */
export function every(timers: Timers, interval: Millis, callback: () => void): () => void {
  let cancel = timers.after(interval, function again() {
    cancel = timers.after(interval, again);
    callback();
  });
  return () => cancel();
}
