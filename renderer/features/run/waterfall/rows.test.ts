import { expect, test } from 'vitest';
import type { SpanId } from '../../../../core/base/ids.ts';
import { agentSpan, attemptSpan, callSpan, spanMap } from '../sample-spans.ts';
import { treeRows } from './rows.ts';

const id = (text: string) => text as SpanId;
const spans = spanMap(
  agentSpan(),
  callSpan({ id: id('one') }),
  callSpan({ id: id('two') }),
  attemptSpan({ id: id('one-1'), parentId: id('one') }),
  attemptSpan({ id: id('two-1'), parentId: id('two'), status: 'error' }),
  attemptSpan({ id: id('two-2'), parentId: id('two'), attempt: 2 }),
);
const shape = (toggled: string[] = []) =>
  treeRows(spans, new Set(toggled.map(id))).map((row) => `${'  '.repeat(row.level - 1)}${row.span.id}`);

test('a single attempt is folded into its call, several are shown', () => {
  expect(shape()).toEqual(['agent', '  one', '  two', '    two-1', '    two-2']);
});

test('every span that has children can be the other way', () => {
  expect(shape(['one', 'two'])).toEqual(['agent', '  one', '    one-1', '  two']);
  expect(shape(['agent'])).toEqual(['agent']);
});

test('a row knows its parent, its attempts and whether it opens', () => {
  const rows = treeRows(spans, new Set());
  expect(rows.map((row) => row.parent)).toEqual([-1, 0, 0, 2, 2]);
  expect(rows.map((row) => row.expanded)).toEqual([true, false, true, undefined, undefined]);
  expect(rows[1]!.attempts.map((attempt) => attempt.id)).toEqual(['one-1']);
});

test('a span whose parent is not there is a root', () => {
  const lost = callSpan({ id: id('lost'), parentId: id('gone') });
  expect(treeRows(spanMap(lost), new Set())).toMatchObject([{ level: 1, parent: -1 }]);
});
