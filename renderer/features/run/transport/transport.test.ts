import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SpanId } from '../../../../core/base/ids.ts';
import { projectRandomly } from '../../../../core/journal/columns/random-run.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';
import { viewOf } from '../../../stores/sample-run.ts';
import { agentSpan, callSpan } from '../sample-spans.ts';
import { densityOf } from './density.ts';
import { nextSpanSeq, previousSpanSeq } from './steps.ts';

const call = (id: string, startedAt: number, status: 'ok' | 'error') =>
  callSpan({ id: id as SpanId, startedAt, status, endedAt: startedAt + 5 });

test('what began is counted in its part of the time, and what of it failed', () => {
  const { view } = viewOf(
    agentSpan(),
    call('one', 10, 'ok'),
    call('two', 55, 'error'),
    call('three', 58, 'ok'),
    call('four', 100, 'error'),
  );
  const { begun, failed } = densityOf(view, 4);
  expect([...begun]).toEqual([2, 0, 2, 1]);
  expect([...failed]).toEqual([0, 0, 1, 1]);
});

test('steps from span to span come past each beginning, there and back', () => {
  fc.assert(
    fc.property(fc.nat(), fc.integer({ min: 1, max: 80 }), (seed, steps) => {
      const { run, columns } = projectRandomly(seed, steps);
      const newest: ShownRun = { run, columns, spans: columns.size, live: false };
      const at = (seq: number): ShownRun => ({
        ...newest,
        run: { ...run, lastSeq: seq },
        spans: columns.spansAt(seq),
      });
      const there = [1];
      for (let seq = nextSpanSeq(at(1), newest); seq !== undefined; seq = nextSpanSeq(at(seq), newest))
        there.push(seq);
      const back: number[] = [];
      for (let seq = previousSpanSeq(at(run.lastSeq + 1)); seq !== undefined; seq = previousSpanSeq(at(seq)))
        back.push(seq);
      expect(back.toReversed()).toEqual(there);
      expect(there).toHaveLength(columns.size);
    }),
    { numRuns: 50 },
  );
});
