import { z } from 'zod';
import type { Millis } from '../base/units.ts';

/** Below so many samples a 95th percentile says too little to spend a second call on. */
const MINIMUM_SAMPLES = 20;

export const hedgeOptionsSchema = z.strictObject({
  after: z
    .union([z.literal('p95'), z.number().positive()], { error: 'a number of ms above 0, or "p95"' })
    .default('p95')
    .describe(
      'How long an attempt may be without an answer before another is sent: ms, or as long as 95 of 100 take.',
    ),
  max: z.int().min(1).max(3).default(1).describe('Attempts that may be sent besides the first.'),
});

export type HedgeOptions = z.infer<typeof hedgeOptionsSchema>;

/** How long to wait before each further attempt; nothing where too little is known of the first one's instance. */
export function hedgeDelayMs(
  { after }: HedgeOptions,
  p95Ms: Millis | undefined,
  samples: number,
): Millis | undefined {
  if (after !== 'p95') return after;
  return samples < MINIMUM_SAMPLES ? undefined : p95Ms;
}
