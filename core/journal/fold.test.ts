import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CallError, EventData, JournalEvent } from './event.ts';
import { fold } from './fold.ts';
import type { Pick } from './pick.ts';
import { recordRun } from './recorded-events.ts';
import { unknownCosts, type CallSpan } from './run-state.ts';

const received: EventData['call-received'] = {
  dialect: 'openai',
  operation: 'chat.completions',
  method: 'POST',
  path: '/chat/completions',
  model: 'fast',
  streaming: true,
  attribution: 'prefix',
  headers: {},
};
const pick: Pick = {
  strategy: 'round-robin',
  chosen: 'a',
  probability: 1,
  considered: [],
  inputs: { cursor: 0 },
};
const overloaded: CallError = { code: 'overloaded', message: 'try later', status: 503 };

/** One call: a failed attempt at `a`, one at `b` that answers, 100 ms apart; then the run ends. */
function retriedRun() {
  const run = recordRun();
  const { recorder, ids, advance } = run;
  const call = { spanId: ids.spanId(), parentSpanId: recorder.rootSpanId };
  const attempts = [1, 2].map(() => ({ spanId: ids.spanId(), parentSpanId: call.spanId }));
  const target = { kind: 'pool', name: 'fast' } as const;
  advance(100);
  recorder.append('call-received', received, call);
  for (const [index, span] of attempts.entries()) {
    const attempt = index + 1;
    recorder.append('call-routed', { attempt, target, pick, ...(index > 0 && { after: overloaded }) }, call);
    recorder.append(
      'attempt-started',
      { attempt, instance: 'ab'[index]!, provider: 'p', endpoint: 'http://x' },
      span,
    );
    advance(100);
    recorder.append('attempt-answered', { status: index === 0 ? 503 : 200, headers: {} }, span);
    if (index === 0) recorder.append('attempt-ended', { outcome: 'error', error: overloaded }, span);
  }
  recorder.append('first-token-received', {}, attempts[1]);
  advance(100);
  recorder.append('attempt-ended', { outcome: 'ok' }, attempts[1]);
  const usage = { input: 10, output: 5 };
  const cost = { usd: 0.25, priceSource: 'test' };
  recorder.append('call-ended', { outcome: 'ok', status: 200, usage, cost, finishReason: 'stop' }, call);
  recorder.append('log-written', { stream: 'stdout', text: 'done' });
  recorder.append('run-ended', { status: 'completed', exitCode: 0 });
  return { ...run, call, attempts };
}

describe('the fold of a journal', () => {
  it('sums a run up', () => {
    const { events } = retriedRun();
    const { run, logs } = fold(undefined, events);
    expect(run).toMatchObject({
      status: 'completed',
      exitCode: 0,
      duration: 400_000_000,
      calls: 1,
      openCalls: 0,
      errors: 0,
      retries: 1,
      inputTokens: 10,
      outputTokens: 5,
      cost: 0.25,
      uncountedCalls: 0,
      unpricedCalls: 0,
      lastSeq: events.length,
    });
    expect(logs.map((line) => line.text)).toEqual(['done']);
  });

  it('keeps the tree of spans with their times and both decisions of a retried call', () => {
    const { events, call, attempts, recorder } = retriedRun();
    const { spans } = fold(undefined, events);
    expect([...spans.values()].map((span) => [span.kind, span.status, span.parentId])).toEqual([
      ['agent', 'ok', undefined],
      ['call', 'ok', recorder.rootSpanId],
      ['attempt', 'error', call.spanId],
      ['attempt', 'ok', call.spanId],
    ]);
    const folded = spans.get(call.spanId) as CallSpan;
    expect(folded).toMatchObject({ startedAt: 100e6, firstTokenAt: 300e6, endedAt: 400e6, httpStatus: 200 });
    expect(folded.routes.map((route) => route.after)).toEqual([undefined, overloaded]);
    expect(spans.get(attempts[0]!.spanId)).toMatchObject({
      instance: 'a',
      httpStatus: 503,
      error: overloaded,
    });
  });

  it('is the same however the events are batched, and leaves every earlier state as it was', () => {
    const { events } = retriedRun();
    const whole = fold(undefined, events);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: events.length - 1 })), (cuts) => {
        const edges = [0, ...new Set(cuts.toSorted((a, b) => a - b)), events.length];
        let state: ReturnType<typeof fold> | undefined;
        for (const [index, edge] of edges.slice(1).entries()) {
          const before = state && structuredClone(state);
          const next = fold(state, events.slice(edges[index], edge));
          expect(state).toEqual(before);
          state = next;
        }
        expect(state).toEqual(whole);
      }),
    );
  });

  it('marks what was open when a run was interrupted', () => {
    const run = recordRun();
    run.recorder.append('call-received', received, {
      spanId: run.ids.spanId(),
      parentSpanId: run.recorder.rootSpanId,
    });
    run.recorder.append('run-ended', { status: 'interrupted', reason: 'the host stopped' });
    const state = fold(undefined, run.events);
    expect(state.run).toMatchObject({ status: 'interrupted', openCalls: 0, reason: 'the host stopped' });
    expect([...state.spans.values()].map((span) => span.status)).toEqual(['interrupted', 'interrupted']);
  });

  it('counts calls whose tokens or price nobody knows, instead of taking them for free', () => {
    const run = recordRun();
    for (const end of [{}, { usage: { input: 3, output: 4 } }]) {
      const span = { spanId: run.ids.spanId(), parentSpanId: run.recorder.rootSpanId };
      run.recorder.append('call-received', received, span);
      run.recorder.append('call-ended', { outcome: 'ok', status: 200, ...end }, span);
    }
    const { run: summary } = fold(undefined, run.events);
    expect(summary).toMatchObject({ uncountedCalls: 1, unpricedCalls: 1, cost: 0 });
    expect(unknownCosts(summary)).toBe(2);
  });

  it('counts estimated tokens in the sums, and says of how many calls', () => {
    const run = recordRun();
    const usage = { input: 3, output: 4 };
    const cost = { usd: 0.5, priceSource: 'test' };
    const ends: readonly Partial<EventData['call-ended']>[] = [
      { usage: { ...usage, estimated: true }, cost: { ...cost, estimated: true } },
      { outcome: 'cancelled', usage: { ...usage, estimated: true } },
      { usage, cost },
    ];
    for (const end of ends) {
      const span = { spanId: run.ids.spanId(), parentSpanId: run.recorder.rootSpanId };
      run.recorder.append('call-received', received, span);
      run.recorder.append('call-ended', { outcome: 'ok', ...end }, span);
    }
    expect(fold(undefined, run.events).run).toMatchObject({
      estimatedCalls: 2,
      uncountedCalls: 0,
      unpricedCalls: 1,
      inputTokens: 9,
      cost: 1,
    });
  });

  it('does not take a hedge for a retry', () => {
    const run = recordRun();
    const call = { spanId: run.ids.spanId(), parentSpanId: run.recorder.rootSpanId };
    run.recorder.append('call-received', received, call);
    for (const [index, more] of [{}, { hedge: true as const }, {}].entries()) {
      const span = { spanId: run.ids.spanId(), parentSpanId: call.spanId };
      const data = { attempt: index + 1, instance: 'a', provider: 'p', endpoint: 'http://x', ...more };
      run.recorder.append('attempt-started', data, span);
    }
    expect(fold(undefined, run.events).run).toMatchObject({ retries: 1, hedges: 1 });
  });

  it('says what an imported run was read from, and nothing of the kind of another', () => {
    const [first] = recordRun().events;
    if (first?.type !== 'run-started') throw new Error('a run begins with its start');
    const imported = { format: 'jaeger', file: 'trace.json', at: 7 };
    const data = { ...first.data, source: 'imported', imported } as const;
    expect(fold(undefined, [{ ...first, data }]).run).toMatchObject({ source: 'imported', imported });
    expect(fold(undefined, [first]).run).not.toHaveProperty('imported');
  });

  it('refuses a gap, a second start, and a journal without its beginning', () => {
    const { events } = retriedRun();
    const state = fold(undefined, events.slice(0, 3));
    expect(() => fold(state, events.slice(4))).toThrow(/has event 5 after 3/);
    expect(() => fold(undefined, events.slice(1))).toThrow(/not with run-started/);
    const again = { ...events[0]!, seq: 4 } as JournalEvent;
    expect(() => fold(state, [again])).toThrow(/starts twice/);
  });

  it('appends nothing after the end of a run', () => {
    const { events, recorder } = retriedRun();
    const { length } = events;
    recorder.append('log-written', { stream: 'stdout', text: 'too late' });
    expect(events).toHaveLength(length);
  });
});
