import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../base/random.ts';
import { lazyCandidates } from './candidates.ts';
import { Slate } from './slate.ts';
import { candidates, listOf } from './test-candidates.ts';

const slateOf = (count: number, rejected: readonly number[] = []) =>
  new Slate(listOf(candidates(count, rejected)));

describe('the slate', () => {
  it('knows who is eligible, in order', () => {
    expect(slateOf(5, [0, 3]).eligible).toEqual([1, 2, 4]);
    expect(slateOf(2, [0, 1]).eligible).toEqual([]);
  });

  it.each([
    ['most are eligible', 6, [1]],
    ['few are', 40, Array.from({ length: 37 }, (_, index) => index + 1)],
  ])('draws every pair of the eligible equally often where %s', (_, count, rejected) => {
    const pairs = new Map<string, number>();
    const random = seededRandom(3);
    const total = 20_000;
    for (let draw = 0; draw < total; draw++) {
      const slate = slateOf(count, rejected);
      const one = slate.sample(random)!;
      const pair = `${one} ${slate.sample(random, one)!}`;
      pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
    }
    const eligible = count - rejected.length;
    const share = 1 / (eligible * (eligible - 1));
    expect(pairs.size).toBe(1 / share);
    // Four and a half standard deviations of a binomial distribution.
    const bound = 4.5 * Math.sqrt(total * share * (1 - share));
    for (const seen of pairs.values()) expect(Math.abs(seen - total * share)).toBeLessThan(bound);
  });

  it('draws an eligible one that is not the one before, or nobody where there is none', () => {
    const some = fc.integer({ min: 0, max: 8 });
    fc.assert(
      fc.property(some, fc.uniqueArray(some), fc.integer(), fc.boolean(), (count, rejected, seed, asked) => {
        const slate = slateOf(count, rejected);
        const { eligible } = slateOf(count, rejected);
        // Whether all have been looked at before makes no difference.
        expect(asked ? slate.eligible : eligible).toEqual(eligible);
        const random = seededRandom(seed);
        const one = slate.sample(random);
        expect(eligible.length === 0 ? [undefined] : eligible).toContain(one);
        if (one === undefined) return;
        const others = eligible.filter((index) => index !== one);
        expect(others.length === 0 ? [undefined] : others).toContain(slate.sample(random, one));
      }),
    );
  });

  it('knows that one is alone only once it has looked, or where there is no other', () => {
    expect(slateOf(1).isKnownSingle).toBe(true);
    const slate = slateOf(3, [0, 2]);
    expect(slate.isKnownSingle).toBe(false);
    expect(slate.eligible).toEqual([1]);
    expect(slate.isKnownSingle).toBe(true);
  });
});

it('a lazy list looks at each candidate once, and only where it is asked for', () => {
  const looks: number[] = [];
  const list = lazyCandidates(4, (index) => {
    looks.push(index);
    return candidates(4)[index]!;
  });
  expect(list.at(2)).toBe(list.at(2));
  expect(list.at(0).instance).toBe('i0');
  expect(looks).toEqual([2, 0]);
  expect(list.size).toBe(4);
});
