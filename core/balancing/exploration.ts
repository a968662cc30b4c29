import { z } from 'zod';
import type { Policy } from './policy.ts';

/** How often a strategy departs from its own choice; see `exploring`. */
export const explorationOption = z
  .number()
  .min(0)
  .max(1)
  .describe(
    'Share of the picks that go to any eligible instance, so that the others are measured too; 0 is off.',
  );

export const EXPLORATION = 0.02;

/**
 * With the chance `exploration`, one of the eligible at random instead of the policy's choice. Each then has a known
 * chance above 0, without which what-ifs over recorded picks are invalid (Horvitz and Thompson, 1952), and a member
 * that was once bad is measured again.
 *
 * An exploring pick moves no state: whoever had the turn has it still. A retry never explores: its call has failed
 * once already, and goes where the strategy trusts most. One that is alone is not explored either.
 */
export function exploring(policy: Policy, exploration: number): Policy {
  if (exploration === 0) return policy;
  return (slate, context) => {
    const decision = policy(slate, context);
    if (context.retry || slate.isKnownSingle) return decision;
    return {
      ...decision,
      draw(random) {
        if (random() >= exploration) return decision.draw(random);
        const index = slate.sample(random);
        if (index === undefined) return undefined;
        // A policy that looks at a few only does not know that somebody is alone; the choice is the same.
        return { index, inputs: () => (slate.eligible.length > 1 ? { explored: 1 } : {}) };
      },
      shareOf: (index) => (1 - exploration) * decision.shareOf(index) + exploration / slate.eligible.length,
    };
  };
}
