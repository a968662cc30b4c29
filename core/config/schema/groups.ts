import { z } from 'zod';
import { sharedGuardShape } from './guards.ts';
import { nameSchema } from './parts.ts';

const tier = z.strictObject({
  name: nameSchema,
  /** In order; each a pool, an `instance-or-provider/model` path or a model. */
  pools: z.array(z.string().min(1)).min(1, 'a tier needs at least one pool'),
  ...sharedGuardShape,
});

const elsewhere = [
  z.literal('none'),
  z.strictObject({ group: nameSchema }),
  z.strictObject({ instance: nameSchema }),
  z.strictObject({ answer: z.string().min(1) }),
] as const;

const LAST = '"none", { group = "…" }, { instance = "…" } or { answer = "…" }';

const action = z.union([z.literal('next-tier'), ...elsewhere], { error: `"next-tier", ${LAST}` });

/** What follows a failure of each class, once the tier has no instance left to retry at. */
const fallback = z.strictObject({
  rateLimit: action.default('next-tier'),
  billing: action.default('next-tier'),
  timeout: action.default('next-tier'),
  serverError: action.default('next-tier'),
  contextWindow: action.default('next-tier'),
  auth: action.default('next-tier'),
  /** A refusal is passed on, unless somebody has decided otherwise. */
  contentPolicy: action.default('none'),
  badRequest: z
    .never({
      error: 'a request that is wrong here is wrong everywhere, so it never falls back; take this key out',
    })
    .exactOptional(),
  /** After the last tier. */
  exhausted: z.union(elsewhere, { error: `${LAST}; there is no tier after the last` }).default('none'),
});

export const groupSchema = z.strictObject({
  tiers: z.array(tier).min(1, 'a group needs at least one tier'),
  fallback: fallback.prefault({}),
  promotion: z
    .strictObject({
      /** A tier that was fallen back from is tried again after so long. */
      afterMs: z.number().positive('a time is above 0').default(30_000),
      /** … and is in use again after so many successes. */
      successes: z.int().positive('at least 1').default(1),
    })
    .prefault({}),
});

export type GroupConfig = z.output<typeof groupSchema>;
