import type { Clock, Timers } from '../base/clock.ts';
import { NANOS_PER_MILLI } from '../base/units.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Math.round(performance.now() * NANOS_PER_MILLI),
  wallTime: () => Date.now(),
};

/** What waits only for time keeps no process alive. */
export const systemTimers: Timers = {
  after(delay, callback) {
    const timer = setTimeout(callback, delay).unref();
    return () => clearTimeout(timer);
  },
};
