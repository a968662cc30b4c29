/** Milliseconds. */
export type Millis = number;
/** Whole nanoseconds; exact up to 2^53, which is 104 days from a run's start. */
export type Nanos = number;
/** United States dollars. */
export type Usd = number;
/** Model tokens, as the provider counts them. */
export type Tokens = number;

export const NANOS_PER_MILLI = 1_000_000;
