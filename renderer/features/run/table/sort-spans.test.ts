import { expect, test } from 'vitest';
import type { SpanId } from '../../../../core/base/ids.ts';
import { viewOf } from '../../../stores/sample-run.ts';
import { agentSpan, attemptSpan, callSpan } from '../sample-spans.ts';
import { sortSpans, type SortBy } from './sort-spans.ts';

const NAMES = ['agent', 'slow', 'open', 'try'];
const { view } = viewOf(
  agentSpan({ name: 'z', status: 'ok', endedAt: 100 }),
  callSpan({ id: 'slow' as SpanId, status: 'error', endedAt: 90, usage: { input: 5, output: 7 } }),
  callSpan({ id: 'open' as SpanId, startedAt: 20, model: 'a10' }),
  attemptSpan({
    id: 'try' as SpanId,
    parentId: 'slow' as SpanId,
    startedAt: 30,
    status: 'ok',
    endedAt: 40,
    instance: 'a9',
  }),
);
const sorted = (by: SortBy, descending = false, of = view) =>
  Array.from(sortSpans(of, by, descending), (ordinal) => NAMES[ordinal]).join(' ');

test('spans are sorted by what their columns say, and what they do not have comes last', () => {
  expect(sorted('start')).toBe('agent slow open try');
  expect(sorted('start', true)).toBe('try open agent slow');
  expect(sorted('duration')).toBe('try slow agent open');
  expect(sorted('duration', true)).toBe('agent slow try open');
  expect(sorted('status')).toBe('open agent try slow');
  expect(sorted('kind')).toBe('agent slow open try');
  expect(sorted('input')).toBe('slow agent open try');
  expect(sorted('output', true)).toBe('slow agent open try');
  expect(sorted('cost')).toBe('agent slow open try');
});

test('names are sorted as people do, numbers by their size', () => {
  expect(sorted('where')).toBe('try open slow agent');
  expect(sorted('name')).toBe('slow open try agent');
});

test('at an earlier event nothing has ended that had not', () => {
  expect(sorted('duration', false, { ...view, spans: 3, run: { ...view.run, lastSeq: 1 } })).toBe(
    'agent slow open',
  );
});
