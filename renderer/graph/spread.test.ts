import fc from 'fast-check';
import { expect, test } from 'vitest';
import { spread } from './spread.ts';

test('who has room stands where it is wanted', () => {
  expect([...spread([0, 10, 30], [1, 1, 1], [0, 5, 5])]).toEqual([0, 10, 30]);
});

test('who has none is pushed as far as the others, the heavier less', () => {
  expect([...spread([0, 0], [1, 1], [0, 10])]).toEqual([-5, 5]);
  expect([...spread([0, 0], [9, 1], [0, 10])]).toEqual([-1, 9]);
});

test('distances are kept, and no small move of one that keeps them is nearer to what is wanted', () => {
  const item = fc.record({
    wanted: fc.integer({ min: -50, max: 50 }),
    weight: fc.integer({ min: 1, max: 9 }),
    distance: fc.integer({ min: 0, max: 20 }),
  });
  fc.assert(
    fc.property(fc.array(item, { minLength: 1, maxLength: 20 }), (items) => {
      const wanted = items.map((one) => one.wanted);
      const weights = items.map((one) => one.weight);
      const distances = items.map((one) => one.distance);
      const places = spread(wanted, weights, distances);
      for (let at = 1; at < places.length; at++)
        expect(places[at]! - places[at - 1]!).toBeGreaterThanOrEqual(distances[at]! - 1e-9);
      const costOf = (at: number, place: number) => weights[at]! * (place - wanted[at]!) ** 2;
      for (const [at, place] of places.entries())
        for (const step of [-0.01, 0.01]) {
          const moved = place + step;
          const isFree =
            (at === 0 || moved - places[at - 1]! >= distances[at]!) &&
            (at === places.length - 1 || places[at + 1]! - moved >= distances[at + 1]!);
          expect(isFree ? costOf(at, moved) : Infinity).toBeGreaterThanOrEqual(costOf(at, place) - 1e-9);
        }
    }),
  );
});
