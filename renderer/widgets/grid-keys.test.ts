import { expect, test } from 'vitest';
import { moveBy } from './grid-keys.ts';

test.each([
  ['ArrowDown', 4, 5],
  ['j', 9, 9],
  ['k', 0, 0],
  ['PageUp', 2, 0],
  ['PageDown', 3, 7],
  ['Home', 5, 0],
  ['End', 5, 9],
  ['x', 5, undefined],
])('%s at row %d of ten goes to %s', (key, active, to) => {
  expect(moveBy(key, active, 10, 4)).toBe(to);
});

test('nothing has no rows to go to', () => {
  expect(moveBy('j', -1, 0, 4)).toBeUndefined();
});

test('the first move from nowhere is to the first row', () => {
  expect(moveBy('ArrowDown', -1, 10, 4)).toBe(0);
  expect(moveBy('ArrowUp', -1, 10, 4)).toBe(0);
});
