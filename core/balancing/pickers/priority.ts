import { z } from 'zod';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { decideAmong, type Survey } from '../policy.ts';
import { indicesOf, lowest, oneOf } from '../selection.ts';
import { smoothWeighted } from './weighted.ts';

export const priorityOptions = z.strictObject({
  ties: z
    .enum(['weighted', 'uniform'])
    .default('weighted')
    .describe('Among those of the same rank: in turn by their weights, or any of them.'),
  exploration: explorationOption.default(EXPLORATION),
});

/** The lowest number among the eligible; a rank is used only while nobody of a better one can serve. */
export function priority(options: z.output<typeof priorityOptions>): Survey {
  const tieBreak = options.ties === 'weighted' ? smoothWeighted() : anyOfThem;
  return (eligible, slate, context) => {
    const first = lowest(indicesOf(eligible), (index) => eligible[index]!.signals.priority);
    const decision = decideAmong(first, tieBreak, [eligible, slate, context]);
    return {
      ...decision,
      terms: (index) => ({ priority: eligible[index]!.signals.priority, ...decision.terms(index) }),
    };
  };
}

const anyOfThem: Survey = (eligible) => ({ ...oneOf(indicesOf(eligible)), terms: () => ({}) });
