import { z } from 'zod';
import { CATEGORIES } from '../../journal/task.ts';
import { nameSchema, quantitiesSchema, strategySchema } from './parts.ts';

const category = z.strictObject({
  /** Of pools that name none. */
  strategy: strategySchema.exactOptional(),
  /** What every attempt takes of `[resources]`, where its instance does not say. */
  requires: quantitiesSchema.exactOptional(),
  /** For calls that nobody could take. */
  fallback: z
    .union(
      [
        z.strictObject({ instance: nameSchema }),
        z.strictObject({ answer: z.string().min(1) }),
        z.strictObject({ queue: z.literal(true) }),
      ],
      { error: '{ instance = "…" }, { answer = "…" } or { queue = true }' },
    )
    .exactOptional(),
});

export const categoriesSchema = z.partialRecord(z.enum(CATEGORIES), category);
