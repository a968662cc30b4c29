import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../base/random.ts';
import type { Signals } from '../picker.ts';
import { lazyCandidates } from '../candidates.ts';
import { cheaperOfTwo, oneOf } from '../selection.ts';
import { Slate } from '../slate.ts';
import { createPicker, type StrategyName } from '../strategies.ts';
import { candidates, candidatesWith, contextOf, listOf, pickFrom } from '../test-candidates.ts';

function choose(name: StrategyName, signals: readonly Partial<Signals>[], options = {}, seed = 1) {
  return pickFrom(
    createPicker(name, { exploration: 0, ...options }),
    candidatesWith(signals),
    contextOf(seed),
  );
}

describe('least connections', () => {
  it('counts the new call, and the weight', () => {
    const given = [
      { outstanding: 1, weight: 1 },
      { outstanding: 4, weight: 3 },
    ];
    expect(choose('least-connections', given)).toMatchObject({ chosen: 'i1', probability: 1 });
    expect(choose('least-connections', given).terms.get('i0')).toEqual({
      outstanding: 1,
      weight: 1,
      cost: 2,
    });
  });

  it('chooses any of those that tie', () => {
    const given = [{}, { outstanding: 2 }, {}];
    const chosen = new Set(
      Array.from({ length: 30 }, (_, seed) => choose('least-connections', given, {}, seed).chosen),
    );
    expect(chosen).toEqual(new Set(['i0', 'i2']));
    expect(choose('least-connections', given).probability).toBe(0.5);
  });
});

describe('least loaded', () => {
  it('looks at the share of the capacity, or where it has none at the busiest', () => {
    const given = [{ outstanding: 3, capacity: 4 }, { outstanding: 6, capacity: 10 }, { outstanding: 5 }];
    const choice = choose('least-loaded', given);
    expect(choice.chosen).toBe('i1');
    expect([...choice.terms.values()].map(({ load }) => load)).toEqual([0.75, 0.6, 5 / 6]);
  });
});

describe('latency', () => {
  it('does not take a host that starts late for a fast one because it then writes fast', () => {
    const given = [
      { firstTokenMs: 2000, tokenMs: 2, samples: 50 },
      { firstTokenMs: 300, tokenMs: 40, samples: 50 },
    ];
    for (let seed = 0; seed < 50; seed++) expect(choose('latency', given, {}, seed).chosen).toBe('i1');
    // Asked for the whole of a long answer, it is the other way round.
    expect(choose('latency', given, { expectedOutputTokens: 1000 }).chosen).toBe('i0');
  });

  it('adds no time for tokens beyond what the call allows, nor to what is not streamed', () => {
    const given = candidatesWith([{ firstTokenMs: 100, tokenMs: 10 }]);
    const costOf = (task: object) =>
      pickFrom(
        createPicker('latency', { expectedOutputTokens: 1000 }),
        given,
        contextOf(1, 'run', task),
      ).terms.get('i0')!['cost'];
    expect(costOf({})).toBe(10_100);
    expect(costOf({ maxOutputTokens: 50 })).toBe(600);
    expect(costOf({ streaming: false })).toBe(100);
  });

  it('counts what is in flight, and takes one that was not measured for the prior', () => {
    const { terms } = choose('latency', [
      { firstTokenMs: 400, outstanding: 2, samples: 1 },
      { outstanding: 1 },
    ]);
    expect([...terms.values()].map(({ cost }) => cost)).toEqual([1200, 2000]);
  });

  it('costs more with each figure that gets worse', () => {
    const figures = fc.record({
      firstTokenMs: fc.double({ min: 1, max: 1e4, noNaN: true }),
      tokenMs: fc.double({ min: 1, max: 100, noNaN: true }),
      outstanding: fc.integer({ min: 0, max: 20 }),
    });
    const costOf = (signals: Partial<Signals>) =>
      choose('latency', [signals], { expectedOutputTokens: 10 }).terms.get('i0')!['cost']!;
    fc.assert(
      fc.property(figures, fc.constantFrom('firstTokenMs', 'tokenMs', 'outstanding'), (signals, figure) => {
        expect(costOf({ ...signals, [figure]: signals[figure] + 1 })).toBeGreaterThan(costOf(signals));
      }),
    );
  });
});

describe('the power of two choices', () => {
  const BALLS = 10_000;

  /** The highest load after so many balls in as many bins, by a strategy that sees what lies in each. */
  function mostAfter(name: StrategyName, options: object) {
    const picker = createPicker(name, options);
    const loads = Array.from({ length: BALLS }, () => 0);
    const bins = {
      size: BALLS,
      at: (bin: number) => ({
        instance: `i${bin}`,
        signals: { weight: 1, priority: 1, outstanding: loads[bin]!, firstTokenMs: 100, samples: 1 },
      }),
    };
    for (let ball = 0; ball < BALLS; ball++) loads[picker.choose(bins, contextOf(ball)).chosen!]! += 1;
    return Math.max(...loads);
  }

  it('keeps the highest load at ln ln n / ln 2 and a little, where one choice does not', () => {
    const bound = Math.floor(Math.log(Math.log(BALLS)) / Math.LN2 + 2);
    expect(bound).toBe(5);
    expect(mostAfter('latency', { exploration: 0 })).toBeLessThanOrEqual(bound);
    expect(mostAfter('random', {})).toBeGreaterThan(bound);
  });

  const costs = [3, 1, 2];
  const twoOf = () => cheaperOfTwo(new Slate(listOf(candidates(4, [3]))), (index) => costs[index]!);

  it('draws two that are different, and eligible: the dearest never wins', () => {
    const random = seededRandom(1);
    const counts = [0, 0, 0, 0];
    for (let pick = 0; pick < 3000; pick++) counts[twoOf().draw(random)!.index]! += 1;
    expect([counts[0], counts[3]]).toEqual([0, 0]);
    expect(Math.abs(counts[1]! / 3000 - 2 / 3)).toBeLessThan(0.04);
    expect([0, 1, 2].map((index) => twoOf().shareOf(index))).toEqual([0, 2 / 3, 1 / 3]);
  });

  it('looks at a few of a large pool, until it is asked to explain itself', () => {
    for (const exploration of [0, 1]) {
      let looks = 0;
      const large = lazyCandidates(1024, (index) => {
        looks++;
        return candidatesWith([{ outstanding: index }])[0]!;
      });
      const choice = createPicker('latency', { exploration }).choose(large, contextOf(1));
      expect(looks).toBeLessThanOrEqual(2);
      choice.explain();
      expect(looks).toBe(1024);
    }
  });

  it('gives no chance to what is not among those to choose from', () => {
    expect(oneOf([1, 2]).shareOf(0)).toBe(0);
  });
});

describe('cost-optimized', () => {
  const good = { firstTokenMs: 1000, successRate: 0.99, samples: 20 };

  it('chooses the cheapest of those that are fast and sure enough', () => {
    const given = [
      { ...good, costUsd: 0.003 },
      { ...good, costUsd: 0.001, firstTokenMs: 6000 },
      { ...good, costUsd: 0.001, successRate: 0.9 },
      { ...good, costUsd: 0.002 },
    ];
    const choice = choose('cost-optimized', given);
    expect(choice).toMatchObject({ chosen: 'i3', probability: 1, inputs: { floorsRelaxed: 0 } });
    expect([...choice.terms.values()].map(({ meetsFloors }) => meetsFloors)).toEqual([1, 0, 0, 1]);
  });

  it('chooses the cheapest of all, and says so, where none is', () => {
    const given = [
      { ...good, costUsd: 0.003, firstTokenMs: 9000 },
      { ...good, costUsd: 0.001, successRate: 0.5 },
    ];
    expect(choose('cost-optimized', given)).toMatchObject({ chosen: 'i1', inputs: { floorsRelaxed: 1 } });
  });

  it('takes what was never measured for good enough, and a known price for better than none', () => {
    expect(choose('cost-optimized', [{ ...good, costUsd: 0.003 }, { costUsd: 0.001 }]).chosen).toBe('i1');
    const choice = choose('cost-optimized', [{ ...good }, { ...good, costUsd: 0.9 }]);
    expect(choice.chosen).toBe('i1');
    expect(choice.terms.get('i0')).not.toHaveProperty('cost');
  });

  it('is never both dearer and slower than another that is good enough', () => {
    const signals = fc.record({
      costUsd: fc.constantFrom(0.001, 0.002, 0.003),
      firstTokenMs: fc.integer({ min: 1, max: 8000 }),
      successRate: fc.constantFrom(0.9, 0.95, 1),
    });
    fc.assert(
      fc.property(fc.array(signals, { minLength: 1, maxLength: 6 }), (given) => {
        const chosen = given[Number(choose('cost-optimized', given).chosen!.slice(1))]!;
        const enough = given.filter(
          ({ firstTokenMs, successRate }) => firstTokenMs <= 5000 && successRate >= 0.95,
        );
        for (const other of enough.length > 0 ? enough : given) {
          const worse = other.costUsd <= chosen.costUsd && other.firstTokenMs <= chosen.firstTokenMs;
          const equal = other.costUsd === chosen.costUsd && other.firstTokenMs === chosen.firstTokenMs;
          expect(worse && !equal).toBe(false);
        }
      }),
    );
  });
});
