import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../journal/event.ts';
import { hostIds } from './host-ids.ts';
import { Runs } from './runs.ts';
import { systemClock } from './system-clock.ts';

const events: JournalEvent[] = [];
const open: Runs[] = [];
afterEach(() => {
  for (const runs of open.splice(0)) runs.endAll();
  events.length = 0;
});

function startRuns(): Runs {
  const sink = {
    append: (event: JournalEvent) => void events.push(event),
    keepBody: () => ({ bytes: 0, parts: [] }),
  };
  const runs = new Runs({ clock: systemClock, ids: hostIds, sink }, { hostVersion: '0', configHash: '' });
  open.push(runs);
  return runs;
}

const trace = (number: number) => number.toString(16).padStart(32, '0');
const from = (client: string, traceId?: string) => [
  ['user-agent', client] as const,
  ...(traceId === undefined ? [] : [['traceparent', `00-${traceId}-00000000000000aa-01`] as const]),
];

describe('ambient runs', () => {
  it('are one for each client', () => {
    const runs = startRuns();
    const { run } = runs.attribute(undefined, from('a'))!;
    expect(runs.attribute(undefined, from('a'))!.run).toBe(run);
    expect(runs.attribute(undefined, from('b'))!.run).not.toBe(run);
    runs.end(run.recorder.runId, { status: 'completed' });
    expect(runs.attribute(undefined, from('a'))!.run).not.toBe(run);
  });

  it('are never more than a thousand: the most silent one without calls ends', () => {
    const runs = startRuns();
    const [busy, silent] = ['busy', 'silent'].map((client) => runs.attribute(undefined, from(client))!.run);
    busy!.openCalls = 1;
    busy!.lastActivity = silent!.lastActivity = -1;
    for (let count = 0; count < 999; count++) runs.attribute(undefined, from(`client ${count}`));
    expect(runs.find(silent!.recorder.runId)).toBeUndefined();
    expect(runs.find(busy!.recorder.runId)).toBe(busy);
    const ended = events.filter(({ type }) => type === 'run-ended');
    expect(ended.map(({ runId }) => runId)).toEqual([silent!.recorder.runId]);
  });
});

describe('an ambient run', () => {
  it('that is never silent is followed by another, and keeps what is open there', () => {
    const runs = startRuns();
    const { run } = runs.attribute(undefined, from('a', trace(1)))!;
    for (let count = run.recorder.length; count < 50_000; count++)
      run.recorder.append('log-written', { stream: 'stdout', text: 'x' });
    const next = runs.attribute(undefined, from('a', trace(1)))!;
    expect([next.run === run, next.attribution]).toEqual([false, 'ambient']);
    expect(runs.find(run.recorder.runId)).toBe(run);
    // The end of the old one takes nothing from the new one.
    runs.end(run.recorder.runId, { status: 'completed' });
    expect(runs.attribute(undefined, from('a'))!.run).toBe(next.run);
    expect(runs.ofTrace(trace(1))).toBe(next.run);
  });
});

describe('traces', () => {
  it('belong to the run that named them last, and to none when that has ended', () => {
    const runs = startRuns();
    const [one, two] = [
      runs.start({ name: 'one', source: 'launched' }),
      runs.start({ name: 'two', source: 'launched' }),
    ];
    runs.rememberTrace(trace(1), one);
    runs.rememberTrace(trace(1), two);
    runs.end(one.recorder.runId, { status: 'completed' });
    expect(runs.attribute(undefined, from('a', trace(1)))).toEqual({ run: two, attribution: 'traceparent' });
    runs.end(two.recorder.runId, { status: 'completed' });
    expect(runs.ofTrace(trace(1))).toBeUndefined();
    expect(runs.attribute(undefined, from('a', trace(1)))!.attribution).toBe('ambient');
  });

  it('are forgotten, the oldest first, when there are a hundred thousand others', () => {
    const runs = startRuns();
    const run = runs.start({ name: 'one', source: 'launched' });
    for (let count = 0; count <= 100_000; count++) runs.rememberTrace(trace(count), run);
    expect(runs.ofTrace(trace(0))).toBeUndefined();
    expect(runs.ofTrace(trace(1))).toBe(run);
  });
});
