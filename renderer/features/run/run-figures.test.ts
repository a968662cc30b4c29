import { expect, test } from 'vitest';
import type { RunSummary } from '../../../core/journal/run-state.ts';
import { elapsed } from './run-figures.ts';

const run = (given: Partial<RunSummary>) =>
  ({
    status: 'running',
    startedAt: 1000,
    duration: 5e9,
    ...given,
  }) as RunSummary;

test('a running run lasts until now, and never less than its newest event says', () => {
  expect(elapsed(run({}), 10_000)).toBe(9e9);
  expect(elapsed(run({}), 1500)).toBe(5e9);
});

test('what a host that is gone last said is all that is known', () => {
  expect(elapsed(run({}), undefined)).toBe(5e9);
});

test('an ended run lasts as long as it did', () => {
  expect(elapsed(run({ status: 'completed' }), 10_000)).toBe(5e9);
});
