import { z } from 'zod';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { decideAmong, type Policy } from '../policy.ts';
import { indicesOf, lowest } from '../selection.ts';
import { random } from './random.ts';
import { smoothWeighted } from './weighted.ts';

export const priorityOptions = z.strictObject({
  ties: z
    .enum(['weighted', 'uniform'])
    .default('weighted')
    .describe('Among those of the same rank: in turn by their weights, or any of them.'),
  exploration: explorationOption.default(EXPLORATION),
});

/** The lowest number among the eligible; a rank is used only while nobody of a better one can serve. */
export function priority(options: z.output<typeof priorityOptions>): Policy {
  const tieBreak = options.ties === 'weighted' ? smoothWeighted() : random();
  return (eligible, candidates, context) => {
    const first = lowest(indicesOf(eligible), (index) => eligible[index]!.signals.priority);
    const decision = decideAmong(first, tieBreak, [eligible, candidates, context]);
    return {
      ...decision,
      terms: (index) => ({ priority: eligible[index]!.signals.priority, ...decision.terms(index) }),
    };
  };
}
