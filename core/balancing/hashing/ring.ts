import type { Algorithm, Member } from './placement.ts';
import { hashOf, unitOf } from './unit.ts';

/** However high a weight is; it bounds the time and memory of a ring. */
const MOST_POINTS = 65_536;
const NO_SALT = { high: 0, low: 0 };

/**
 * Consistent hashing on a ring (Karger et al. 1997; ketama has 160 points for each host): a key belongs to the next
 * point clockwise. `points` is for a weight of 1, others have theirs in proportion, from their own weight alone: so
 * removing a member moves only its keys.
 */
export function ring(points: number): Algorithm {
  return (members) => {
    const all = members.flatMap((member, owner) => pointsOf(member, owner, points));
    all.sort((one, other) => one.position - other.position);
    const positions = Float64Array.from(all, (point) => point.position);
    return {
      place(key, accepts) {
        const start = firstAtOrAfter(positions, unitOf(key, NO_SALT));
        for (let step = 0; step < all.length; step++) {
          const { owner } = all[(start + step) % all.length]!;
          if (accepts(owner)) return owner;
        }
        return undefined;
      },
    };
  };
}

function pointsOf({ instance, weight }: Member, owner: number, points: number) {
  const count = Math.min(Math.max(Math.round(points * weight), 1), MOST_POINTS);
  const hash = hashOf(instance);
  return Array.from({ length: count }, (_, number) => ({
    position: unitOf(hash, { high: 0, low: number + 1 }),
    owner,
  }));
}

function firstAtOrAfter(positions: Float64Array, position: number): number {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (positions[middle]! < position) low = middle + 1;
    else high = middle;
  }
  return low;
}
