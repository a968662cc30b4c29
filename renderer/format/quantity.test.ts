import { expect, test } from 'vitest';
import { formatBytes, formatCost, formatCostSum, formatShare, formatTerm, formatTokens } from './quantity.ts';

test('tokens are short', () => {
  expect([980, 1234, 118_400, 3_100_000].map((count) => formatTokens('en', count))).toEqual([
    '980',
    '1.2k',
    '118.4k',
    '3.1M',
  ]);
  expect(formatTokens('zh-CN', 118_400)).toBe('11.8万');
});

test('a cheap call is not free', () => {
  expect([0, 0.0042, 0.00000312, 0.412, 12].map((usd) => formatCost('en', usd))).toEqual([
    '$0.00',
    '$0.0042',
    '$0.0000031',
    '$0.41',
    '$12.00',
  ]);
});

test('an unknown cost is not nothing', () => {
  expect(formatCostSum('en', 0, 0)).toBe('$0.00');
  expect(formatCostSum('en', 0, 3)).toBeUndefined();
  expect(formatCostSum('en', 0.25, 1)).toBe('≥ $0.25');
  expect(formatCostSum('en', 0.25, 0, true)).toBe('~$0.25');
  expect(formatCostSum('en', 0.25, 1, true)).toBe('≥ ~$0.25');
});

test('bytes and shares', () => {
  expect([0, 999, 1000, 48_213, 2_500_000].map((bytes) => formatBytes('en', bytes))).toEqual([
    '0B',
    '999B',
    '1kB',
    '48.2kB',
    '2.5MB',
  ]);
  expect(formatShare('en', 0.333)).toBe('33.3%');
});

test('a seed keeps all its digits, a measure only those that mean something', () => {
  expect(formatTerm('en', 1_234_567_891)).toBe('1234567891');
  expect(formatTerm('en', 0.123456)).toBe('0.1235');
});
