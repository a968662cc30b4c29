import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SpanId } from '../base/ids.ts';
import type { EventData } from './event.ts';
import { fold } from './fold.ts';
import type { RemoteSpan } from './otlp/traceparent.ts';
import { recordRun } from './recorded-events.ts';
import type { ReportedSpan, RunState } from './run-state.ts';
import type { SpanReport } from './span-report.ts';

const TRACE = 'a'.repeat(32);
/** Far from those that the run gives out. */
const id = (number: number) => (0xf000_0000 + number).toString(16).padStart(16, '0') as SpanId;
const details = { bytes: 2, parts: ['d'] };
const received: EventData['call-received'] = {
  dialect: 'openai',
  operation: 'chat.completions',
  method: 'POST',
  path: '/chat/completions',
  streaming: false,
  attribution: 'traceparent',
  headers: {},
};

/** Of a report; the times are milliseconds after the run's start. */
interface Changes extends Partial<SpanReport> {
  readonly from?: number;
  readonly to?: number;
  /** It has not ended. */
  readonly open?: boolean;
}

/** A run that began at 1,000 s of the wall clock, and what tells it of spans. */
function reportingRun() {
  const run = recordRun();
  const startedAt = BigInt(run.events[0]!.wallTime) * 1_000_000n;
  const root = run.recorder.rootSpanId;
  const reportAs = (spanId: SpanId, changes: Changes, parentSpanId?: SpanId) => {
    const { from = 0, to = 0, open = false, ...rest } = changes;
    const data: SpanReport = {
      traceId: TRACE,
      name: 'unnamed',
      role: 'internal',
      startTime: String(startedAt + BigInt(from * 1e6)),
      ...(!open && { endTime: String(startedAt + BigInt(to * 1e6)) }),
      status: 'unset',
      meaning: { activity: 'other' },
      sources: {},
      attributes: [],
      events: [],
      links: [],
      details,
      ...rest,
    };
    run.recorder.append('span-reported', data, { spanId, ...(parentSpanId && { parentSpanId }) });
  };
  const report = (span: number, parent: number | undefined, changes: Changes = {}) =>
    reportAs(id(span), { name: `span ${span}`, ...changes }, parent === undefined ? undefined : id(parent));
  const call = (remoteParent?: RemoteSpan) => {
    const spanId = run.ids.spanId();
    run.recorder.append(
      'call-received',
      { ...received, ...(remoteParent && { remoteParent }) },
      { spanId, parentSpanId: root },
    );
    return spanId;
  };
  const folded = () => fold(undefined, run.events);
  const reported = (span: number) => folded().spans.get(id(span)) as ReportedSpan;
  return { ...run, root, report, reportAs, call, folded, reported };
}

/** Who hangs under whom, by name. */
function treeOf({ spans }: RunState): Readonly<Record<string, string | undefined>> {
  const nameOf = (span: SpanId | undefined) => (span === undefined ? undefined : spans.get(span)?.name);
  return Object.fromEntries(
    [...spans.values()]
      .filter(({ kind }) => kind === 'reported')
      .map((span) => [span.name, nameOf(span.parentId)]),
  );
}

describe('reported spans', () => {
  it('hang under the root until their parent comes, and a call under the span that made it', () => {
    const run = reportingRun();
    const call = run.call({ traceId: TRACE, spanId: id(2) });
    run.report(3, 2);
    expect(treeOf(run.folded())).toEqual({ 'span 3': 'a run' });
    expect(run.folded().spans.get(call)).toMatchObject({
      parentId: run.root,
      remoteParent: { spanId: id(2) },
    });
    run.report(2, 1);
    expect(treeOf(run.folded())).toEqual({ 'span 3': 'span 2', 'span 2': 'a run' });
    expect(run.folded().spans.get(call)?.parentId).toBe(id(2));
    run.report(1, undefined);
    const later = run.call({ traceId: TRACE, spanId: id(1) });
    expect(treeOf(run.folded())).toEqual({ 'span 3': 'span 2', 'span 2': 'span 1', 'span 1': 'a run' });
    expect(run.folded().spans.get(later)?.parentId).toBe(id(1));
    expect(run.folded().run.reportedSpans).toBe(3);
    expect(run.folded().awaited.size).toBe(0);
  });

  it('are the parents of requests to MCP servers, too', () => {
    const run = reportingRun();
    const spanId = run.ids.spanId();
    run.recorder.append(
      'mcp-request-received',
      {
        server: 'files',
        transport: 'stdio',
        from: 'client',
        method: 'tools/call',
        requestId: 1,
        traceparent: `00-${TRACE}-${id(1)}-01`,
        body: details,
      },
      { spanId, parentSpanId: run.root },
    );
    expect(run.folded().spans.get(spanId)?.parentId).toBe(run.root);
    run.report(1, undefined);
    expect(run.folded().spans.get(spanId)?.parentId).toBe(id(1));
  });

  it('make the same tree in any order, reported once or more often, in one batch or in many', () => {
    const forest = fc.array(fc.record({ parent: fc.nat(), trace: fc.nat(1) }), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(forest, fc.infiniteStream(fc.nat()), fc.array(fc.nat(60)), (nodes, random, cuts) => {
        // A parent is an earlier span of the same trace, a span that never comes (its number is odd), or nobody.
        const spans = nodes.map(({ parent, trace }, index) => {
          const earlier = nodes.flatMap((node, other) =>
            other < index && node.trace === trace ? [other * 2] : [],
          );
          const parents = [...earlier, 999, undefined];
          return {
            span: index * 2,
            parent: parents[parent % parents.length],
            traceId: `${trace + 1}`.repeat(32),
          };
        });
        const next = () => random.next().value;
        const reports = spans
          .flatMap((span) =>
            Array.from({ length: 1 + (next() % 3) }, (_, copy) => ({ ...span, copy, order: next() })),
          )
          .toSorted((a, b) => a.order - b.order);
        const run = reportingRun();
        for (const { span, parent, traceId, copy } of reports) {
          // The first copy is the whole report, the others are what was known earlier.
          const early = { open: copy === 1 };
          const fullest = { meaning: { activity: 'tool' }, attributes: [{ key: 'a', value: 1 }] } as const;
          run.report(span, parent, { traceId, ...(copy === 0 ? fullest : early) });
        }
        const expected = Object.fromEntries(
          spans.map(({ span, parent }) => [
            `span ${span}`,
            parent === undefined || parent === 999 ? 'a run' : `span ${parent}`,
          ]),
        );
        const whole = run.folded();
        expect(treeOf(whole)).toEqual(expected);
        const reported = [...whole.spans.values()].filter((span) => span.kind === 'reported');
        expect(reported.every((span) => span.activity === 'tool')).toBe(true);
        const edges = [0, ...new Set(cuts.toSorted((a, b) => a - b)), run.events.length];
        let state: RunState | undefined;
        for (const [index, edge] of edges.slice(1).entries()) {
          const batch = run.events.slice(edges[index], edge);
          if (state || batch.length > 0) state = fold(state, batch);
        }
        expect(state).toEqual(whole);
      }),
    );
  });

  it('of two traces may have the same id', () => {
    const run = reportingRun();
    for (const traceId of ['1', '2', '3'].map((digit) => digit.repeat(32))) {
      run.report(2, 1, { traceId, name: `child ${traceId[0]}` });
      run.report(1, undefined, { traceId, name: `parent ${traceId[0]}` });
    }
    const tree = Object.fromEntries(
      [1, 2, 3].flatMap((trace) => [
        [`child ${trace}`, `parent ${trace}`],
        [`parent ${trace}`, 'a run'],
      ]),
    );
    expect(treeOf(run.folded())).toEqual(tree);
  });

  it('never take the place of what is no report; one that has no place at all is told of', () => {
    const run = reportingRun();
    const call = run.call();
    run.reportAs(call, { name: 'impostor' });
    expect(run.folded().spans.get(call)?.kind).toBe('call');
    expect(treeOf(run.folded())).toEqual({ impostor: 'a run' });
    const { id: other } = [...run.folded().spans.values()].find(({ name }) => name === 'impostor')!;

    const again = reportingRun();
    expect(again.call()).toBe(call);
    again.reportAs(other, { name: 'sits there', traceId: 'c'.repeat(32) });
    again.reportAs(call, { name: 'impostor' });
    expect(treeOf(again.folded())).toEqual({ 'sits there': 'a run' });
    expect(again.folded().logs.map(({ text }) => text)).toEqual([
      `A span "impostor" is left out: two others have its id ${call}.`,
    ]);
  });

  it('in a ring are cut where it closes', () => {
    const run = reportingRun();
    run.report(1, 3);
    run.report(2, 1);
    run.report(3, 2);
    run.report(4, 4);
    expect(treeOf(run.folded())).toEqual({
      'span 1': 'a run',
      'span 2': 'span 1',
      'span 3': 'span 2',
      'span 4': 'a run',
    });
  });

  it('are as the fullest report says: ended before open, then with more in it; the first of equals', () => {
    const run = reportingRun();
    const attribute = { key: 'a', value: 1 };
    run.report(1, undefined);
    run.report(2, undefined, { open: true, name: 'open', attributes: [attribute, attribute] });
    expect(run.reported(2)).toMatchObject({ status: 'running', name: 'open' });
    run.report(2, 1, { name: 'ended', attributes: [attribute] });
    expect(run.reported(2)).toMatchObject({ status: 'ok', name: 'ended', parentId: id(1), index: 2 });
    run.report(2, undefined, { name: 'less' });
    run.report(2, undefined, { name: 'equal', attributes: [attribute] });
    run.report(2, undefined, { open: true, name: 'open again', attributes: [attribute, attribute] });
    expect(run.reported(2)).toMatchObject({ name: 'ended', parentId: id(1) });
    run.report(2, 7, { name: 'full', attributes: [attribute, attribute] });
    expect(run.reported(2)).toMatchObject({ name: 'full', parentId: run.root, remoteParentId: id(7) });
    run.report(7, undefined);
    expect(run.reported(2).parentId).toBe(id(7));
    expect(run.folded().run.reportedSpans).toBe(3);
  });

  it('that wait for a parent that they no longer have are not adopted', () => {
    const run = reportingRun();
    run.report(2, 9);
    run.report(2, undefined, { attributes: [{ key: 'a', value: 1 }] });
    run.report(9, undefined);
    expect(run.reported(2).parentId).toBe(run.root);
  });

  it('are interrupted with the run where they have not ended', () => {
    const run = reportingRun();
    run.report(1, undefined);
    run.report(2, undefined, { open: true });
    run.recorder.append('run-ended', { status: 'completed' });
    expect([run.reported(1).status, run.reported(2).status]).toEqual(['ok', 'interrupted']);
  });

  it('carry what they mean, and where it is kept', () => {
    const run = reportingRun();
    run.advance(1_000);
    const body = { bytes: 9, parts: ['p'] };
    run.report(1, undefined, {
      from: 100,
      to: 400,
      status: 'error',
      meaning: {
        activity: 'llm',
        model: 'm',
        usage: { input: 3 },
        firstTokenMs: 50,
        error: { code: '429', message: 'x'.repeat(9_000) },
      },
      input: { form: 'messages', body },
      service: 'planner',
    });
    expect(run.reported(1)).toMatchObject({
      kind: 'reported',
      activity: 'llm',
      model: 'm',
      usage: { input: 3 },
      status: 'error',
      startedAt: 100e6,
      firstTokenAt: 150e6,
      endedAt: 400e6,
      input: { form: 'messages', body },
      service: 'planner',
    });
    expect(run.reported(1).error?.message).toHaveLength(2_000);
    expect(run.reported(1).reportedTimes).toBeUndefined();
  });

  it.each([
    ['before the run', -300, 200, [0, 200], true],
    ['wholly before it', -300, -200, [0, 0], true],
    ['after it was reported', 400, 1_500, [400, 500], true],
    ['wholly after it', 1_400, 1_500, [500, 500], true],
    ['a millisecond off, as clocks are', -1, 501, [0, 500], false],
  ])('%s are moved into it, and say so', (_, from, to, [startedAt, endedAt], isSaid) => {
    const run = reportingRun();
    run.advance(500);
    run.report(1, undefined, { from, to });
    expect(run.reported(1)).toMatchObject({ startedAt: startedAt! * 1e6, endedAt: endedAt! * 1e6 });
    expect(run.reported(1).reportedTimes).toEqual(
      isSaid ? { startedAt: from * 1e6, endedAt: to * 1e6 } : undefined,
    );
  });

  it('of an agent with very many children cost no more than others', () => {
    const run = reportingRun();
    for (let child = 2; child < 20_000; child += 1) run.report(child, 1);
    run.report(1, undefined);
    const before = performance.now();
    const state = run.folded();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect([...state.spans.values()].filter(({ parentId }) => parentId === id(1))).toHaveLength(19_998);
  });
});

describe('other reports', () => {
  it('are lines of the log, at the time that they tell', () => {
    const run = reportingRun();
    run.advance(500);
    const time = String(BigInt(run.events[0]!.wallTime + 200) * 1_000_000n);
    const log = { content: { value: 'Example log record' }, attributes: [], details };
    run.recorder.append('telemetry-log-reported', { ...log, time, severityText: 'INFO' }, { spanId: id(7) });
    run.recorder.append('telemetry-log-reported', {
      ...log,
      eventName: 'gen_ai.choice',
      content: { value: { a: 1 } },
    });
    const metrics = [
      { name: 'tokens', type: 'sum', points: 2 },
      { name: 'seconds', type: 'histogram', points: 3 },
    ] as const;
    run.recorder.append('metrics-reported', {
      metrics,
      contentType: 'application/json',
      body: details,
      details,
    });
    expect(run.folded().logs.map(({ at, stream, text, spanId }) => [at, stream, text, spanId])).toEqual([
      [200e6, 'telemetry', 'INFO Example log record', id(7)],
      [500e6, 'telemetry', 'gen_ai.choice {"a":1}', undefined],
      [500e6, 'telemetry', 'OTLP metrics: 5 points of tokens, seconds', undefined],
    ]);
  });

  it('as they were recorded at first can still be read', () => {
    const run = reportingRun();
    run.recorder.append('telemetry-received', {
      signal: 'traces',
      contentType: 'application/json',
      body: details,
    });
    expect(run.folded().logs).toMatchObject([{ stream: 'telemetry', text: 'OTLP traces, 2 bytes' }]);
  });
});
