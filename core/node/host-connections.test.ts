import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { HostInfo } from '../api/contract.ts';
import { apiOf, ask, chat, instanceAt, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';
import { createAuthority } from './upstream/test-certificates.ts';
import { startHttp2 } from './upstream/test-servers.ts';

const bench = createTestBench();
const undo: (() => unknown)[] = [];
afterEach(async () => {
  await bench.close();
  for (const step of undo.splice(0)) await step();
});

const COMPLETION = '{"choices":[{"message":{"content":"hi"}}]}';
const infoOf = async (host: TestHost) => (await (await apiOf(host)('/api/host')).json()) as HostInfo;

describe('the connections of a host', () => {
  it('are shared by instances at one origin, and to be seen', async () => {
    const upstream = await bench.upstream((_, response) => response.end(COMPLETION));
    const host = await bench.host(
      instanceAt('one', upstream.endpoint) + instanceAt('two', `${upstream.endpoint}/deeper`),
    );
    for (const name of ['one', 'two', 'one']) await (await ask(host, chat(`${name}/real`))).text();
    expect((await infoOf(host)).connections).toEqual([
      {
        origin: new URL(upstream.endpoint).origin,
        protocol: 'http/1.1',
        min: 5,
        max: 50,
        open: 1,
        busy: 0,
        waiting: 0,
        created: 1,
        reused: 2,
        timedOut: 0,
        acquireMs: 5_000,
        caFiles: [],
        sizes: expect.arrayContaining([1]) as unknown,
        sizeStepMs: 5_000,
      },
    ]);
  });

  it('that are all busy fail a call like a rate limit, and open no breaker', async () => {
    const held: (() => void)[] = [];
    const upstream = await bench.upstream((_, response) => held.push(() => response.end(COMPLETION)));
    const host = await bench.host(
      `[connections]\nmax = 1\nacquire_ms = 20\n[retry]\nmax_attempts = 1\n[breaker]\nminimum_calls = 2\n${instanceAt('one', upstream.endpoint)}`,
    );
    const first = ask(host, chat());
    await expect.poll(() => held.length).toBe(1);
    const late = await Promise.all(Array.from({ length: 8 }, () => ask(host, chat())));
    for (const response of late) {
      const { call } = await recordedCall(host, response);
      expect(call.error).toMatchObject({ code: 'connections_exhausted' });
    }
    expect((await infoOf(host)).instances.find(({ name }) => name === 'one')).toMatchObject({
      breaker: 'closed',
      health: 'healthy',
    });
    expect((await infoOf(host)).connections).toMatchObject([{ timedOut: 8, acquireMs: 20 }]);
    held[0]!();
    expect((await first).status).toBe(200);
  });

  it('trust whom the configuration names, and speak HTTP/2 with them', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'signalbox-ca-'));
    undo.push(() => rmSync(folder, { recursive: true }));
    const authority = createAuthority();
    writeFileSync(join(folder, 'ca.pem'), authority.cert);
    const server = await startHttp2(authority.issue(['127.0.0.1']), (request, response) => {
      expect(request.httpVersion).toBe('2.0');
      response.end(COMPLETION);
    });
    undo.push(() => server.close());
    const endpoint = `https://127.0.0.1:${server.port}/v1`;
    const host = await bench.host(
      `[connections]\nca_files = ["${join(folder, 'ca.pem')}"]\n${instanceAt('one', endpoint)}[providers.two]\nendpoint = "${endpoint}"\nconnections = { ca_files = [] }\n[instances.two]\nprovider = "two"\nmodel = "other"\n`,
    );
    const [trusted, untrusted] = await Promise.all([ask(host, chat()), ask(host, chat('other'))]);
    expect(await trusted.text()).toBe(COMPLETION);
    expect(untrusted.status).toBe(502);
    expect(await untrusted.text()).toContain('name the PEM file of its authority in ca_files');
    expect((await infoOf(host)).connections).toMatchObject([
      { protocol: 'h2', created: 1, tls: 'TLSv1.3', caFiles: [join(folder, 'ca.pem')] },
      { caFiles: [], created: 0, open: 0, busy: 0 },
    ]);
  });
});
