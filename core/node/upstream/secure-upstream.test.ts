import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionOptions } from '../../config/schema/connections.ts';
import { createAuthority } from './test-certificates.ts';
import { startHttp, startHttp2, startProxy, startSilent } from './test-servers.ts';
import { textOf, upstreamWith } from './test-upstream.ts';

const authority = createAuthority();
const identity = authority.issue(['127.0.0.1', 'upstream.test']);
const caFiles = ['ca.pem'];
const authorities = new Map([['ca.pem', authority.cert]]);

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

function upstreamOf(options: Partial<ConnectionOptions> = {}, env: NodeJS.ProcessEnv = {}) {
  const made = upstreamWith({ caFiles, ...options }, { authorities, env });
  cleanups.push(() => made.upstream.close());
  return { ...made, view: () => made.upstream.connections()[0]! };
}

async function closing<Server extends { close(): Promise<void> }>(
  starting: Promise<Server>,
): Promise<Server> {
  const server = await starting;
  cleanups.push(() => server.close());
  return server;
}

describe('over TLS', () => {
  it('a server of an authority that was named is trusted, and beside it nobody else', async () => {
    const server = await closing(startHttp((_, response) => response.end('safe'), identity));
    const url = `https://127.0.0.1:${server.port}`;
    expect(await upstreamOf().ask(url)).toBe('safe');
    const { send } = upstreamOf({ caFiles: [] });
    expect(await send(url)).toMatchObject({
      error: {
        code: 'tls',
        message: expect.stringMatching(
          /its authority is not known here.*ca_files of \[connections\]/,
        ) as string,
      },
    });
    const other = createAuthority('somebody else').issue(['127.0.0.1']);
    const foreign = await closing(startHttp((_, response) => response.end('unsafe'), other));
    expect(await upstreamOf().send(`https://127.0.0.1:${foreign.port}`)).toMatchObject({
      error: { code: 'tls' },
    });
  });

  it.each([
    ['expired', authority.issue(['127.0.0.1'], new Date(Date.now() - 86_400_000)), 'it has expired'],
    ['for another name', authority.issue(['other.test']), 'it is for another name'],
  ])('a certificate that is %s is refused, and nothing is left open', async (_, wrong, why) => {
    const server = await closing(startHttp((_, response) => response.end('unsafe'), wrong));
    const { send, view } = upstreamOf();
    const url = `https://127.0.0.1:${server.port}`;
    const refused = await Promise.all([send(url), send(url), send(url)]);
    for (const one of refused) {
      expect(one).toMatchObject({
        error: { code: 'tls', message: expect.stringContaining(`was not accepted: ${why} (`) as string },
      });
    }
    await expect.poll(server.open).toBe(0);
    expect(view()).toMatchObject({ open: 0, busy: 0, waiting: 0, created: 0 });
  });

  it('a server without it is told apart from one that is not trusted', async () => {
    const server = await closing(startHttp((_, response) => response.end()));
    expect(await upstreamOf().send(`https://127.0.0.1:${server.port}`)).toMatchObject({
      error: { code: 'tls', message: expect.stringContaining('does not speak TLS') as string },
    });
  });

  it('one connection carries many calls where HTTP/2 is spoken', async () => {
    let atOnce = 0;
    const all = Promise.withResolvers<void>();
    const server = await closing(
      startHttp2(identity, async (request, response) => {
        atOnce += 1;
        if (atOnce === 40) all.resolve();
        await all.promise;
        response.setHeader('x-version', request.httpVersion);
        response.end(request.url);
      }),
    );
    const { send, view } = upstreamOf({ max: 4 });
    const url = `https://127.0.0.1:${server.port}`;
    const sent = await Promise.all(
      Array.from({ length: 40 }, (_, index) => send(`${url}/${index}`, { body: Buffer.from('{}') })),
    );
    for (const [index, one] of sent.entries()) {
      if (!one.ok) throw new Error(one.error.message);
      expect(one.value.status).toBe(200);
      expect(one.value.headers).toContainEqual(['x-version', '2.0']);
      expect(one.value.headers.filter(([name]) => name.startsWith(':'))).toEqual([]);
      expect(await textOf(one.value)).toBe(`/${index}`);
    }
    expect(server.accepted()).toBe(1);
    expect(view()).toMatchObject({ protocol: 'h2', open: 1, busy: 0, waiting: 0, created: 1, reused: 39 });
  });

  it('a further connection is made where one may not carry more', async () => {
    let most = 0;
    let now = 0;
    const server = await closing(
      startHttp2(
        identity,
        async (_, response) => {
          most = Math.max(most, ++now);
          await sleep(20);
          now -= 1;
          response.end('x');
        },
        { maxConcurrentStreams: 2 },
      ),
    );
    const { ask, view } = upstreamOf({ max: 3 });
    const url = `https://127.0.0.1:${server.port}`;
    await ask(url);
    const answers = await Promise.all(Array.from({ length: 30 }, () => ask(url)));
    expect(answers).toEqual(Array(30).fill('x'));
    expect(server.accepted()).toBe(3);
    expect(most).toBeGreaterThan(2);
    expect(most).toBeLessThanOrEqual(6);
    await expect.poll(() => view().busy).toBe(0);
  });

  it('a call that is given up ends alone on a connection that others share', async () => {
    const server = await closing(
      startHttp2(identity, (request, response) => {
        response.write('begun');
        if (request.url !== '/held') response.end();
      }),
    );
    const { send, ask, view } = upstreamOf();
    const url = `https://127.0.0.1:${server.port}`;
    const stop = new AbortController();
    const held = await send(`${url}/held`, { signal: stop.signal });
    if (!held.ok) throw new Error(held.error.message);
    stop.abort();
    await expect(textOf(held.value)).rejects.toThrow('cancelled');
    expect(await ask(`${url}/other`)).toBe('begun');
    expect(server.accepted()).toBe(1);
    await expect.poll(() => view().busy).toBe(0);
  });

  it.each([
    [
      'the server cannot',
      true,
      (options: object) => startHttp((_, r) => r.end(JSON.stringify(options)), identity),
    ],
    [
      'it is switched off',
      false,
      () =>
        startHttp2(identity, (request, response) => response.end(request.httpVersion), { allowHTTP1: true }),
    ],
  ])('HTTP/1.1 is spoken where %s', async (_, http2, start) => {
    const server = await closing(start({}));
    const { ask, view } = upstreamOf({ http2, max: 3 });
    const url = `https://127.0.0.1:${server.port}`;
    await Promise.all(Array.from({ length: 9 }, () => ask(url)));
    expect(view()).toMatchObject({ protocol: 'http/1.1', created: 3, reused: 6, open: 3 });
  });
});

describe('through a proxy', () => {
  it('a tunnel leads to a server with TLS, whose certificate is verified all the same', async () => {
    const proxy = await closing(startProxy());
    const server = await closing(startHttp((_, response) => response.end('through'), identity));
    const { ask, send, view } = upstreamOf({ proxy: `http://127.0.0.1:${proxy.port}` });
    const url = `https://upstream.test:${server.port}`;
    expect(await ask(url)).toBe('through');
    expect(await ask(url)).toBe('through');
    expect(proxy.asked).toEqual([`CONNECT upstream.test:${server.port}`]);
    expect(view()).toMatchObject({ via: `http://127.0.0.1:${proxy.port}`, created: 1, reused: 1 });
    expect(await send(`https://other.test:${server.port}`)).toMatchObject({
      error: { code: 'tls', message: expect.stringContaining('for another name') as string },
    });
  });

  it('HTTP/2 passes as well, and over a proxy that has TLS itself', async () => {
    const server = await closing(
      startHttp2(identity, (request, response) => response.end(request.httpVersion)),
    );
    const proxy = await closing(startProxy({ identity }));
    const { ask } = upstreamOf({ proxy: `https://127.0.0.1:${proxy.port}` });
    expect(await ask(`https://upstream.test:${server.port}`)).toBe('2.0');
    expect(await ask('http://plain.test:8080')).toBe('plain.test:8080 by proxy to 8080');
    expect(proxy.asked).toEqual([`CONNECT upstream.test:${server.port}`, 'POST http://plain.test:8080/']);
  });

  it('a server without TLS is asked for by its whole address', async () => {
    const proxy = await closing(startProxy());
    const env = { HTTP_PROXY: `http://user:p%40ss@127.0.0.1:${proxy.port}` };
    const { ask, view } = upstreamOf({}, env);
    expect(await ask('http://upstream.test:8080/v1/x?y=1', { method: 'GET' })).toBe(
      'upstream.test:8080 by proxy to 8080',
    );
    const credential = Buffer.from('user:p@ss').toString('base64');
    expect(proxy.asked).toEqual([`GET http://upstream.test:8080/v1/x?y=1 Basic ${credential}`]);
    expect(view().via).toBe(`http://127.0.0.1:${proxy.port}`);
  });

  it('this machine and what is excepted is reached directly', async () => {
    const proxy = await closing(startProxy());
    const server = await closing(startHttp((_, response) => response.end('direct')));
    const { ask, send } = upstreamOf({ proxy: `http://127.0.0.1:${proxy.port}`, noProxy: ['.invalid'] });
    expect(await ask(`http://127.0.0.1:${server.port}`)).toBe('direct');
    expect(await send('http://no-such.invalid')).toMatchObject({ error: { code: 'name_not_found' } });
    expect(proxy.asked).toEqual([]);
  });

  it('what goes wrong there is said of the proxy', async () => {
    const proxy = await closing(startProxy({ refuse: 407 }));
    const { send } = upstreamOf({ proxy: `http://127.0.0.1:${proxy.port}` });
    expect(await send('https://upstream.test')).toEqual({
      ok: false,
      error: {
        code: 'proxy_failed',
        message: `the proxy http://127.0.0.1:${proxy.port} made no connection to upstream.test:443 (407 No). Check proxy and no_proxy in [connections].`,
      },
    });
    await expect.poll(proxy.open).toBe(0);
    await proxy.close();
    expect(await send('https://upstream.test')).toMatchObject({
      error: { code: 'proxy_failed', message: expect.stringContaining('could not be reached') as string },
    });
  });

  it('that says nothing is waited for no longer than for a connection', async () => {
    const silent = await closing(startSilent());
    const { send } = upstreamOf({ proxy: `http://127.0.0.1:${silent.port}` });
    expect(await send('https://upstream.test', { connectTimeoutMs: 60 })).toMatchObject({
      error: { code: 'timeout' },
    });
    expect(silent.accepted()).toBe(1);
    await expect.poll(silent.open).toBe(0);
  });
});
