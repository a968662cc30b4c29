import { expect, test } from 'vitest';
import { formatCountdown, formatDuration, formatOffset, formatTick } from './duration.ts';

test.each([
  [0, '0ms'],
  [850, '850ns'],
  [312_400, '312μs'],
  [12_340_000, '12.3ms'],
  [999_400_000, '999ms'],
  [999_900_000, '1s'],
  [1_314_000_000, '1.31s'],
  [59_900_000_000, '59.9s'],
  [59_960_000_000, '0:59.9'],
  [107_320_000_000, '1:47.3'],
  [7_389_900_000_000, '2:03:09'],
])('a duration of %d ns reads %s', (nanos, text) => {
  expect(formatDuration('en', nanos)).toBe(text);
});

test('durations follow the language', () => {
  expect(formatDuration('zh-CN', 1_314_000_000)).toBe('1.31秒');
  expect(formatDuration('de', 1_314_000_000)).toBe('1,31 Sek.');
});

test('ticks have the digits that their distance needs', () => {
  expect(formatTick('en', 0, 2e8)).toBe('0.0s');
  expect(formatTick('en', 1.2e9, 2e8)).toBe('1.2s');
  expect(formatTick('en', 10e9, 10e9)).toBe('10s');
  expect(formatTick('en', 40e6, 20e6)).toBe('40ms');
  expect(formatTick('en', 90e9, 30e9)).toBe('1:30');
});

test('a countdown is whole seconds, and not over before it is', () => {
  expect([0, 1, 1000, 4200, 59_001, 65_000, 3_600_000].map((left) => formatCountdown('en', left))).toEqual([
    '0s',
    '1s',
    '1s',
    '5s',
    '1:00',
    '1:05',
    '1:00:00',
  ]);
});

test('an offset has its sign', () => {
  expect([2e6, 0, -1.5e9].map((nanos) => formatOffset('en', nanos))).toEqual(['+2ms', '+0ms', '−1.5s']);
});
