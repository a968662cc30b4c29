import type { Policy, Survey } from '../policy.ts';
import { anyOf, inProportion } from '../selection.ts';

/** Any of the eligible, each equally likely. */
export function random(): Policy {
  return (slate) => ({ ...anyOf(slate), terms: () => ({}) });
}

/** Any of the eligible, in proportion to the weights. */
export function weightedRandom(): Survey {
  return (eligible) => {
    const preference = inProportion(eligible.map((candidate) => candidate.signals.weight));
    return {
      ...preference,
      terms: (index) => ({ weight: eligible[index]!.signals.weight, share: preference.shareOf(index) }),
    };
  };
}
