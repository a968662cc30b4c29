import type { Millis } from '../../base/units.ts';
import type { WindowFigures } from './figures.ts';
import type { CommonOptions, HealthOptions } from '../../config/schema/optimiser.ts';

/** `unknown`: too few attempts to say anything. `uncertain`: neither well nor badly. */
export type Health = 'unknown' | 'healthy' | 'uncertain' | 'failing' | 'rate-limited';

/** What a response takes under the pressure that was there before anything was raised. */
export interface UsualResponse {
  /** Moving mean of the p95 of the first token. */
  readonly ms: Millis;
  readonly samples: number;
  /** The lowest at which it was measured. */
  readonly pressure: number;
  /** The interval in which this was begun. */
  readonly since: number;
}

/** Weight of the newest interval in the moving mean. */
const NEWEST = 0.1;

export function healthOf(
  figures: WindowFigures,
  options: CommonOptions & HealthOptions,
  usual: UsualResponse | undefined,
): Health {
  const { attempts, successShare, rateLimited, firstTokenP95Ms } = figures;
  if (attempts < options.minimumAttempts) return 'unknown';
  if (rateLimited / attempts >= options.rateLimitedShare) return 'rate-limited';
  if (successShare < options.failingSuccess) return 'failing';
  const isStable =
    firstTokenP95Ms === undefined || !usual || firstTokenP95Ms <= options.stableResponse * usual.ms;
  return isStable && successShare >= options.healthySuccess ? 'healthy' : 'uncertain';
}

/**
 * Goes on measuring what is usual, but not under more pressure than before: else each raise would excuse the next, and
 * answers would become slower step by step. `pressure` is a limit, or whatever else grows with what is let in. Begun
 * anew after `usualIntervals`, since providers change.
 */
export function usualAfter(
  usual: UsualResponse | undefined,
  { attempts, firstTokenP95Ms: ms }: WindowFigures,
  { minimumAttempts, usualIntervals }: CommonOptions & HealthOptions,
  pressure: number,
  round: number,
): UsualResponse | undefined {
  if (ms === undefined || attempts < minimumAttempts) return usual;
  if (!usual || round - usual.since >= usualIntervals) return { ms, samples: 1, pressure, since: round };
  if (pressure > usual.pressure) return usual;
  const samples = usual.samples + 1;
  const newest = Math.max(NEWEST, 1 / samples);
  return { ...usual, ms: usual.ms + (ms - usual.ms) * newest, samples, pressure };
}

/** The figures, as evidence. */
export function evidenceOf(
  { attempts, successShare, rateLimited, firstTokenP95Ms }: WindowFigures,
  usual: UsualResponse | undefined,
): Readonly<Record<string, number>> {
  return {
    attempts,
    successShare,
    rateLimited,
    ...(firstTokenP95Ms !== undefined && { firstTokenP95Ms }),
    ...(usual && { usualFirstTokenP95Ms: usual.ms }),
  };
}
