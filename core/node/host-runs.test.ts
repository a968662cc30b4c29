import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { JournalEvent } from '../journal/event.ts';
import { startHost } from './host.ts';
import { installation } from './installation.ts';
import { apiOf, callsOf } from './test-calls.ts';
import { FollowedColumns } from './test-columns.ts';
import { createTestBench } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const fast = '[simulated]\nspeed = 0\n';

describe('following a run', () => {
  it('gives what was recorded before, then what comes, without gap or repetition, until the run ends', async () => {
    const host = await bench.host();
    const { run } = await host.services.startRun({ name: 'agent' });
    host.services.writeLogs(
      run.id,
      Array.from({ length: 500 }, (_, line) => ({ stream: 'stdout', text: `${line}` })),
    );
    const seen: JournalEvent[] = [];
    const followed = (async () => {
      for await (const events of host.services.followRun(run.id, 100, new AbortController().signal))
        seen.push(...events);
    })();
    for (let line = 0; line < 50; line++) {
      host.services.writeLogs(run.id, [{ stream: 'stderr', text: `${line}` }]);
      await sleep(2);
    }
    await host.services.endRun(run.id, { exitCode: 0 });
    await followed;
    expect(seen.map((event) => event.seq)).toEqual(Array.from({ length: 453 }, (_, index) => 100 + index));
    expect(seen.at(-1)!.type).toBe('run-ended');
  });

  it('ends when the listener leaves, and when the run is deleted', async () => {
    const host = await bench.host();
    const { run } = await host.services.startRun({ name: 'agent' });
    const controller = new AbortController();
    const feed = host.services.followRuns(controller.signal)[Symbol.asyncIterator]();
    await feed.next();
    await host.services.endRun(run.id, { exitCode: 1 });
    expect((await feed.next()).value).toMatchObject({ runs: [{ id: run.id, status: 'failed' }] });
    expect(await host.services.deleteRun(run.id)).toBe('deleted');
    expect((await feed.next()).value).toEqual({ deleted: run.id });
    controller.abort();
    expect((await feed.next()).done).toBe(true);
  });
});

describe('the columns of a run', () => {
  it('are the same in a window that has followed it as in the store, also after a break', async () => {
    const host = await bench.host('[simulated]\nspeed = 3\n');
    const { id } = await host.services.startSample();
    const window = new FollowedColumns();
    await window.follow(apiOf(host), id, 4);
    await window.follow(apiOf(host), id, Number.POSITIVE_INFINITY);
    expect(window.documents).toBeGreaterThan(5);
    const fresh = new FollowedColumns();
    await fresh.follow(apiOf(host), id, Number.POSITIVE_INFINITY);
    expect(fresh.documents).toBe(1);
    expect(window.run).toEqual(fresh.run);
    expect(window.run).toEqual(await host.services.findRun(id));
    expect(window.content()).toEqual(fresh.content());
    const spans = await host.services.listSpans(id);
    expect(spans.map((span) => [span.id, span.status, span.endedAt])).toEqual(window.rows());
  }, 30_000);
});

describe('the sample run', () => {
  it('tells its story: a plan, three calls at once of which one is retried elsewhere, a critique, a streamed answer', async () => {
    // Quick, but not so quick that calls which begin together are over one by one.
    const host = await bench.host('[simulated]\nspeed = 3\n');
    const { id } = await host.services.startSample();
    for await (const events of host.services.followRun(id, 1, AbortSignal.timeout(20_000))) {
      if (events.at(-1)!.type === 'run-ended') break;
    }
    const run = await host.services.findRun(id);
    expect(run).toMatchObject({
      status: 'completed',
      exitCode: 0,
      calls: 6,
      errors: 0,
      retries: 1,
      uncountedCalls: 0,
    });
    const calls = await callsOf(host, id);
    expect(calls.map((call) => call.finishReason)).toEqual([
      'tool_calls',
      'stop',
      'stop',
      'stop',
      'stop',
      'stop',
    ]);
    const research = calls.slice(1, 4);
    const lastStart = Math.max(...research.map((call) => call.startedAt));
    expect(research.every((call) => call.endedAt! > lastStart)).toBe(true);
    const retried = research.find((call) => call.routes.length === 2)!;
    expect(retried.routes[0]!.pick.chosen).not.toBe(retried.routes[1]!.pick.chosen);
    expect(calls.at(-1)).toMatchObject({ streaming: true, status: 'ok' });
  }, 30_000);
});

describe('starting a host', () => {
  const start = (dataDir: string, port = 0) => startHost({ ...installation, dataDir, port });

  it('refuses a folder that another host has, and leaves that one as it is', async () => {
    const host = await bench.host(fast);
    await expect(start(host.dataDir)).rejects.toMatchObject({ code: 'data_in_use' });
    expect((await fetch(`${host.dataPlane}/healthz`)).status).toBe(200);
  });

  it('refuses a port that is taken, says how to see who has it, and lets the folder go', async () => {
    const host = await bench.host();
    const { port } = new URL(host.dataPlane);
    const other = mkdtempSync(join(tmpdir(), 'signalbox-other-'));
    await expect(start(other, Number(port))).rejects.toMatchObject({
      code: 'port_taken',
      message: expect.stringMatching(
        new RegExp(`${port}.*another Signalbox .*process ${process.pid}`),
      ) as string,
    });
    const second = await start(other);
    await second.close();
    rmSync(other, { recursive: true });
  });

  it('refuses a folder that cannot be one', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'signalbox-file-')), 'file');
    writeFileSync(file, '');
    await expect(start(join(file, 'data'))).rejects.toMatchObject({ code: 'data_not_writable' });
    expect(statSync(file).size).toBe(0);
    rmSync(join(file, '..'), { recursive: true });
  });

  it('keeps its token and folder from other users', async () => {
    const host = await bench.host();
    const mode = (name: string) => statSync(join(host.dataDir, name)).mode & 0o777;
    expect(mode('client-token')).toBe(0o600);
    const digest = () =>
      createHash('sha256')
        .update(readFileSync(join(host.dataDir, 'client-token')))
        .digest('hex');
    const before = digest();
    await host.close();
    const again = await start(host.dataDir);
    expect(digest()).toBe(before);
    await again.close();
  });
});
