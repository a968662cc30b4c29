import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RollingQuantile } from './quantile.ts';

function filled(samples: readonly number[], size?: number): RollingQuantile {
  const quantile = new RollingQuantile(size);
  for (const sample of samples) quantile.add(sample);
  return quantile;
}

describe('a rolling quantile', () => {
  /** The worked examples of the nearest-rank method in Wikipedia, "Percentile". */
  it.each([
    { samples: [15, 20, 35, 40, 50], shares: [0.05, 0.3, 0.4, 0.5, 1], expected: [15, 20, 20, 35, 50] },
    { samples: [3, 6, 7, 8, 8, 10, 13, 15, 16, 20], shares: [0.25, 0.5, 0.75, 1], expected: [7, 8, 15, 20] },
    {
      samples: [3, 6, 7, 8, 8, 9, 10, 13, 15, 16, 20],
      shares: [0.25, 0.5, 0.75, 1],
      expected: [7, 9, 15, 20],
    },
  ])('is the nearest rank: $shares of $samples', ({ samples, shares, expected }) => {
    const quantile = filled(samples.toReversed());
    expect(shares.map((share) => quantile.at(share))).toEqual(expected);
  });

  it('takes the 95th of a hundred, and of each other number the first that is enough', () => {
    for (let count = 1; count <= 128; count++) {
      const samples = Array.from({ length: count }, (_, index) => index + 1);
      expect(filled(samples).at(0.95)).toBe(Math.ceil((count * 95) / 100));
    }
  });

  it('is not one too far where a share is not exact', () => {
    // 0.07 × 100 is 7.000000000000001.
    expect(
      filled(
        Array.from({ length: 100 }, (_, index) => index + 1),
        100,
      ).at(0.07),
    ).toBe(7);
  });

  it('is nothing without samples', () => {
    expect(new RollingQuantile().at(0.95)).toBeUndefined();
  });

  it('is that of the sorted last samples, however many there were', () => {
    const samples = fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.double({ noNaN: true })), {
      maxLength: 300,
      size: 'max',
    });
    fc.assert(
      fc.property(
        samples,
        fc.integer({ min: 1, max: 130 }),
        fc.integer({ min: 0, max: 100 }),
        (all, size, percent) => {
          const quantile = filled(all, size);
          const last = all.slice(-size).toSorted((a, b) => a - b);
          const rank = Math.max(1, Math.ceil((percent * last.length) / 100));
          expect(quantile.count).toBe(last.length);
          // Whether a zero is negative does not matter for an order.
          expect(quantile.at(percent / 100)).toSatisfy((found) => found === last[rank - 1]);
        },
      ),
    );
  });
});
