import type { Random } from '../base/random.ts';
import { createPicker } from '../balancing/strategies.ts';
import { DEFAULT_FALLBACK } from './fallback.ts';
import { LiveInstance } from './live-instance.ts';
import { Tier, type Plan } from './plan.ts';
import { Pool } from './pool.ts';

/**
 * A plan with one way: the provider that the client meant, asked once, with nothing that could keep a call back. What
 * fails there is passed on, so that an agent behaves as it would without us.
 */
export function passThroughPlan(
  { random }: { readonly random: Random },
  provider: string,
  endpoint: string,
): Plan {
  const target = { kind: 'pass-through', name: provider } as const;
  const instance = {
    name: provider,
    provider,
    category: 'llm',
    endpoint,
    model: '',
    weight: 1,
    priority: 1,
    maintenance: false,
  } as const;
  const pool = new Pool({
    target,
    strategy: 'pass-through',
    picker: createPicker('round-robin', { exploration: 0 }),
    policies: { retry: { maxAttempts: 1 } },
    admission: () => undefined,
    random,
  });
  pool.members = [new LiveInstance(instance, { policies: {} }, random)];
  const tier = new Tier({ label: provider, policies: { retry: { maxAttempts: 1 } } });
  tier.pools = [pool];
  return { target, tiers: [tier], fallback: DEFAULT_FALLBACK };
}
