import type { Candidates, Picker } from '../picker.ts';

/**
 * Each member in turn, in the pool's order; a rejected one loses its turn to the next that is eligible. A retry takes
 * nobody's turn: of two members, one of which is down, the one that is up would otherwise never come first.
 */
export function roundRobin(): Picker {
  let cursor = 0;
  return {
    choose(candidates) {
      const inputs = { cursor };
      for (let step = 0; step < candidates.length; step++) {
        const index = (cursor + step) % candidates.length;
        const candidate = candidates[index]!;
        if (candidate.rejected) continue;
        if (!isRetry(candidates)) cursor = (index + 1) % candidates.length;
        return { chosen: candidate.instance, probability: 1, inputs };
      }
      return { probability: 0, inputs };
    },
  };
}

function isRetry(candidates: Candidates): boolean {
  return candidates.some((candidate) => candidate.rejected?.reason === 'already-tried');
}
