import type { Picker } from '../picker.ts';

/** Each member in turn, in the pool's order; a rejected one loses its turn to the next that is eligible. */
export function roundRobin(): Picker {
  let cursor = 0;
  return {
    choose(candidates) {
      const inputs = { cursor };
      for (let step = 0; step < candidates.length; step++) {
        const index = (cursor + step) % candidates.length;
        const candidate = candidates[index]!;
        if (candidate.rejected) continue;
        cursor = (index + 1) % candidates.length;
        return { chosen: candidate.instance, probability: 1, inputs };
      }
      return { probability: 0, inputs };
    },
  };
}
