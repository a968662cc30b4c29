import { expect, test } from 'vitest';
import { formatAgo } from './moment.ts';

test.each([
  [0, 'now'],
  [-5000, 'now'],
  [12_000, '12 sec. ago'],
  [200_000, '3 min. ago'],
  [7_300_000, '2 hr. ago'],
  [90_000_000, 'yesterday'],
  [400_000_000, '4 days ago'],
])('%d ms ago reads %s', (age, text) => {
  expect(formatAgo('en', 1e12 - age, 1e12)).toBe(text);
});

test('the age follows the language', () => {
  expect(formatAgo('zh-CN', 0, 200_000)).toBe('3分钟前');
});
