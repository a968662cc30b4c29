import type { Preference } from './policy.ts';
import { below, type Slate } from './slate.ts';

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
  let total = 0;
  for (const share of shares) total += share;
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

/** Any of the eligible, each equally likely; looks at a few. */
export function anyOf(slate: Slate): Preference {
  return {
    draw(random) {
      const index = slate.sample(random);
      return index === undefined ? undefined : { index };
    },
    shareOf: () => 1 / slate.eligible.length,
  };
}

/**
 * The cheaper of two that are drawn at random and are not the same (Mitzenmacher, "The Power of Two Choices in
 * Randomized Load Balancing", 2001); looks at a few. Its chance: of all pairs, those in which it is the cheaper, and
 * half of the ties.
 */
export function cheaperOfTwo(slate: Slate, costOf: (index: number) => number): Preference {
  return {
    draw(random) {
      const one = slate.sample(random);
      if (one === undefined) return undefined;
      const other = slate.sample(random, one);
      return { index: other !== undefined && costOf(other) < costOf(one) ? other : one };
    },
    shareOf(asked) {
      const { eligible } = slate;
      const count = eligible.length;
      if (count === 1) return 1;
      const cost = costOf(asked);
      let won = 0;
      for (const other of eligible) {
        if (other === asked) continue;
        const theirs = costOf(other);
        if (theirs > cost) won += 1;
        else if (theirs === cost) won += 0.5;
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
    // The lower ones move back by one; the last of them out, where there are enough.
    let at = highest.length === best ? best - 1 : highest.length;
    for (; at > 0 && highest[at - 1]! < score; at--) highest[at] = highest[at - 1]!;
    highest[at] = score;
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
  const indices: number[] = [];
  for (let index = 0; index < list.length; index++) indices.push(index);
  return indices;
}
