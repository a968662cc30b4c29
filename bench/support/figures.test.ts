import { describe, expect, it } from 'vitest';
import { isMet, machine, toJson, toTable, type Figure } from './figures.ts';
import { median, quantile } from './statistics.ts';

const slow: Figure = {
  figure: 'first byte',
  unit: 'ms',
  ours: 5,
  peer: 2,
  limit: 1,
  value: 4,
  bar: { atMost: 2, of: 'ours − limit' },
};
const told: Figure = { figure: 'told only', unit: 'ms', ours: 9000 };

describe('figures', () => {
  it('judges the value that the bar is put to, and never a figure without a bar', () => {
    expect(isMet(slow)).toBe(false);
    expect(isMet({ ...slow, value: 2 })).toBe(true);
    expect(isMet({ ...slow, value: 2.001 })).toBe(false);
    expect(isMet(told)).toBe(true);
  });

  it('are one JSON object', () => {
    const parsed: unknown = JSON.parse(toJson('skeleton', machine(), [slow, told]));
    expect(parsed).toMatchObject({
      name: 'skeleton',
      figures: [
        { figure: 'first byte', value: 4, unit: 'ms', bar: 2, ok: false },
        { figure: 'told only', value: 9000, unit: 'ms', ok: true },
      ],
    });
  });

  it('are a table whose failures are to be seen', () => {
    const table = toTable('skeleton', machine(), [slow]);
    expect(table).toMatch(/first byte\s+5 ms\s+2 ms\s+1 ms\s+5\.00×\s+ours − limit ≤ 2 ms: 4\s+NO/);
  });
});

describe('statistics', () => {
  it('interpolates between neighbours', () => {
    expect(median([3, 1, 2])).toBe(2);
    expect(median([4, 1, 2, 3])).toBe(2.5);
    expect(quantile([0, 10], 0.95)).toBeCloseTo(9.5);
    expect(() => median([])).toThrow('at least one');
  });
});
