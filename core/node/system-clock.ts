import type { Clock } from '../base/clock.ts';
import { NANOS_PER_MILLI } from '../base/units.ts';

/** The machine's own clocks. */
export const systemClock: Clock = {
  now: () => Math.round(performance.now() * NANOS_PER_MILLI),
  wallTime: () => Date.now(),
};
