import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomRun } from './columns/random-run.ts';
import { fold } from './fold.ts';
import { LOG_EVENTS, logReader } from './log-lines.ts';
import { recordRun } from './recorded-events.ts';

describe('the lines of a log', () => {
  it('are read from single events as the fold of the run has them', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const events = randomRun(seed, 40);
        const { run, logs } = fold(undefined, events);
        const read = logReader(run, events[0]!.spanId);
        expect(events.flatMap((event) => read(event) ?? [])).toEqual(logs);
      }),
      { numRuns: 50 },
    );
  });

  it('are told of those of servers, schedulers and reports, too', () => {
    const { recorder, events } = recordRun();
    const body = { bytes: 2, parts: [1] };
    recorder.append('mcp-server-started', { server: 'files', pid: 7 });
    recorder.append('optimisation-undone', { id: 'p1' });
    recorder.append('telemetry-log-reported', { details: body, content: { value: 'said' }, attributes: [] });
    recorder.append('metrics-reported', { details: body, metrics: [], contentType: 'json', body });
    const { run, logs } = fold(undefined, events);
    const read = logReader(run, recorder.rootSpanId);
    expect(logs).toHaveLength(4);
    expect(events.flatMap((event) => read(event) ?? [])).toEqual(logs);
    for (const { type } of events.slice(1)) expect(LOG_EVENTS).toContain(type);
  });
});
