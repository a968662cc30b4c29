import { expect, it } from 'vitest';
import { nearestName } from './nearest-name.ts';

it.each([
  ['stategy', 'strategy'],
  ['instnaces', 'instances'],
  ['instancez', 'instances'],
  ['strategies', undefined],
  ['pool', undefined],
  ['', undefined],
])('%s: did you mean %s?', (written, expected) => {
  expect(nearestName(written, ['strategy', 'instances', 'options'])).toBe(expected);
});

it('prefers the fewest edits, and the first of several', () => {
  expect(nearestName('smal-2', ['small-1', 'small-2', 'small-22'])).toBe('small-2');
  expect(nearestName('small-3', ['small-1', 'small-2'])).toBe('small-1');
});

it('does not take one short name for another', () => {
  expect(nearestName('a', ['b'])).toBeUndefined();
  expect(nearestName('ab', ['cd', 'ac'])).toBe('ac');
});
