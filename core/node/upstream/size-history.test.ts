import { expect, test } from 'vitest';
import { SIZE_STEP_MS, SizeHistory } from './size-history.ts';

const at = (step: number) => step * SIZE_STEP_MS + 1;

test('each step has the most that there were in it, and what does not change stays', () => {
  const history = new SizeHistory(at(0));
  history.note(3, at(0));
  history.note(1, at(0));
  expect(history.view(at(0))).toEqual([3]);
  expect(history.view(at(2))).toEqual([3, 1, 1]);
  history.note(4, at(2));
  history.note(0, at(2));
  expect(history.view(at(3))).toEqual([3, 1, 4, 0]);
});

test('only the last while is kept, however long nobody looked', () => {
  const history = new SizeHistory(at(0));
  history.note(2, at(0));
  for (let step = 1; step < 100; step++) history.note(step, at(step));
  expect(history.view(at(99))).toEqual(Array.from({ length: 60 }, (_, index) => 40 + index));
  expect(history.view(at(10_000))).toEqual(Array<number>(60).fill(99));
});
