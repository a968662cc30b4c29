import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPicker } from '../strategies.ts';
import { candidates, candidatesWith, contextOf, pickFrom } from '../test-candidates.ts';

const PLAIN = { exploration: 0 };

describe('round robin', () => {
  it('goes in order, and says where its cursor stood', () => {
    const picker = createPicker('round-robin', PLAIN);
    const picks = Array.from({ length: 4 }, () => pickFrom(picker, candidates(3), contextOf(1)));
    expect(picks.map((pick) => [pick.chosen, pick.inputs['cursor']])).toEqual([
      ['i0', 0],
      ['i1', 1],
      ['i2', 2],
      ['i0', 0],
    ]);
  });

  it('gives the member that is up its turn at coming first, also while the other one always fails', () => {
    const picker = createPicker('round-robin', PLAIN);
    const firsts = Array.from({ length: 4 }, () => {
      const first = pickFrom(picker, candidates(2), contextOf(1)).chosen;
      if (first === 'i0') pickFrom(picker, candidates(2, [0]), contextOf(1));
      return first;
    });
    expect(firsts).toEqual(['i0', 'i1', 'i0', 'i1']);
  });

  it('gives each exactly its share, wherever it starts', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 9 }),
        fc.nat(20),
        fc.integer({ min: 1, max: 5 }),
        (count, before, rounds) => {
          const picker = createPicker('round-robin', PLAIN);
          const choose = () => pickFrom(picker, candidates(count), contextOf(1)).chosen;
          for (let pick = 0; pick < before; pick++) choose();
          const picks = Array.from({ length: count * rounds }, choose);
          for (let index = 0; index < count; index++) {
            expect(picks.filter((chosen) => chosen === `i${index}`)).toHaveLength(rounds);
          }
        },
      ),
    );
  });

  it('skips nobody when a member is removed: the others follow in the order they had', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 9 }), fc.nat(20), fc.nat(), (count, before, gone) => {
        const picker = createPicker('round-robin', PLAIN);
        for (let pick = 0; pick < before; pick++) pickFrom(picker, candidates(count), contextOf(1));
        const left = candidates(count).filter((_, index) => index !== gone % count);
        const order = Array.from({ length: count }, (_, step) => `i${(before + step) % count}`);
        const expected = order.filter((instance) => instance !== `i${gone % count}`);
        expect(left.map(() => pickFrom(picker, left, contextOf(1)).chosen)).toEqual(expected);
      }),
    );
  });

  it('keeps the turn with its member when others join before it', () => {
    const picker = createPicker('round-robin', PLAIN);
    const [first, second, third] = candidates(3);
    pickFrom(picker, [second!, third!], contextOf(1));
    expect(pickFrom(picker, [first!, second!, third!], contextOf(1))).toMatchObject({
      chosen: 'i2',
      inputs: { cursor: 2 },
    });
  });
});

describe('smooth weighted round robin', () => {
  it('is as in the commit that brought it to nginx: {5, 1, 1} gives a a b a c a a, with these weights between', () => {
    const picker = createPicker('weighted', PLAIN);
    const given = candidatesWith([{ weight: 5 }, { weight: 1 }, { weight: 1 }]);
    const picks = Array.from({ length: 8 }, () => pickFrom(picker, given, contextOf(1)));
    expect(picks.map(({ chosen }) => chosen).slice(0, 7)).toEqual(['i0', 'i0', 'i1', 'i0', 'i2', 'i0', 'i0']);
    expect(picks.map(({ terms }) => [...terms.values()].map(({ gained }) => gained))).toEqual([
      [0, 0, 0],
      [-2, 1, 1],
      [-4, 2, 2],
      [1, -4, 3],
      [-1, -3, 4],
      [4, -2, -2],
      [2, -1, -1],
      [0, 0, 0],
    ]);
  });

  it('gives in each cycle exactly what the weights say, and is then where it began', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 7 }), (weights) => {
        const picker = createPicker('weighted', PLAIN);
        const given = candidatesWith(weights.map((weight) => ({ weight })));
        const cycle = weights.reduce((sum, weight) => sum + weight, 0);
        for (let round = 0; round < 3; round++) {
          const picks = Array.from({ length: cycle }, () => pickFrom(picker, given, contextOf(1)));
          expect([...picks[0]!.terms.values()].map(({ gained }) => gained)).toEqual(weights.map(() => 0));
          weights.forEach((weight, index) => {
            expect(picks.filter(({ chosen }) => chosen === `i${index}`)).toHaveLength(weight);
          });
        }
      }),
    );
  });

  it('changes nothing on a retry', () => {
    const picker = createPicker('weighted', PLAIN);
    const given = [{ weight: 2 }, { weight: 1 }, { weight: 1 }];
    const picks = Array.from({ length: 8 }, () => {
      const first = pickFrom(picker, candidatesWith(given), contextOf(1)).chosen;
      pickFrom(picker, candidatesWith(given, [0]), contextOf(1));
      return first;
    });
    expect(picks).toEqual(['i0', 'i1', 'i2', 'i0', 'i0', 'i1', 'i2', 'i0']);
  });

  it('keeps what others have gained when one leaves, and forgets the one that left', () => {
    const picker = createPicker('weighted', PLAIN);
    const given = candidatesWith([{ weight: 5 }, {}, {}]);
    pickFrom(picker, given, contextOf(1));
    const left = given.slice(1);
    expect([...pickFrom(picker, left, contextOf(1)).terms.values()].map(({ gained }) => gained)).toEqual([
      1, 1,
    ]);
    expect(pickFrom(picker, given, contextOf(1)).terms.get('i0')).toMatchObject({ gained: 0 });
  });
});

describe('weighted random', () => {
  it('never chooses a weight of 0, whatever the rounding', () => {
    const given = candidatesWith([{ weight: 0.1 }, { weight: 0.2 }, { weight: 0 }]);
    const picker = createPicker('weighted-random', {});
    const context = { ...contextOf(1), random: () => 1 - 2 ** -53 };
    expect(pickFrom(picker, given, context)).toMatchObject({ chosen: 'i1' });
    expect(pickFrom(picker, given, { ...context, random: () => 0 })).toMatchObject({ chosen: 'i0' });
  });

  it('says the share of each', () => {
    const choice = pickFrom(
      createPicker('weighted-random', {}),
      candidatesWith([{ weight: 3 }, {}]),
      contextOf(3),
    );
    expect([...choice.terms.values()]).toEqual([
      { weight: 3, share: 0.75 },
      { weight: 1, share: 0.25 },
    ]);
  });
});

describe('priority', () => {
  const ranks = [{ priority: 2 }, { priority: 1, weight: 2 }, { priority: 1 }];

  it('takes turns by weight within the best rank, and leaves it only when all of it is rejected', () => {
    const picker = createPicker('priority', PLAIN);
    const choose = (rejected: number[] = []) =>
      pickFrom(picker, candidatesWith(ranks, rejected), contextOf(1)).chosen;
    expect([choose(), choose(), choose()]).toEqual(['i1', 'i2', 'i1']);
    expect(choose([1])).toBe('i2');
    expect(choose([1, 2])).toBe('i0');
  });

  it('can choose any of the best rank instead', () => {
    const choice = pickFrom(
      createPicker('priority', { ...PLAIN, ties: 'uniform' }),
      candidatesWith(ranks),
      contextOf(1),
    );
    expect(choice.probability).toBe(0.5);
    expect([...choice.terms.values()]).toEqual([{ priority: 2 }, { priority: 1 }, { priority: 1 }]);
  });
});
