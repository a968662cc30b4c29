import { expect, test } from 'vitest';
import { agentSpan, attemptSpan, callSpan } from '../sample-spans.ts';
import { timeScale } from './geometry.ts';
import { hitTest, type Scene } from './hit-test.ts';
import { rowAt, treeRows } from './rows.ts';
import { idOf, viewOf } from '../../../stores/sample-run.ts';
import type { Span } from '../../../../core/journal/run-state.ts';

function sceneOf(...given: readonly Span[]): Scene {
  const { view, spans } = viewOf(...given);
  const rows = treeRows(view, new Set());
  return {
    rows: rows.count,
    rowAt: (index) => rowAt(view, rows, index, (ordinal) => spans[ordinal]),
    top: 0,
    window: { from: 0, to: 100 },
    now: 100,
    playhead: undefined,
  };
}

const scene = sceneOf(
  agentSpan(),
  callSpan({ startedAt: 10, endedAt: 90, status: 'ok' }),
  attemptSpan({ startedAt: 30, firstTokenAt: 50, endedAt: 90, status: 'ok' }),
);
const x = (at: number) => timeScale(scene.window, 1000).x(at);

test('a point on a bar is the span and what it did then', () => {
  expect(hitTest(scene, x(20), 30, 1000)?.segment?.kind).toBe('waiting');
  expect(hitTest(scene, x(40), 30, 1000)?.segment?.kind).toBe('first-token');
  expect(hitTest(scene, x(70), 30, 1000)).toMatchObject({
    row: { span: { id: idOf('call') } },
    segment: { kind: 'generating' },
  });
});

test('a point beside the bar is still on the row, and below the last row on nothing', () => {
  expect(hitTest(scene, x(2), 30, 1000)).toMatchObject({
    row: { span: { id: idOf('call') } },
    segment: undefined,
  });
  expect(hitTest(scene, x(40), 60, 1000)).toBeUndefined();
});

test('a point at the mark of a fallback is on it as well', () => {
  const fallback = {
    at: 40,
    from: 'g/one',
    to: { kind: 'tier', name: 'g/two' },
    because: 'timeout',
  } as const;
  const call = callSpan({ startedAt: 10, endedAt: 90, status: 'ok', fallbacks: [fallback] });
  const marked = sceneOf(agentSpan(), call);
  expect(hitTest(marked, x(40) + 2, 30, 1000)?.fallback).toBe(fallback);
  expect(hitTest(marked, x(45), 30, 1000)?.fallback).toBeUndefined();
});

test('a scrolled canvas begins at a later row', () => {
  expect(hitTest({ ...scene, top: 24 }, x(40), 5, 1000)?.row.span.id).toBe(idOf('call'));
});

test('ticks are round and lie within the window', () => {
  const { at, step } = timeScale({ from: 0, to: 1e9 }, 1000).ticks();
  expect(step).toBe(1e8);
  expect(at[0]).toBe(0);
});
