import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { startTestHost, type TestHost } from './test-host.ts';
import { recordRun } from './test-runs.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

async function host(settings = ''): Promise<TestHost> {
  const started = await startTestHost(settings);
  cleanups.push(() => started.remove());
  return started;
}

/** A collector that answers with these, one after the other, then with 200. */
async function collector(...statuses: readonly number[]) {
  const seen: { readonly path: string; readonly key: string | undefined }[] = [];
  const server: Server = createServer((request, response) => {
    seen.push({ path: request.url!, key: request.headers['x-key'] as string | undefined });
    request.resume().on('end', () => {
      response.writeHead(statuses[seen.length - 1] ?? 200, { 'retry-after': '0' }).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => server.close());
  return { seen, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

const forwardOf = ({ services }: TestHost) => services.info().forward;

describe('a run that has ended', () => {
  it('is sent to another Signalbox, whose run has its spans and its logs', async () => {
    const there = await host();
    const here = await host(`[forward]\nendpoint = "${there.dataPlane}"`);
    await recordRun(here, 'forwarded');
    await expect.poll(() => forwardOf(here)).toMatchObject({ sent: 1, waiting: 0, leftOut: 0 });
    const [run] = await there.services.listRuns({ limit: 1 });
    const spans = await there.services.listSpans(run!.id);
    expect(spans.map(({ name }) => name)).toContain('forwarded');
  });

  it('is sent again where the collector asks for that, with the headers that are configured', async () => {
    const { seen, url } = await collector(503, 429);
    process.env['TEST_COLLECTOR_KEY'] = 'the key';
    const here = await host(`[forward]\nendpoint = "${url}"\nheaders = { x-key = "env:TEST_COLLECTOR_KEY" }`);
    await recordRun(here, 'forwarded');
    await expect.poll(() => forwardOf(here)).toMatchObject({ sent: 1 });
    expect(seen).toEqual([
      { path: '/v1/traces', key: 'the key' },
      { path: '/v1/traces', key: 'the key' },
      { path: '/v1/traces', key: 'the key' },
      { path: '/v1/logs', key: 'the key' },
    ]);
  });

  it('is left out, and that is said, where the collector refuses it; nothing is sent where none is configured', async () => {
    const { url } = await collector(400);
    const here = await host(`[forward]\nendpoint = "${url}"`);
    await recordRun(here, 'forwarded');
    await expect
      .poll(() => forwardOf(here))
      .toMatchObject({
        sent: 0,
        leftOut: 1,
        problem: `${url}/v1/traces answered 400`,
      });
    expect(forwardOf(await host())).toBeUndefined();
  });
});
