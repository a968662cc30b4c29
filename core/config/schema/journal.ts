import { z } from 'zod';

/** `[journal]`. */
export const journalSchema = z.strictObject({
  durability: z
    .enum(['normal', 'strict'])
    .default('normal')
    .describe('Whether calls wait until they are on the disk.'),
  maxAgeDays: z
    .number()
    .positive('above 0; leave it out to keep runs of any age')
    .optional()
    .describe('Runs that ended so many days ago are deleted, unless they are pinned.'),
  maxBytes: z
    .int()
    .min(1_000_000, 'at least a megabyte')
    .optional()
    .describe('While the journal holds more, the oldest runs are deleted, unless they are pinned.'),
  maxRuns: z
    .int()
    .min(1, 'at least 1')
    .optional()
    .describe('While there are more, the oldest runs are deleted, unless they are pinned.'),
});
