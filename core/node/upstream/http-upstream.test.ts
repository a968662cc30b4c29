import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { UpstreamRequest } from '../../scheduling/upstream.ts';
import { createHttpUpstream } from './http-upstream.ts';

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function upstreamOf() {
  const upstream = createHttpUpstream();
  cleanups.push(() => upstream.close());
  return (url: string, more: Partial<UpstreamRequest> = {}) =>
    upstream.send({
      method: 'POST',
      url,
      headers: [],
      connectTimeoutMs: 5_000,
      signal: new AbortController().signal,
      ...more,
    });
}

async function portOf(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(() => new Promise((resolve) => server.close(resolve)));
  return (server.address() as AddressInfo).port;
}

describe('real HTTP', () => {
  it('waits for each connection as long as its request says, and says so', async () => {
    // TLS is part of a connection, and this server never says a word of it.
    const sockets: { destroy(): unknown }[] = [];
    const port = await portOf(createServer((socket) => sockets.push(socket)));
    cleanups.push(() => sockets.forEach((socket) => socket.destroy()));
    const send = upstreamOf();
    const waitFor = async (connectTimeoutMs: number) => {
      const started = performance.now();
      const sent = await send(`https://127.0.0.1:${port}/v1`, { connectTimeoutMs });
      return { sent, took: performance.now() - started };
    };
    const [short, long] = await Promise.all([waitFor(50), waitFor(1_500)]);
    expect(short.sent).toEqual({
      ok: false,
      error: {
        code: 'timeout',
        message: `https://127.0.0.1:${port} did not accept a connection within 0.05 s`,
      },
    });
    expect(long.sent).toMatchObject({
      error: { message: expect.stringContaining('within 1.5 s') as string },
    });
    expect(long.took).toBeGreaterThan(1_400);
    expect(long.took - short.took).toBeGreaterThan(400);
  });

  it('has as many requests under way at one origin as it is given', async () => {
    const all = Promise.withResolvers<void>();
    let open = 0;
    const server = createHttpServer(async (_, response) => {
      open += 1;
      if (open === 80) all.resolve();
      await all.promise;
      response.end();
    });
    const port = await portOf(server);
    const send = upstreamOf();
    const sent = await Promise.all(
      Array.from({ length: 80 }, (_, index) => send(`http://127.0.0.1:${port}/${index}`)),
    );
    expect(sent.map((one) => one.ok && one.value.status)).toEqual(Array(80).fill(200));
  });

  it('gives up as soon as nobody wants the answer', async () => {
    const arrived = Promise.withResolvers<void>();
    const port = await portOf(createHttpServer(() => arrived.resolve()));
    const stop = new AbortController();
    const sent = upstreamOf()(`http://127.0.0.1:${port}/v1`, { signal: stop.signal });
    await arrived.promise;
    stop.abort();
    expect(await sent).toMatchObject({ ok: false, error: { code: 'cancelled' } });
  });

  it('says what became of a connection that broke', async () => {
    const port = await portOf(createServer((socket) => socket.destroy()));
    const url = `http://127.0.0.1:${port}`;
    expect(await upstreamOf()(`${url}/v1`)).toMatchObject({
      error: { code: 'connection_lost', message: expect.stringContaining(url) as string },
    });
  });
});
