import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MOST_STATISTICS, Statistics, type MeasuredSpan } from './statistics.ts';

const span = (given: Partial<MeasuredSpan>): MeasuredSpan => ({
  kind: 'call',
  status: 'ok',
  label: 'm',
  time: 0,
  durationMs: 1,
  inputTokens: 1,
  outputTokens: 1,
  cost: 0,
  ...given,
});

function rowsOf(spans: readonly (Partial<MeasuredSpan> & { readonly group?: string })[], bucketMs?: number) {
  const statistics = new Statistics(bucketMs);
  for (const { group = 'g', ...rest } of spans) statistics.add(group, span(rest));
  return statistics.rows();
}

describe('statistics', () => {
  it('say of a sum how much of it is unknown, and never count that as nothing', () => {
    const [row] = rowsOf([
      { cost: 0.5 },
      { cost: Number.NaN },
      { cost: Number.NaN, inputTokens: 0, outputTokens: 0 },
      // What is no call to a model costs nothing that could be unknown.
      { cost: Number.NaN, inputTokens: 0, outputTokens: 0, label: '' },
      { cost: Number.NaN, inputTokens: 0, outputTokens: 0, status: 'error' },
    ]);
    expect(row).toMatchObject({ count: 5, cost: 0.5, unknownCosts: 2, unknownTokens: 1, inputTokens: 2 });
  });

  it('leave out of latencies and rates what has not ended', () => {
    const open = { status: 'running', durationMs: Number.NaN } as const;
    const [row] = rowsOf([open, { status: 'error', durationMs: 10 }, { durationMs: 20 }]);
    expect(row).toMatchObject({
      count: 3,
      open: 1,
      errors: 1,
      errorRate: 0.5,
      latency: { p50: 10, p99: 20 },
    });
    const [none] = rowsOf([open]);
    expect([none!.latency, none!.errorRate]).toEqual([undefined, undefined]);
  });

  it('have percentiles of the nearest rank', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 1, maxLength: 300 }), (millis) => {
        const { latency } = rowsOf(millis.map((durationMs) => ({ durationMs })))[0]!;
        for (const [name, share] of [
          ['p50', 0.5],
          ['p90', 0.9],
          ['p95', 0.95],
          ['p99', 0.99],
        ] as const) {
          const value = latency![name];
          expect(millis).toContain(value);
          expect(millis.filter((one) => one <= value).length).toBeGreaterThanOrEqual(share * millis.length);
          expect(millis.filter((one) => one < value).length).toBeLessThan(share * millis.length);
        }
      }),
    );
  });

  it('put together by group and by time, the largest group first', () => {
    const rows = rowsOf(
      [
        { group: 'a', time: 5 },
        { group: 'b', time: 25 },
        { group: 'b', time: 19 },
        { group: 'b', time: 11 },
      ],
      10,
    );
    expect(rows.map(({ group, from, count }) => [group, from, count])).toEqual([
      ['b', 10, 2],
      ['b', 20, 1],
      ['a', 0, 1],
    ]);
  });

  it('refuse to become too many', () => {
    const statistics = new Statistics(1);
    const added = Array.from({ length: MOST_STATISTICS + 1 }, (_, time) =>
      statistics.add('g', span({ time })),
    );
    expect(added.indexOf(false)).toBe(MOST_STATISTICS);
  });
});
