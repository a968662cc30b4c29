import type { HedgeOptions } from '../resilience/hedge.ts';
import { withOverrides } from '../resilience/overrides.ts';
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

/** Key by key the most specific layer that says something, the last one first; the host's where none does. */
export function effectivePolicies(
  host: EffectivePolicies,
  ...layers: readonly (CallPolicies | undefined)[]
): EffectivePolicies {
  return layers.reduce<EffectivePolicies>((effective, layer) => {
    if (!layer?.timeouts && !layer?.retry && !layer?.hedge) return effective;
    return {
      timeouts: withOverrides(effective.timeouts, layer.timeouts),
      retry: withOverrides(effective.retry, layer.retry),
      ...((layer.hedge ?? effective.hedge) && { hedge: layer.hedge ?? effective.hedge! }),
    };
  }, host);
}
