import type { Random } from '../base/random.ts';
import type { Preference } from './policy.ts';

/** This one, and no other. */
export function certain(index: number, settle?: () => void): Preference {
  return {
    draw: () => (settle ? { index, settle } : { index }),
    shareOf: (asked) => (asked === index ? 1 : 0),
  };
}

/** Each of these equally likely. */
export function oneOf(indices: readonly number[]): Preference {
  return {
    draw: (random) => ({ index: indices[below(random, indices.length)]! }),
    shareOf: (asked) => (indices.includes(asked) ? 1 / indices.length : 0),
  };
}

/** Each in proportion to its share; a share of 0 is never drawn, whatever the rounding. At least one is above 0. */
export function inProportion(shares: readonly number[]): Preference {
  const total = shares.reduce((sum, share) => sum + share, 0);
  return {
    draw(random) {
      let left = random() * total;
      let index = -1;
      for (let next = 0; next < shares.length; next++) {
        const share = shares[next]!;
        if (share <= 0) continue;
        index = next;
        left -= share;
        if (left < 0) break;
      }
      return { index };
    },
    shareOf: (asked) => shares[asked]! / total,
  };
}

/**
 * The cheaper of two that are drawn at random and are not the same (Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001). Its chance: of all pairs, those in which it is the cheaper, and half of the ties.
 */
export function cheaperOfTwo(costs: readonly number[]): Preference {
  const count = costs.length;
  if (count === 1) return certain(0);
  return {
    draw(random) {
      const one = below(random, count);
      const step = below(random, count - 1);
      const other = step >= one ? step + 1 : step;
      return { index: costs[other]! < costs[one]! ? other : one };
    },
    shareOf(asked) {
      const cost = costs[asked]!;
      let won = 0;
      for (let other = 0; other < count; other++) {
        if (other === asked) continue;
        if (costs[other]! > cost) won += 1;
        else if (costs[other] === cost) won += 0.5;
      }
      return won / ((count * (count - 1)) / 2);
    },
  };
}

/**
 * Shares by softmax, e^(score/temperature), over the `best` highest scores; those that tie with the last of them are
 * in as well, so that the order of the pool decides nothing.
 */
export function softmaxOfBest(scores: readonly number[], best: number, temperature: number): Preference {
  const highest: number[] = [];
  for (const score of scores) {
    if (highest.length === best && score <= highest[best - 1]!) continue;
    let at = highest.length;
    while (at > 0 && highest[at - 1]! < score) at--;
    highest.splice(at, 0, score);
    if (highest.length > best) highest.pop();
  }
  const top = highest[0]!;
  const least = highest.at(-1)!;
  return inProportion(scores.map((score) => (score < least ? 0 : Math.exp((score - top) / temperature))));
}

/** Which of these have the lowest cost: one, or those that tie. */
export function lowest(indices: readonly number[], costOf: (index: number) => number): readonly number[] {
  let least = Infinity;
  let found: number[] = [];
  for (const index of indices) {
    const cost = costOf(index);
    if (cost < least) {
      least = cost;
      found = [index];
    } else if (cost === least) found.push(index);
  }
  return found;
}

export function indicesOf(list: readonly unknown[]): readonly number[] {
  return Array.from(list, (_, index) => index);
}

/** A whole number in [0, count). */
export function below(random: Random, count: number): number {
  return Math.floor(random() * count);
}
