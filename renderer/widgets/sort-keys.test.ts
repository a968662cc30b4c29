import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sortedPlaces } from './sort-keys.ts';

const number = fc.oneof(
  fc.integer({ min: -3, max: 3 }),
  fc.double({ noNaN: true }).map((value) => (Object.is(value, -0) ? 0 : value)),
  fc.constant(Number.NaN),
);

test('keys are in the order that a comparison puts them into, and equal ones stay as they stood', () => {
  fc.assert(
    fc.property(fc.array(number), fc.boolean(), (keys, descending) => {
      const compare = (one: number, other: number) => {
        const [a, b] = [keys[one]!, keys[other]!];
        if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
        return a === b ? 0 : a < b === descending ? 1 : -1;
      };
      const expected = keys.map((_, place) => place).toSorted(compare);
      expect([...sortedPlaces(Float64Array.from(keys), descending)]).toEqual(expected);
    }),
  );
});
