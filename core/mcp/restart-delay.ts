import type { Random } from '../base/random.ts';
import type { Millis } from '../base/units.ts';

const FIRST_MS: Millis = 1_000;
const LONGEST_MS: Millis = 30_000;
/** Delays are longer or shorter by up to this share, so that what ended together does not start together. */
const JITTER = 0.2;

/** A server that has run so long starts anew: its next end is the first. */
export const STEADY_MS: Millis = 60_000;

/** How long to wait before a server that has ended by itself is started again; `ends` in a row, this one included. */
export function restartDelay(ends: number, random: Random): Millis {
  const delay = Math.min(LONGEST_MS, FIRST_MS * 2 ** (ends - 1));
  return delay * (1 + JITTER * (2 * random() - 1));
}
