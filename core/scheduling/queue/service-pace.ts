import type { Nanos } from '../../base/units.ts';

/** How fast waiting calls are taken. */
export interface ServicePace {
  /** When the last was taken, or when calls began to wait again after that. */
  readonly since: Nanos;
  /** Of the intervals after which one was taken. */
  readonly mean: Nanos;
  /** Intervals in the mean, at most `ENOUGH`. */
  readonly samples: number;
}

export const NO_PACE: ServicePace = { since: 0, mean: 0, samples: 0 };

/** So many intervals make a mean; from then on it moves by one part in so many, as that of RFC 6298 does. */
const ENOUGH = 8;

/** A call waits where none did; the time before was no interval. */
export function waitingBegan(pace: ServicePace, now: Nanos): ServicePace {
  return { ...pace, since: now };
}

export function taken({ since, mean, samples: before }: ServicePace, now: Nanos): ServicePace {
  const samples = Math.min(before + 1, ENOUGH);
  return { since: now, mean: mean + (now - since - mean) / samples, samples };
}

/** The interval to expect; 0 while too few are known. One that lasts longer than the mean counts before it is over. */
export function intervalAt(pace: ServicePace, now: Nanos): Nanos {
  return pace.samples < ENOUGH ? 0 : Math.max(pace.mean, taken(pace, now).mean);
}
