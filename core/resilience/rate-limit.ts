import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';

/** So many units (requests, tokens) in each `perMs`, of which up to `burst` may come at once. */
export interface Rate {
  readonly limit: number;
  readonly perMs: Millis;
  readonly burst: number;
}

/** One rate for each dimension: `{ rpm: …, tpm: … }`. */
export type Rates<Dimension extends string> = Readonly<Record<Dimension, Rate>>;

/** Units of each dimension. */
export type Quantities<Dimension extends string> = Readonly<Record<Dimension, number>>;

interface Schedule {
  /** The theoretical arrival time of GCRA: when all that was admitted is worked off. */
  readonly end: Nanos;
  /** All time that `settle` ever took out of the schedule. */
  readonly returned: Nanos;
}

/** The schedule of each dimension that was used. */
export type RateLimitState<Dimension extends string> = Readonly<Partial<Record<Dimension, Schedule>>>;

/** What was reserved, with each dimension's schedule as it was just after; to be settled once. */
export interface Reservation<Dimension extends string> {
  readonly quantities: Quantities<Dimension>;
  readonly schedules: RateLimitState<Dimension>;
}

export type RateAdmission<Dimension extends string> =
  | {
      readonly admitted: true;
      readonly state: RateLimitState<Dimension>;
      readonly reservation: Reservation<Dimension>;
    }
  | {
      readonly admitted: false;
      /** The dimension that would be ready last. */
      readonly dimension: Dimension;
      /** The first instant at which the same would be admitted; absent where it is more than a whole burst. */
      readonly retryAt?: Nanos;
    };

/** How far a dimension is used. */
export interface RateUsage {
  /** Whole units that would be admitted now. */
  readonly remaining: number;
  /** When all of the burst is there again. */
  readonly resetAt: Nanos;
}

/**
 * Reserves all quantities or none. GCRA (ITU-T I.371, as in throttled/throttled): tat' = max(tat, now) + q·T is
 * admitted where tat' − now ≤ burst·T, with T the time of one unit.
 */
export function admitQuantities<Dimension extends string>(
  state: RateLimitState<Dimension>,
  rates: Rates<Dimension>,
  quantities: Quantities<Dimension>,
  now: Nanos,
): RateAdmission<Dimension> {
  const schedules: Partial<Record<Dimension, Schedule>> = {};
  let refusal: { dimension: Dimension; retryAt: Nanos } | undefined;
  for (const dimension of dimensionsOf(rates)) {
    const time = timeOf(rates[dimension], quantities[dimension]);
    const tolerance = timeOf(rates[dimension], rates[dimension].burst);
    const { end: before = now, returned = 0 } = state[dimension] ?? {};
    const end = Math.max(before, now) + time;
    const retryAt = time > tolerance ? Number.POSITIVE_INFINITY : end - tolerance;
    if (retryAt > now && retryAt > (refusal?.retryAt ?? now)) refusal = { dimension, retryAt };
    schedules[dimension] = { end, returned };
  }
  if (refusal) {
    const { dimension, retryAt } = refusal;
    return { admitted: false, dimension, ...(Number.isFinite(retryAt) && { retryAt }) };
  }
  return {
    admitted: true,
    state: { ...state, ...schedules },
    reservation: { quantities, schedules },
  };
}

/**
 * Replaces what was reserved by what was used. Of too large a reservation only that part of its place in the schedule
 * comes back whose time has not passed yet: unused allowance does not pile up above the burst. What was used beyond it
 * is a debt.
 *
 * Its place moved forward by what came back of the places before it. How much of `returned` that was is not kept: all
 * of it is assumed. So, in whatever order reservations are settled, never more is admitted than the rate allows; one
 * that is settled after a later one may get back less than it could, by no more than the later one got.
 */
export function settle<Dimension extends string>(
  state: RateLimitState<Dimension>,
  rates: Rates<Dimension>,
  reservation: Reservation<Dimension>,
  actual: Quantities<Dimension>,
  now: Nanos,
): RateLimitState<Dimension> {
  const settled: Partial<Record<Dimension, Schedule>> = { ...state };
  for (const dimension of dimensionsOf(rates)) {
    const then = reservation.schedules[dimension];
    // A limit that was set since has nothing reserved.
    if (!then) continue;
    const rate = rates[dimension];
    const { end, returned } = state[dimension] ?? then;
    const change = timeOf(rate, actual[dimension]) - timeOf(rate, reservation.quantities[dimension]);
    if (change > 0) settled[dimension] = { end: Math.max(end, now) + change, returned };
    else {
      const ownEnd = then.end - (returned - then.returned);
      const back = Math.min(-change, Math.max(0, ownEnd - now));
      settled[dimension] = { end: end - back, returned: returned + back };
    }
  }
  return settled;
}

export function rateUsage<Dimension extends string>(
  state: RateLimitState<Dimension>,
  rates: Rates<Dimension>,
  dimension: Dimension,
  now: Nanos,
): RateUsage {
  const rate = rates[dimension];
  const resetAt = Math.max(state[dimension]?.end ?? now, now);
  const free = timeOf(rate, rate.burst) - (resetAt - now);
  // The most whose time, rounded as it is in `timeOf`, is not longer than what is free.
  const remaining = Math.ceil(((free + 0.5) * rate.limit) / (rate.perMs * NANOS_PER_MILLI)) - 1;
  return { remaining: Math.max(0, remaining), resetAt };
}

/** Whole nanoseconds, so that sums stay exact. */
function timeOf(rate: Rate, quantity: number): Nanos {
  return Math.round((quantity * rate.perMs * NANOS_PER_MILLI) / rate.limit);
}

function dimensionsOf<Dimension extends string>(rates: Rates<Dimension>): readonly Dimension[] {
  return Object.keys(rates) as Dimension[];
}
