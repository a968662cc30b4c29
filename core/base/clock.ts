import type { Millis, Nanos } from './units.ts';

/** Time, as a port: the real clock in a host, a virtual one in tests and simulations. */
export interface Clock {
  /** Monotonic; its zero means nothing, only differences do. */
  now(): Nanos;
  /** Milliseconds since the Unix epoch; for display only, since it may jump. */
  wallTime(): Millis;
}
