import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../../journal/event.ts';
import { tracesOf } from '../../journal/otlp/test-export.ts';
import { hostIds } from '../host-ids.ts';
import { installation } from '../installation.ts';
import { Runs } from '../runs.ts';
import { systemClock } from '../system-clock.ts';
import { createExportReader } from '../telemetry/export-reader.ts';
import { startOtlpListener } from './otlp-listener.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

/** What a listener needs, over a journal in memory. */
function telemetryPorts() {
  const events: JournalEvent[] = [];
  const sink = {
    append: (event: JournalEvent) => void events.push(event),
    keepBody: (_: unknown, body: Uint8Array) => ({ bytes: body.length, parts: [] }),
  };
  const runs = new Runs(
    { clock: systemClock, ids: hostIds, sink },
    { hostVersion: '0.0.0', configHash: 'none' },
  );
  cleanups.push(() => runs.endAll());
  const exports = createExportReader(installation.telemetryWorker);
  cleanups.push(() => exports.close());
  return { events, runs, exports, flush: () => Promise.resolve(), recordingStopped: () => undefined };
}

async function takenPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

describe('the port that exporters know by themselves', () => {
  it('is served where it is free: OTLP, and nothing else', async () => {
    const ports = telemetryPorts();
    const listener = await startOtlpListener(ports, 0);
    cleanups.push(() => listener!.close());
    const time = String(BigInt(Date.now()) * 1_000_000n);
    const [traceId, spanId] = ['a1'.repeat(16), 'b2'.repeat(8)];
    const span = { traceId, spanId, name: 'x', startTimeUnixNano: time, endTimeUnixNano: time };
    const answer = await post(
      `${listener!.origin}/v1/traces`,
      tracesOf([span], { 'service.name': 'planner' }),
    );
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    expect(ports.events.map(({ type }) => type)).toEqual(['run-started', 'run-started', 'span-reported']);
    expect(ports.events[1]!.data).toMatchObject({ name: 'planner', source: 'ambient' });
    const other = await post(`${listener!.origin}/openai/v1/chat/completions`, {});
    expect([other.status, await other.json()]).toMatchObject([404, { code: 5 }]);
    const page = await post(`${listener!.origin}/v1/traces`, {}, { origin: 'https://evil.test' });
    expect([page.status, await page.json()]).toMatchObject([403, { code: 7 }]);
  });

  it('is left to whoever has it', async () => {
    expect(await startOtlpListener(telemetryPorts(), await takenPort())).toBeUndefined();
  });
});
