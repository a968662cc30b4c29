import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { boundedStep, boundedWholeStep, boundsAround } from './bounded.ts';

const bounds = { least: 0.5, most: 4, maxStep: 0.25 };

describe('a bounded step', () => {
  it.each([
    ['goes all the way where that is not far', 1, 1.1, 1.1],
    ['goes up by a quarter at most', 1, 3, 1.25],
    ['goes down by a quarter at most', 1, 0.1, 0.75],
    ['stops at the upper bound', 3.9, 9, 4],
    ['stops at the lower bound', 0.6, 0.1, 0.5],
    ['does not go where it is', 4, 9, undefined],
    ['does not leave its bound', 0.5, 0.1, undefined],
    ['comes back from beyond a bound step by step', 8, 1, 6],
    ['does not come back from there where more is wanted', 8, 9, undefined],
    ['rounds towards where it comes from', 1, 1.234_567, 1.234],
    ['rounds small numbers as finely', 0.001, 0.000_812_345, undefined],
  ])('%s', (_, value, wanted, expected) => {
    expect(boundedStep(value, wanted, bounds)).toBe(expected);
  });

  it('has whole steps for what is counted, of 1 at least', () => {
    const whole = { least: 0.25, most: 10.5, maxStep: 0.25 };
    expect(boundedWholeStep(2, 9, whole)).toBe(3);
    expect(boundedWholeStep(8, 9.9, whole)).toBe(9);
    expect(boundedWholeStep(8, 20, whole)).toBe(10);
    expect(boundedWholeStep(10, 20, whole)).toBeUndefined();
    expect(boundedWholeStep(7, 1, whole)).toBe(6);
    expect(boundedWholeStep(2, 0, whole)).toBe(1);
    expect(boundedWholeStep(1, 0, whole)).toBeUndefined();
    expect(boundedWholeStep(3, 3.9, whole)).toBeUndefined();
  });

  it('is never more than its share, never to zero, never away from what is wanted, never further out of bounds', () => {
    const amount = fc.double({ min: 0.001, max: 1000, noNaN: true });
    const factor = fc.double({ min: 0.1, max: 1, noNaN: true });
    const share = fc.double({ min: 0.01, max: 0.25, noNaN: true });
    fc.assert(
      fc.property(amount, amount, amount, factor, share, (value, wanted, configured, min, maxStep) => {
        const bounds = boundsAround(configured, { min, max: 1 / min }, maxStep);
        const outside = (at: number) => Math.max(bounds.least - at, at - bounds.most, 0);
        const to = boundedStep(value, wanted, bounds) ?? value;
        expect(to).toBeGreaterThan(0);
        expect(Math.abs(to - value)).toBeLessThanOrEqual(value * maxStep * (1 + 1e-9));
        expect((to - value) * (wanted - value)).toBeGreaterThanOrEqual(0);
        expect(outside(to)).toBeLessThanOrEqual(outside(value));
        const count = Math.ceil(value);
        const whole = boundedWholeStep(count, wanted, bounds) ?? count;
        expect(Number.isInteger(whole) && whole >= 1).toBe(true);
        expect(Math.abs(whole - count)).toBeLessThanOrEqual(Math.max(1, count * maxStep));
        expect((whole - count) * (wanted - count)).toBeGreaterThanOrEqual(0);
      }),
      { numRuns: 2000 },
    );
  });
});
