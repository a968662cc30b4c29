import { describe, expect, it } from 'vitest';
import { slopeOf } from './slope.ts';

describe('a slope', () => {
  it('is exact for points on a line, whose interval is nothing', () => {
    const { slope, margin } = slopeOf([0, 1, 2, 3].map((x) => [x, 5 + 2.5 * x]));
    expect(slope).toBeCloseTo(2.5);
    expect(margin).toBeCloseTo(0);
  });

  it('has the interval of a textbook', () => {
    // y = 1, 2, 1.3, 3.75, 2.25 over x = 1 … 5: slope 0.425, standard error 0.305, t(3) = 3.18.
    const { slope, margin } = slopeOf([1, 2, 1.3, 3.75, 2.25].map((y, index) => [index + 1, y]));
    expect(slope).toBeCloseTo(0.425);
    expect(margin / 3.18).toBeCloseTo(0.3048, 3);
  });

  it('is not told of two points', () => {
    expect(() => slopeOf([[0, 0], [1, 1]])).toThrow('three points'); // prettier-ignore
  });
});
