import { expect, it } from 'vitest';
import type { SpanId } from '../../base/ids.ts';
import type { EventData } from '../event.ts';
import { fold } from '../fold.ts';
import { recordRun } from '../recorded-events.ts';
import { randomRun } from './random-run.ts';
import { attemptsOf, relatedTo } from './related-spans.ts';
import { RunProjection } from './run-projection.ts';

const CALL: EventData['call-received'] = {
  dialect: 'openai',
  operation: 'chat',
  method: 'POST',
  path: '/',
  streaming: false,
  attribution: 'prefix',
  headers: {},
};

function project(events: ReturnType<typeof randomRun>) {
  const rows: { event: (typeof events)[number]; previous: number }[] = [];
  const projection = RunProjection.begin(events[0]!, (seq) => rows[seq - 1]!);
  rows.push({ event: events[0]!, previous: 0 });
  for (const event of events.slice(1)) rows.push({ event, previous: projection.apply(event) });
  return projection.columns;
}

it('the attempts of a call are those that the fold hangs under it, in their order', () => {
  const events = randomRun(4, 4_000);
  const columns = project(events);
  const spans = [...fold(undefined, events).spans.values()];
  let attempts = 0;
  for (const call of spans.filter(({ kind }) => kind === 'call')) {
    const below = spans.filter(({ kind, parentId }) => kind === 'attempt' && parentId === call.id);
    attempts += below.length;
    expect(attemptsOf(columns, call.index)).toEqual(below.map(({ index }) => index));
  }
  expect(attempts).toBeGreaterThan(100);
});

it('a call leads to its attempts, to the call that it tries again and to those that try it; an attempt to its call', () => {
  const { recorder, events, ids } = recordRun();
  const call = (data: Partial<EventData['call-received']> = {}) => {
    const spanId = ids.spanId();
    recorder.append('call-received', { ...CALL, ...data }, { spanId, parentSpanId: recorder.rootSpanId });
    return spanId;
  };
  const first = call();
  const attempt = ids.spanId();
  const started = { attempt: 1, instance: 'a', provider: 'p', endpoint: 'http://127.0.0.1' };
  recorder.append('attempt-started', started, { spanId: attempt, parentSpanId: first });
  const again = call({ retryOf: first, clientRetry: 1 });
  const third = call({ retryOf: again, clientRetry: 2 });
  const columns = project(events);
  const { spans } = fold(undefined, events);
  const related = (id: SpanId) =>
    relatedTo(columns, spans.get(id)!, []).map((ordinal) => columns.idAt(ordinal));
  expect(related(first)).toEqual([attempt, again]);
  expect(related(again)).toEqual([first, third]);
  expect(related(attempt)).toEqual([first]);
  expect(related(recorder.rootSpanId)).toEqual([]);
});
