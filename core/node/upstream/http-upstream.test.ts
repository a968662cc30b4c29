import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionOptions } from '../../config/schema/connections.ts';
import { startHttp, startSilent, type TestServer } from './test-servers.ts';
import { textOf, upstreamWith } from './test-upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function upstreamOf(...given: Parameters<typeof upstreamWith>) {
  const made = upstreamWith(...given);
  cleanups.push(() => made.upstream.close());
  return { ...made, view: () => made.upstream.connections()[0]! };
}

async function serverOf(...given: Parameters<typeof startHttp>): Promise<TestServer & { url: string }> {
  const server = await startHttp(...given);
  cleanups.push(() => server.close());
  return { ...server, url: `http://127.0.0.1:${server.port}/v1` };
}

/** A server whose answers wait until they are let go. */
async function holdingServer() {
  const held: ServerResponse[] = [];
  const server = await serverOf((_, response) => void held.push(response));
  return {
    ...server,
    held,
    async arrived(count: number) {
      await expect.poll(() => held.length).toBe(count);
    },
    letGo: () => held.splice(0).forEach((response) => response.end('done')),
  };
}

describe('real HTTP', () => {
  it('waits for each connection as long as its request says, and says so', async () => {
    // TLS is part of a connection, and this server never says a word of it.
    const silent = await startSilent();
    cleanups.push(() => silent.close());
    const place = `127.0.0.1:${silent.port}`;
    const { send } = upstreamOf();
    const waitFor = async (connectTimeoutMs: number) => {
      const started = performance.now();
      const sent = await send(`https://${place}/v1`, { connectTimeoutMs });
      return { sent, took: performance.now() - started };
    };
    const [short, long] = await Promise.all([waitFor(50), waitFor(1_500)]);
    expect(short.sent).toEqual({
      ok: false,
      error: {
        code: 'timeout',
        message: `https://${place} did not accept a connection within 0.05 s`,
      },
    });
    expect(long.sent).toMatchObject({
      error: { message: expect.stringContaining('within 1.5 s') as string },
    });
    expect(long.took).toBeGreaterThan(1_400);
    expect(short.took).toBeLessThan(1_000);
  });

  it('gives up as soon as nobody wants the answer', async () => {
    const server = await holdingServer();
    const stop = new AbortController();
    const { send, view } = upstreamOf();
    const sent = send(server.url, { signal: stop.signal });
    await server.arrived(1);
    stop.abort();
    expect(await sent).toMatchObject({ ok: false, error: { code: 'cancelled' } });
    await expect.poll(server.open).toBe(0);
    expect(view()).toMatchObject({ open: 0, busy: 0 });
    expect(await send(server.url, { signal: stop.signal })).toMatchObject({ error: { code: 'cancelled' } });
    expect(server.accepted()).toBe(1);
  });

  it('says what became of a connection that broke, or never came about', async () => {
    const { url } = await serverOf(({ socket }) => void socket.destroy());
    const { send } = upstreamOf();
    expect(await send(url)).toMatchObject({
      error: { code: 'connection_lost', message: expect.stringContaining(url.replace('/v1', '')) as string },
    });
    const closed = await startHttp(() => {});
    await closed.close();
    expect(await send(`http://127.0.0.1:${closed.port}`)).toMatchObject({
      error: { code: 'connect_refused', message: expect.stringContaining('nothing listens') as string },
    });
    expect(await send('http://no-such-name.invalid')).toMatchObject({ error: { code: 'name_not_found' } });
    expect(await send(url, { headers: [['x', 'a\nb']] })).toMatchObject({
      error: { code: 'invalid_request' },
    });
  });

  it('hands over headers as they stand on the wire, and none of those in between', async () => {
    const server = await serverOf((_, response) => {
      response.writeEarlyHints({ link: '</x>; rel=preload' });
      response.writeHead(201, ['X-One', '1', 'Set-Cookie', 'a', 'X-Two', 'Ã¼', 'Set-Cookie', 'b']);
      response.end('x');
    });
    const sent = await upstreamOf().send(server.url);
    if (!sent.ok) throw new Error(sent.error.message);
    expect(sent.value.status).toBe(201);
    expect(sent.value.headers.slice(0, 4)).toEqual([
      ['x-one', '1'],
      ['set-cookie', 'a'],
      ['x-two', 'Ã¼'],
      ['set-cookie', 'b'],
    ]);
    expect(await textOf(sent.value)).toBe('x');
  });

  it('pauses an upstream whose answer nobody reads, and loses nothing of it', async () => {
    const piece = Buffer.alloc(64 * 1024, 'x');
    let written = 0;
    const server = await serverOf(async (_, response) => {
      for (let count = 0; count < 640 && !response.destroyed; count++) {
        written += piece.length;
        if (!response.write(piece)) await new Promise((resolve) => response.once('drain', resolve));
      }
      response.end();
    });
    const sent = await upstreamOf().send(server.url);
    if (!sent.ok) throw new Error(sent.error.message);
    await sleep(300);
    const stalledAt = written;
    // What both kernels hold comes on top of the mebibyte.
    expect(stalledAt).toBeLessThan(30 * 1024 * 1024);
    let read = 0;
    for await (const chunk of sent.value.body) read += chunk.length;
    expect(read).toBe(640 * piece.length);
  });

  it('breaks off what nobody wants the rest of', async () => {
    const server = await serverOf((_, response) => void response.write('first'));
    const { send, view } = upstreamOf();
    const sent = await send(server.url);
    if (!sent.ok) throw new Error(sent.error.message);
    for await (const chunk of sent.value.body) {
      expect(Buffer.from(chunk).toString()).toBe('first');
      break;
    }
    await expect.poll(server.open).toBe(0);
    expect(view()).toMatchObject({ open: 0, busy: 0 });
  });

  it('tells the reader where an answer broke off, after what has come of it', async () => {
    const server = await serverOf((_, response) => {
      response.write('first');
      setTimeout(() => response.destroy(), 30);
    });
    const sent = await upstreamOf().send(server.url);
    if (!sent.ok) throw new Error(sent.error.message);
    const seen: string[] = [];
    const reading = (async () => {
      for await (const chunk of sent.value.body) seen.push(Buffer.from(chunk).toString());
    })();
    await expect(reading).rejects.toThrow(/closed|terminated|aborted/);
    expect(seen).toEqual(['first']);
  });
});

describe('the connections to an origin', () => {
  it('are used again, by all who go there with the same settings', async () => {
    const server = await serverOf((request, response) => response.end(request.url));
    const { ask, view, upstream } = upstreamOf();
    for (let index = 0; index < 20; index++) {
      expect(await ask(`${server.url}/${index}`, { provider: `p${index}` })).toBe(`/v1/${index}`);
    }
    expect(server.accepted()).toBe(1);
    expect(upstream.connections()).toEqual([
      {
        origin: `http://127.0.0.1:${server.port}`,
        protocol: 'http/1.1',
        min: 5,
        max: 50,
        open: 1,
        busy: 0,
        waiting: 0,
        created: 1,
        reused: 19,
        timedOut: 0,
        acquireMs: 5_000,
        caFiles: [],
        sizes: expect.arrayContaining([1]) as unknown,
        sizeStepMs: 5_000,
      },
    ]);
    expect(view().origin).toBe(`http://127.0.0.1:${server.port}`);
  });

  it('are apart where a provider has other settings', async () => {
    const server = await serverOf((_, response) => response.end());
    const host = upstreamWith().upstream;
    cleanups.push(() => host.close());
    const options = { min: 0, max: 1, idleMs: 1, acquireMs: 1, http2: false, caFiles: [], noProxy: [] };
    const own = { ...options, proxy: 'none' } satisfies ConnectionOptions;
    const { ask, upstream } = upstreamOf({}, { providers: { one: own, two: { ...own } } });
    await ask(server.url);
    for (const provider of ['one', 'two', 'toString']) await ask(server.url, { provider });
    expect(upstream.connections().map(({ max, created, reused }) => [max, created, reused])).toEqual([
      [50, 1, 1],
      [1, 1, 1],
    ]);
  });

  it('grow with the calls to the maximum, and go back to the minimum when they are idle', async () => {
    const server = await holdingServer();
    const { ask, view } = upstreamOf({ min: 2, max: 6, idleMs: 80 });
    const calls = Array.from({ length: 6 }, () => ask(server.url));
    await server.arrived(6);
    expect(view()).toMatchObject({ open: 6, busy: 6, waiting: 0, created: 6, reused: 0 });
    server.letGo();
    expect(await Promise.all(calls)).toEqual(Array(6).fill('done'));
    expect(view()).toMatchObject({ open: 6, busy: 0 });
    await expect.poll(() => view().open).toBe(2);
    await expect.poll(server.open).toBe(2);
    await sleep(200);
    expect(server.open()).toBe(2);

    const more = [ask(server.url), ask(server.url), ask(server.url)];
    await server.arrived(3);
    expect(view()).toMatchObject({ created: 7, reused: 2, busy: 3 });
    server.letGo();
    await Promise.all(more);
  });

  it('are all idle at once only where the load is gone: a small load keeps few of them', async () => {
    const server = await holdingServer();
    const { ask, view } = upstreamOf({ min: 0, max: 6, idleMs: 100 });
    const burst = Array.from({ length: 6 }, () => ask(server.url));
    await server.arrived(6);
    server.letGo();
    await Promise.all(burst);
    for (let round = 0; round < 8; round++) {
      const one = ask(server.url);
      await server.arrived(1);
      server.letGo();
      await one;
      await sleep(30);
    }
    expect(view()).toMatchObject({ open: 1, created: 6, reused: 8 });
    await expect.poll(server.open).toBe(0);
  });

  it('are waited for in the order of the calls where all are busy', async () => {
    const order: string[] = [];
    const server = await serverOf((request, response) => {
      order.push(request.url!);
      setTimeout(() => response.end(), 5);
    });
    const { ask, view } = upstreamOf({ max: 2 });
    const calls = Array.from({ length: 8 }, (_, index) => ask(`${server.url}/${index}`));
    expect(view()).toMatchObject({ busy: 2, waiting: 6 });
    await Promise.all(calls);
    expect(order).toEqual(Array.from({ length: 8 }, (_, index) => `/v1/${index}`));
    expect(view()).toMatchObject({ created: 2, reused: 6, waiting: 0, busy: 0 });
  });

  it('are not waited for longer than allowed, in words that say which bound it was', async () => {
    const server = await holdingServer();
    const { send, ask, view } = upstreamOf({ max: 2, acquireMs: 60 });
    const served = [ask(server.url), ask(server.url)];
    const left = new AbortController();
    const leaving = send(server.url, { signal: left.signal });
    const late = send(server.url);
    left.abort();
    expect(await leaving).toMatchObject({ error: { code: 'cancelled' } });
    expect(await late).toEqual({
      ok: false,
      error: {
        code: 'connections_exhausted',
        message: `all 2 connections to http://127.0.0.1:${server.port} were busy for 0.06 s. Raise max in [connections], or have fewer calls at once.`,
      },
    });
    expect(view()).toMatchObject({ waiting: 0, busy: 2 });
    server.letGo();
    await Promise.all(served);
    expect(server.accepted()).toBe(2);
  });

  it('that the other side closes are not used again', async () => {
    const server = await serverOf((_, response) => response.setHeader('connection', 'close').end('x'));
    const { ask, view } = upstreamOf({ max: 1 });
    for (let index = 0; index < 5; index++) expect(await ask(server.url)).toBe('x');
    expect(server.accepted()).toBe(5);
    await expect.poll(() => view().open).toBe(0);
    expect(view()).toMatchObject({ created: 5, reused: 0, busy: 0 });
  });

  it('break off when the host stops', async () => {
    const server = await holdingServer();
    const { send, upstream } = upstreamOf({ max: 1 });
    const [busy, waiting] = [send(server.url), send(server.url)];
    await server.arrived(1);
    await upstream.close();
    expect(await busy).toMatchObject({ ok: false });
    expect(await waiting).toMatchObject({ ok: false });
    await expect.poll(server.open).toBe(0);
  });
});

describe('5,000 calls', () => {
  it('leave nothing behind, however they end', async () => {
    const server = await serverOf((request, response) => {
      const kind = Number(request.url!.split('/').at(-1)) % 10;
      if (kind === 1) return void request.socket.destroy();
      if (kind === 2) return void response.writeHead(500).end('no');
      response.write('begun');
      if (kind === 3) return void response.destroy();
      // It is for the client to leave.
      if (kind !== 4 && kind !== 5) response.end();
    });
    const { send, view } = upstreamOf({ min: 5, max: 20, idleMs: 50, acquireMs: 60_000 });
    const one = async (index: number) => {
      const stop = new AbortController();
      const kind = index % 10;
      if (kind === 6) setTimeout(() => stop.abort(), index % 3);
      if (kind === 7) queueMicrotask(() => stop.abort());
      const sent = await send(`${server.url}/${index}`, { signal: stop.signal });
      if (!sent.ok) return;
      if (kind === 5) setTimeout(() => stop.abort(), 1);
      try {
        for await (const _ of sent.value.body) if (kind === 4) break;
      } catch {
        // Broken off, by one side or the other.
      }
    };
    for (let begun = 0; begun < 5_000; begun += 250) {
      await Promise.all(Array.from({ length: 250 }, (_, index) => one(begun + index)));
      expect(server.open()).toBeLessThanOrEqual(20);
    }
    await expect.poll(() => view().busy).toBe(0);
    await expect.poll(() => view().open).toBeLessThanOrEqual(5);
    await expect.poll(server.open).toBe(view().open);
    expect(view()).toMatchObject({ waiting: 0 });
    expect(server.accepted()).toBe(view().created);
  }, 60_000);
});
