import type { Survey } from '../policy.ts';
import { certain } from '../selection.ts';
import type { Slate } from '../slate.ts';

/**
 * Smooth weighted round robin (nginx, commit 52327e0627f4): each of the eligible gains its weight, the highest is
 * chosen and pays the sum of all weights. Over a cycle of that many picks each is chosen exactly as often as its weight
 * says, spread out: {5, 1, 1} gives a a b a c a a. What each has gained is kept by instance, so that a member that
 * comes or goes disturbs no other.
 */
export function smoothWeighted(): Survey {
  const gained = new Map<string, number>();

  function forgetAllBut(slate: Slate): void {
    const members = new Set<string>();
    for (let index = 0; index < slate.size; index++) members.add(slate.at(index).instance);
    for (const instance of gained.keys()) if (!members.has(instance)) gained.delete(instance);
  }

  return (eligible, slate) => {
    if (gained.size > slate.size) forgetAllBut(slate);
    const scores = eligible.map(({ instance, signals }) => (gained.get(instance) ?? 0) + signals.weight);
    let best = 0;
    for (let index = 1; index < scores.length; index++) if (scores[index]! > scores[best]!) best = index;
    const preference = certain(best, () => {
      const total = eligible.reduce((sum, candidate) => sum + candidate.signals.weight, 0);
      eligible.forEach(({ instance }, index) => {
        gained.set(instance, scores[index]! - (index === best ? total : 0));
      });
    });
    return {
      ...preference,
      terms: (index) => {
        const { weight } = eligible[index]!.signals;
        return { weight, gained: scores[index]! - weight, score: scores[index]! };
      },
    };
  };
}
