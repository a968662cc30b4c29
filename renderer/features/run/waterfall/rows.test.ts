import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SpanId } from '../../../../core/base/ids.ts';
import { rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import { projectRandomly } from '../../../../core/journal/columns/random-run.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { idOf, viewOf } from '../../../stores/sample-run.ts';
import { agentSpan, attemptSpan, callSpan } from '../sample-spans.ts';
import { rowAt, treeRows } from './rows.ts';

const id = (text: string) => text as SpanId;
const NAMES = ['agent', 'one', 'two', 'one-1', 'two-1', 'two-2'];
const { view, spans } = viewOf(
  agentSpan(),
  callSpan({ id: id('one') }),
  callSpan({ id: id('two') }),
  attemptSpan({ id: id('one-1'), parentId: id('one') }),
  attemptSpan({ id: id('two-1'), parentId: id('two'), status: 'error' }),
  attemptSpan({ id: id('two-2'), parentId: id('two'), attempt: 2 }),
);
const shape = (toggled: string[] = [], of: ShownRun = view) => {
  const rows = treeRows(of, new Set(toggled.map((name) => NAMES.indexOf(name))));
  return Array.from(rows.ordinals, (ordinal, at) => `${'  '.repeat(rows.levels[at]! - 1)}${NAMES[ordinal]}`);
};

test('a single attempt is folded into its call, several are shown', () => {
  expect(shape()).toEqual(['agent', '  one', '  two', '    two-1', '    two-2']);
});

test('every span that has children can be the other way', () => {
  expect(shape(['one', 'two'])).toEqual(['agent', '  one', '    one-1', '  two']);
  expect(shape(['agent'])).toEqual(['agent']);
});

test('a row knows its parent, its attempts as far as they were read, and whether it opens', () => {
  const rows = treeRows(view, new Set());
  const all = Array.from({ length: rows.count }, (_, at) =>
    rowAt(view, rows, at, (ordinal) => spans[ordinal]),
  );
  expect(all.map((row) => row.parent)).toEqual([-1, 0, 0, 2, 2]);
  expect(all.map((row) => row.expanded)).toEqual([true, false, true, undefined, undefined]);
  expect(all[1]!.attempts.map((attempt) => attempt.id)).toEqual([idOf('one-1')]);
  expect(rowAt(view, rows, 1, () => undefined)).toMatchObject({ detail: undefined, attempts: [] });
});

test('at an earlier event there are only the spans that were heard of, and what hangs elsewhere yet is under the root', () => {
  expect(shape([], { ...view, spans: 3 })).toEqual(['agent', '  one', '  two']);
  const late = viewOf(
    agentSpan(),
    callSpan({ id: id('one'), parentId: id('two') }),
    callSpan({ id: id('two') }),
  ).view;
  expect(shape([], late)).toEqual(['agent', '  two', '    one']);
  expect(shape([], { ...late, spans: 2 })).toEqual(['agent', '  one']);
});

test('how a span stands is said by the columns, where what was read of it is older', () => {
  const ended = viewOf(agentSpan({ status: 'ok', endedAt: 50 })).view;
  expect(rowAt(ended, treeRows(ended, new Set()), 0, () => spans[0])).toMatchObject({
    detail: { status: 'ok', endedAt: 50 },
  });
});

test('all of a run stands in it once, below its parent, in the order in which it was heard of', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 200 }), (seed, steps) => {
      const { run, columns } = projectRandomly(seed, steps);
      const whole: ShownRun = { run, columns, spans: columns.size, live: false };
      const calls = Array.from({ length: columns.size }, (_, ordinal) => ordinal);
      const closed = treeRows(whole, new Set());
      const hidden = new Set(calls.filter((ordinal) => closed.folds[closed.ordinals.indexOf(ordinal)] === 1));
      const rows = treeRows(whole, hidden);
      expect([...rows.ordinals].toSorted((one, other) => one - other)).toEqual(calls);
      for (let at = 1; at < rows.count; at++) {
        const parent = rows.parents[at]!;
        const { parent: parents } = columns.chunkOf(rows.ordinals[at]!);
        expect(rows.ordinals[parent]).toBe(parents[rowOf(rows.ordinals[at]!)]);
        expect(rows.levels[at]).toBe(rows.levels[parent]! + 1);
      }
    }),
    { numRuns: 50 },
  );
});
