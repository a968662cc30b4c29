import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Signals } from '../picker.ts';
import { softmaxOfBest } from '../selection.ts';
import { createPicker, strategyOptionsSchema } from '../strategies.ts';
import { candidatesWith, contextOf, pickFrom } from '../test-candidates.ts';

function scores(signals: readonly Partial<Signals>[], options = {}) {
  const picker = createPicker('weighted-score', options);
  return [...pickFrom(picker, candidatesWith(signals), contextOf(1)).terms.values()];
}

const measured = {
  capacity: 10,
  outstanding: 2,
  firstTokenMs: 4000,
  successRate: 0.9,
  costUsd: 0.002,
  samples: 50,
};

describe('the weighted score', () => {
  it.each([
    ['standard', 0.2 * 0.8 + 0.2 * 0.6 + 0.3 * 0.9 + 0.3 * 0.8],
    ['premium', 0.25 * 0.8 + 0.3 * 0.6 + 0.3 * 0.9 + 0.15 * 0.8],
    ['urgent', 0.2 * 0.8 + 0.4 * 0.6 + 0.3 * 0.9 + 0.1 * 0.8],
  ])('of the profile %s is the sum of its terms', (profile, expected) => {
    const [terms] = scores([measured], { profile, priorSamples: 0 });
    expect(terms!['score']).toBeCloseTo(expected, 12);
    expect(terms).toMatchObject({
      load: 0.2,
      loadScore: 0.8,
      responseMs: 4000,
      successScore: 0.9,
      costUsd: 0.002,
    });
  });

  it('takes weights in any proportion, but not all of them 0', () => {
    const weights = { load: 1, response: 0, success: 0, cost: 1 };
    const [terms] = scores([measured], { profile: 'custom', weights, priorSamples: 0 });
    expect(terms!['score']).toBeCloseTo(0.5 * 0.8 + 0.5 * 0.8, 12);
    const none = { profile: 'custom', weights: { load: 0, response: 0, success: 0, cost: 0 } };
    expect(strategyOptionsSchema('weighted-score').safeParse(none)).toMatchObject({
      success: false,
      error: { issues: [{ path: ['weights'] }] },
    });
  });

  it('takes one without data for the prior, and believes the data more the more there is', () => {
    const success = (signals: Partial<Signals>) =>
      scores([signals], { priorSuccessRate: 0.8, priorSamples: 5 })[0]!['successScore'];
    expect(success({})).toBe(0.8);
    expect(success({ successRate: 0, samples: 5 })).toBeCloseTo(0.4, 12);
    expect(success({ successRate: 0, samples: 995 })).toBeCloseTo(0.004, 12);
    expect(success({ successRate: 0, samples: 0 })).toBe(0.8);
    expect(scores([{ ...measured, samples: 0 }], { priorSamples: 0 })[0]).toMatchObject({
      successScore: 0.9,
    });
    expect(scores([{}])[0]).toMatchObject({ responseMs: 1000, costUsd: 0.005, samples: 0 });
  });

  it('never ranks an instance lower for one figure that got better', () => {
    const signals = fc.record(
      {
        outstanding: fc.integer({ min: 0, max: 10 }),
        capacity: fc.integer({ min: 1, max: 10 }),
        firstTokenMs: fc.double({ min: 1, max: 12_000, noNaN: true }),
        successRate: fc.double({ min: 0, max: 1, noNaN: true }),
        costUsd: fc.double({ min: 0, max: 0.02, noNaN: true }),
        samples: fc.integer({ min: 1, max: 50 }),
      },
      { requiredKeys: ['outstanding', 'firstTokenMs', 'successRate', 'costUsd', 'samples'] },
    );
    const better = {
      outstanding: (value: number) => Math.max(value - 1, 0),
      firstTokenMs: (value: number) => value * 0.7,
      successRate: (value: number) => Math.min(value + 0.2, 1),
      costUsd: (value: number) => value * 0.7,
    };
    const figure = fc.constantFrom('outstanding', 'firstTokenMs', 'successRate', 'costUsd');
    fc.assert(
      fc.property(fc.array(signals, { minLength: 1, maxLength: 6 }), figure, (given, figure) => {
        const improved = given.with(0, { ...given[0]!, [figure]: better[figure](given[0]![figure]) });
        const before = scores(given).map(({ score }) => score!);
        const after = scores(improved).map(({ score }) => score!);
        const lead = (of: readonly number[]) => of.slice(1).map((score) => of[0]! - score);
        expect(after[0]!).toBeGreaterThanOrEqual(before[0]! - 1e-12);
        lead(after).forEach((ahead, index) =>
          expect(ahead).toBeGreaterThanOrEqual(lead(before)[index]! - 1e-12),
        );
      }),
    );
  });
});

describe('softmax over the best', () => {
  it('gives shares that add up to 1, none to those that are not among the best, more to the better', () => {
    const list = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(
        list,
        fc.integer({ min: 1, max: 5 }),
        fc.double({ min: 0.005, max: 1, noNaN: true }),
        (given, best, t) => {
          const preference = softmaxOfBest(given, best, t);
          const shares = given.map((_, index) => preference.shareOf(index));
          expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
          const least = given.toSorted((one, other) => other - one)[Math.min(best, given.length) - 1]!;
          expect(shares.filter((share, index) => share > 0 && given[index]! < least)).toEqual([]);
          const byScore = given
            .map((_, index) => index)
            .toSorted((one, other) => given[one]! - given[other]!);
          const rising = byScore.map((index) => shares[index]!);
          expect(rising).toEqual(rising.toSorted((one, other) => one - other));
        },
      ),
    );
  });

  it('is e^(difference / temperature) between two of the best', () => {
    const preference = softmaxOfBest([0.7, 0.6, 0.1], 2, 0.05);
    expect(preference.shareOf(0) / preference.shareOf(1)).toBeCloseTo(Math.exp(2), 9);
  });
});
