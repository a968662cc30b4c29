import { expect, test } from 'vitest';
import type { RunId } from '../../core/base/ids.ts';
import type { RunSummary } from '../../core/journal/run-state.ts';
import { mergeFeed, mergePage } from './runs.ts';

function run(name: string, startedAt: number, lastSeq = 1): RunSummary {
  return {
    id: name as RunId,
    name,
    status: 'running',
    source: 'launched',
    startedAt,
    duration: 0,
    lastSeq,
    calls: 0,
    openCalls: 0,
    errors: 0,
    retries: 0,
    inputTokens: 0,
    outputTokens: 0,
    uncountedCalls: 0,
    cost: 0,
    unpricedCalls: 0,
  };
}
const names = (rows: readonly RunSummary[]) => rows.map((row) => `${row.name}${row.lastSeq}`).join(' ');

test('the feed adds, changes and removes rows, newest first', () => {
  const rows = mergeFeed(
    [run('b', 2), run('a', 1)],
    [{ runs: [run('c', 3), run('a', 1, 5)] }, { deleted: 'b' }],
  );
  expect(names(rows)).toBe('c1 a5');
});

test('an older word does not undo a newer one', () => {
  const whole = { newest: true, oldest: true };
  expect(names(mergePage([run('a', 1, 9)], [run('a', 1, 4)], whole))).toBe('a9');
});

test('what a page no longer lists is gone, and only within its span of time', () => {
  const rows = ['e', 'd', 'c', 'b', 'a'].map((name, index) => run(name, 5 - index));
  const page = [run('d', 4), run('b', 2)];
  expect(names(mergePage(rows, page, { newest: true, oldest: false }))).toBe('d1 b1 a1');
  expect(names(mergePage(rows, page, { newest: false, oldest: false }))).toBe('e1 d1 b1 a1');
  expect(names(mergePage(rows, [], { newest: true, oldest: true }))).toBe('');
});
