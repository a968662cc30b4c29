import { z } from 'zod';
import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';

export const promotionOptionsSchema = z.strictObject({
  afterMs: z
    .number()
    .min(0)
    .max(3_600_000)
    .default(30_000)
    .describe('A tier that failed is left out for so long, then it is tried again.'),
  successes: z.int().min(1).max(100).default(1).describe('After so many successes it is in use again.'),
});

export type PromotionOptions = z.output<typeof promotionOptionsSchema>;

/**
 * Whether a tier of a group is in use. One that failed for a reason of its own is left out until its time is served;
 * then calls go there again, and it is in use once enough of them succeeded. A deadline never shrinks.
 */
export type Standing =
  | { readonly kind: 'in-use' }
  | { readonly kind: 'fallen'; readonly until: Nanos; readonly successes: number };

export const IN_USE: Standing = { kind: 'in-use' };

/** Whether calls may be tried there now. */
export function mayBeTried(standing: Standing, now: Nanos): boolean {
  return standing.kind === 'in-use' || now >= standing.until;
}

export function fell(standing: Standing, options: PromotionOptions, now: Nanos): Standing {
  const until = now + Math.round(options.afterMs * NANOS_PER_MILLI);
  const before = standing.kind === 'fallen' ? standing.until : until;
  return { kind: 'fallen', until: Math.max(until, before), successes: 0 };
}

export function succeeded(standing: Standing, options: PromotionOptions): Standing {
  if (standing.kind === 'in-use') return standing;
  const successes = standing.successes + 1;
  return successes >= options.successes ? IN_USE : { ...standing, successes };
}
