import { expect, it } from 'vitest';
import { compileFilter } from '../../../core/query/filter.ts';
import { bucketsOf, conditionFrom, RANGES, valuesIn } from './ranges.ts';

it('the buckets of a range end with that of now, and begin where buckets of the same length begin', () => {
  for (const range of Object.values(RANGES)) {
    const now = Date.UTC(2026, 0, 5, 13, 14, 15);
    const buckets = bucketsOf(range, now);
    expect(buckets.length * range.bucketMs).toBe(range.lengthMs);
    expect(buckets.every((begin) => begin % range.bucketMs === 0)).toBe(true);
    expect(now - buckets.at(-1)!).toBeLessThan(range.bucketMs);
  }
});

it('what is wanted besides is one condition more, however weakly it binds', () => {
  const condition = conditionFrom(0, 'call', 'cost > 1.0 || status == "error"');
  expect(compileFilter('spans', condition)).toMatchObject({ ok: true });
  expect(condition).toContain('&& (cost > 1.0 || status == "error")');
});

it('a bucket of which nothing is known has no value', () => {
  const rows = [{ from: 10, count: 3 }];
  expect(valuesIn([5, 10, 15], rows, ({ count }) => count, undefined)).toEqual([undefined, 3, undefined]);
  expect(valuesIn([5, 10], rows, ({ count }) => count, 0)).toEqual([0, 3]);
});
