import { describe, expect, it } from 'vitest';
import type { EventData } from './event.ts';
import { fold } from './fold.ts';
import { recordRun } from './recorded-events.ts';

const body = { bytes: 2, parts: ['ab'] };
const received: EventData['mcp-request-received'] = {
  server: 'files',
  transport: 'stdio',
  from: 'client',
  method: 'tools/call',
  requestId: 1,
  subject: 'read',
  body,
};

function recordRequest() {
  const run = recordRun();
  const span = { spanId: run.ids.spanId(), parentSpanId: run.recorder.rootSpanId };
  run.recorder.append('mcp-request-received', received, span);
  return { ...run, span, of: () => fold(undefined, run.events).spans.get(span.spanId) };
}

describe('a request in the fold', () => {
  it('is interrupted where its run ends before it', () => {
    const { recorder, of } = recordRequest();
    expect(of()).toMatchObject({ kind: 'mcp', status: 'running', name: 'tools/call read' });
    recorder.append('run-ended', { status: 'completed' });
    expect(of()).toMatchObject({ status: 'interrupted' });
  });

  it('leaves the state before as it was', () => {
    const { recorder, events, span } = recordRequest();
    const before = fold(undefined, events);
    const seen = events.length;
    recorder.append('mcp-progress-reported', { progress: 1 }, span);
    recorder.append('mcp-response-sent', { outcome: 'ok', body }, span);
    const after = fold(before, events.slice(seen));
    expect(before.spans.get(span.spanId)).toMatchObject({ status: 'running' });
    expect(after.spans.get(span.spanId)).toMatchObject({ status: 'ok', progress: { reports: 1 } });
    expect(after).toEqual(fold(undefined, events));
  });
});

it.each([
  ['mcp-server-started', { server: 'files', pid: 7 }, 'files is started (process 7)'],
  [
    'mcp-server-exited',
    { server: 'files', reason: 'exit code 1', restartInMs: 1_234 },
    'files ended by itself: exit code 1; again in 1.2 s',
  ],
  ['mcp-server-exited', { server: 'files', reason: 'gone' }, 'files ended by itself: gone'],
  ['mcp-output-written', { server: 'files', stream: 'stderr', text: 'oh' }, 'files stderr: oh'],
  [
    'mcp-output-dropped',
    { server: 'files', what: 'stderr', count: 12, bytes: 345 },
    'files stderr: 12 more, 345 bytes, left out',
  ],
  [
    'mcp-notification-sent',
    { server: 'files', from: 'client', method: 'notifications/initialized', body },
    'files ← notifications/initialized',
  ],
] as const)('%s is a line of the log', (type, data, line) => {
  const { recorder, events } = recordRun();
  recorder.append(type, data);
  expect(fold(undefined, events).logs).toMatchObject([{ stream: 'mcp', text: line }]);
});
