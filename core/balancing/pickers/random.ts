import type { Policy } from '../policy.ts';
import { indicesOf, inProportion, oneOf } from '../selection.ts';

/** Any of the eligible, each equally likely. */
export function random(): Policy {
  return (eligible) => ({ ...oneOf(indicesOf(eligible)), terms: () => ({}) });
}

/** Any of the eligible, in proportion to the weights. */
export function weightedRandom(): Policy {
  return (eligible) => {
    const preference = inProportion(eligible.map((candidate) => candidate.signals.weight));
    return {
      ...preference,
      terms: (index) => ({ weight: eligible[index]!.signals.weight, share: preference.shareOf(index) }),
    };
  };
}
