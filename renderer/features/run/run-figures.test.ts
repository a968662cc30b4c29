import { expect, test } from 'vitest';
import type { SpanId } from '../../../core/base/ids.ts';
import type { RunSummary } from '../../../core/journal/run-state.ts';
import { callSpan, spanMap } from './sample-spans.ts';
import { elapsed, gapsOf, unknownCosts } from './run-figures.ts';

const run = (given: Partial<RunSummary>) =>
  ({
    status: 'running',
    startedAt: 1000,
    duration: 5e9,
    unpricedCalls: 0,
    uncountedCalls: 0,
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

test('a call without a token count has no known cost either', () => {
  expect(unknownCosts(run({ unpricedCalls: 1, uncountedCalls: 2 }))).toBe(3);
});

test('a call with guessed tokens is no uncounted one, and marks the sums', () => {
  const usage = { input: 5, output: 7 };
  const id = (name: string) => ({ id: name as SpanId });
  const guessed = callSpan({ ...id('a'), status: 'ok', usage: { ...usage, estimated: true } });
  const left = callSpan({ ...id('b'), status: 'cancelled', usage: { ...usage, estimated: true } });
  const counted = callSpan({ ...id('c'), status: 'ok', usage });
  const gaps = { estimated: true, uncounted: 1, unpriced: 3 };
  expect(gapsOf(run({ uncountedCalls: 2, unpricedCalls: 2 }), spanMap(guessed, left, counted))).toEqual(gaps);
  expect(gapsOf(run({ uncountedCalls: 1 }), spanMap(counted))).toEqual({
    estimated: false,
    uncounted: 1,
    unpriced: 1,
  });
});
