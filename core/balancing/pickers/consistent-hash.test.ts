import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPicker } from '../strategies.ts';
import { candidates, candidatesWith, contextOf, pickFrom } from '../test-candidates.ts';

const ALGORITHMS = ['rendezvous', 'ring', 'maglev'] as const;
const create = (algorithm: (typeof ALGORITHMS)[number], options = {}) =>
  createPicker('consistent-hash', { algorithm, tableSize: 1021, exploration: 0, ...options });

describe.each(ALGORITHMS)('consistent hashing by %s', (algorithm) => {
  it('sends what belongs together to one instance, and other runs elsewhere', () => {
    const picker = create(algorithm);
    const homes = Array.from({ length: 60 }, (_, run) => {
      const picks = [1, 2, 3].map(
        (seed) => pickFrom(picker, candidates(5), contextOf(seed, `run ${run}`)).chosen,
      );
      expect(new Set(picks).size).toBe(1);
      return picks[0];
    });
    expect(new Set(homes).size).toBe(5);
  });

  it('takes only the keys of a rejected instance elsewhere, and back when it can serve again', () => {
    const picker = create(algorithm);
    const pick = (run: number, rejected: number[]) =>
      pickFrom(picker, candidates(5, rejected), contextOf(1, `run ${run}`)).chosen;
    for (let run = 0; run < 100; run++) {
      const before = pick(run, []);
      expect(pick(run, [2]) === before).toBe(before !== 'i2');
      expect(pick(run, [])).toBe(before);
    }
  });

  it('follows a weight that changes, and a member that joins', () => {
    const picker = create(algorithm, { bounded: false });
    const shareOf = (instance: string, weights: readonly number[]) => {
      const given = candidatesWith(weights.map((weight) => ({ weight })));
      const chosen = Array.from(
        { length: 400 },
        (_, run) => pickFrom(picker, given, contextOf(1, `run ${run}`)).chosen,
      );
      return chosen.filter((one) => one === instance).length / 400;
    };
    expect(Math.abs(shareOf('i0', [1, 1]) - 0.5)).toBeLessThan(0.12);
    expect(Math.abs(shareOf('i0', [9, 1]) - 0.9)).toBeLessThan(0.08);
    expect(Math.abs(shareOf('i2', [1, 1, 8]) - 0.8)).toBeLessThan(0.1);
  });

  it('never puts more on an instance than its bound, whatever keys come and whatever ends', () => {
    const step = fc.oneof(
      fc.record({ key: fc.integer({ min: 0, max: 3 }) }),
      fc.record({ ends: fc.integer({ min: 0, max: 4 }) }),
    );
    const weights = fc.array(fc.constantFrom(0.5, 1, 2, 3), { minLength: 5, maxLength: 5 });
    fc.assert(
      fc.property(weights, fc.array(step, { maxLength: 120 }), (weights, steps) => {
        const picker = create(algorithm);
        const outstanding = weights.map(() => 0);
        const whole = weights.reduce((sum, weight) => sum + weight, 0);
        for (const step of steps) {
          if ('ends' in step) {
            outstanding[step.ends] = Math.max(outstanding[step.ends]! - 1, 0);
            continue;
          }
          const given = candidatesWith(
            weights.map((weight, index) => ({ weight, outstanding: outstanding[index]! })),
          );
          const chosen = Number(pickFrom(picker, given, contextOf(1, `key ${step.key}`)).chosen!.slice(1));
          outstanding[chosen]! += 1;
          const inFlight = outstanding.reduce((sum, count) => sum + count, 0);
          expect(outstanding[chosen]).toBeLessThanOrEqual(
            Math.ceil((1.25 * inFlight * weights[chosen]!) / whole),
          );
        }
      }),
      { numRuns: 40 },
    );
  });

  it('says where the key is at home, and what the bound was', () => {
    const home = pickFrom(create(algorithm), candidates(3), contextOf(1)).chosen!;
    const busy = candidates(3).map((candidate) =>
      candidate.instance === home
        ? { ...candidate, signals: { ...candidate.signals, outstanding: 4 } }
        : candidate,
    );
    const bounded = pickFrom(create(algorithm), busy, contextOf(1));
    expect(bounded.chosen).not.toBe(home);
    expect(bounded.terms.get(home)).toMatchObject({ home: 1, outstanding: 4, cap: 3 });
    expect(bounded.terms.get(bounded.chosen!)).toMatchObject({ home: 0, outstanding: 0, cap: 3 });
    const unbounded = pickFrom(create(algorithm, { bounded: false }), busy, contextOf(1));
    expect(unbounded.chosen).toBe(home);
    expect(unbounded.terms.get(home)).not.toHaveProperty('cap');
  });
});

it('serves pools that are larger than the Maglev table as well', () => {
  const given = candidates(1100);
  const picker = create('maglev');
  const rejected = given.map((candidate, index) =>
    index < 1099 ? { ...candidate, rejected: { reason: 'maintenance' as const } } : candidate,
  );
  expect(pickFrom(picker, rejected, contextOf(1)).chosen).toBe('i1099');
  expect(pickFrom(picker, given, contextOf(1)).probability).toBe(1);
});

it('gives a call to one that has room among those without a slot in the table', () => {
  // The slots go to members by their names in order; there are 1021.
  const left = candidates(1100).map((candidate, index) => {
    if (index === 999) return candidate;
    if (index < 998 || index > 999) return { ...candidate, rejected: { reason: 'maintenance' as const } };
    return { ...candidate, signals: { ...candidate.signals, outstanding: 9 } };
  });
  expect(pickFrom(create('maglev'), left, contextOf(1)).chosen).toBe('i999');
});
