import { z } from 'zod';

/** `[journal]`. */
export const journalSchema = z.strictObject({
  durability: z
    .enum(['normal', 'strict'])
    .default('normal')
    .describe('Whether calls wait until they are on the disk.'),
});
