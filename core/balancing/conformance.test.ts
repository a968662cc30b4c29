import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Considered } from '../journal/pick.ts';
import type { Candidates } from './picker.ts';
import { strategies, STRATEGY_NAMES } from './strategies.ts';

function candidates(count: number, rejected: readonly number[] = []): Candidates {
  return Array.from({ length: count }, (_, index): Considered => {
    const candidate = { instance: `i${index}`, terms: {} };
    return rejected.includes(index) ? { ...candidate, rejected: { reason: 'already-tried' } } : candidate;
  });
}

describe.each(STRATEGY_NAMES)('the strategy %s', (name) => {
  const create = () => strategies[name].create();

  it('chooses nobody from nobody, and nobody where all are rejected', () => {
    expect(create().choose([]).chosen).toBeUndefined();
    expect(create().choose(candidates(3, [0, 1, 2]))).toMatchObject({ probability: 0 });
    expect(create().choose(candidates(3, [0, 1, 2])).chosen).toBeUndefined();
  });

  it('chooses the only one', () => {
    expect(create().choose(candidates(1))).toMatchObject({ chosen: 'i0', probability: 1 });
  });

  it('never chooses a rejected one, also when members come and go between picks', () => {
    const round = fc.record({
      count: fc.integer({ min: 0, max: 6 }),
      rejected: fc.array(fc.integer({ min: 0, max: 5 })),
    });
    fc.assert(
      fc.property(fc.array(round, { maxLength: 30 }), (rounds) => {
        const picker = create();
        for (const { count, rejected } of rounds) {
          const given = candidates(count, rejected);
          const eligible = given.filter((one) => !one.rejected).map((one) => one.instance);
          expect(eligible.length === 0 ? [undefined] : eligible).toContain(picker.choose(given).chosen);
        }
      }),
    );
  });

  it('makes the same picks again from the same start', () => {
    const picks = () => {
      const picker = create();
      return Array.from({ length: 50 }, () => picker.choose(candidates(4)).chosen);
    };
    expect(picks()).toEqual(picks());
  });

  it('gives equal members equal shares', () => {
    const picker = create();
    const shares = Map.groupBy(
      Array.from({ length: 4000 }, () => picker.choose(candidates(4)).chosen),
      (chosen) => chosen,
    );
    for (const share of shares.values()) expect(share.length).toBe(1000);
  });
});

describe('round robin', () => {
  it('goes in order, and says where its cursor stood', () => {
    const picker = strategies['round-robin'].create();
    const picks = Array.from({ length: 4 }, () => picker.choose(candidates(3)));
    expect(picks.map((pick) => [pick.chosen, pick.inputs['cursor']])).toEqual([
      ['i0', 0],
      ['i1', 1],
      ['i2', 2],
      ['i0', 0],
    ]);
  });

  it('gives the member that is up its turn at coming first, also while the other one always fails', () => {
    const picker = strategies['round-robin'].create();
    const firsts = Array.from({ length: 4 }, () => {
      const first = picker.choose(candidates(2)).chosen;
      if (first === 'i0') picker.choose(candidates(2, [0]));
      return first;
    });
    expect(firsts).toEqual(['i0', 'i1', 'i0', 'i1']);
  });
});
