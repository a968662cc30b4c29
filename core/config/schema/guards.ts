import { z } from 'zod';
import { limitsSchema, maxConcurrentSchema } from './parts.ts';
import { breakerOptionsSchema } from '../../resilience/breaker.ts';
import { hedgeOptionsSchema } from '../../resilience/hedge.ts';
import { overridesOf } from '../../resilience/overrides.ts';
import { retryOverridesSchema } from '../../resilience/retry.ts';
import { timeoutOverridesSchema } from '../../resilience/timeouts.ts';

/** What an instance, a pool and a tier can each have of their own. */
export const guardShape = {
  maxConcurrent: maxConcurrentSchema.exactOptional(),
  limits: limitsSchema.exactOptional(),
  /** Over `[breaker]`, key by key. Instances have one in any case, pools and tiers only with this. */
  breaker: overridesOf(breakerOptionsSchema).exactOptional(),
  /** Over those that are less specific, key by key: a tier's win, then a pool's, an instance's, the host's. */
  timeouts: timeoutOverridesSchema.exactOptional(),
  /** Off where there is none. */
  hedge: hedgeOptionsSchema.exactOptional(),
};

/** What pools and tiers can have besides: one instance is not retried at itself. */
export const sharedGuardShape = {
  ...guardShape,
  /** Over `[retry]`, key by key. */
  retry: retryOverridesSchema
    .extend({
      budgetShare: z
        .never({ error: 'the budget is one for the whole host; it stands in [retry]' })
        .exactOptional(),
    })
    .exactOptional(),
};
