import type { HedgeOptions } from '../resilience/hedge.ts';
import type { RetryOptions } from '../resilience/retry.ts';
import type { TimeoutOptions } from '../resilience/timeouts.ts';

/** How a call is treated, as far as an instance, a pool or a tier has something of its own to say. */
export interface CallPolicies {
  readonly timeouts?: Partial<TimeoutOptions>;
  readonly retry?: Partial<RetryOptions>;
  readonly hedge?: HedgeOptions;
}

/** How a call is treated at one instance. */
export interface EffectivePolicies {
  readonly timeouts: TimeoutOptions;
  readonly retry: RetryOptions;
  readonly hedge?: HedgeOptions;
}

/** Key by key the most specific that says something: tier, pool, instance, host. */
export function effectivePolicies(
  host: EffectivePolicies,
  ...layers: readonly (CallPolicies | undefined)[]
): EffectivePolicies {
  let effective = host;
  for (const layer of layers) {
    if (!layer?.timeouts && !layer?.retry && !layer?.hedge) continue;
    effective = {
      ...effective,
      timeouts: { ...effective.timeouts, ...layer.timeouts },
      retry: { ...effective.retry, ...layer.retry },
      ...(layer.hedge && { hedge: layer.hedge }),
    };
  }
  return effective;
}
