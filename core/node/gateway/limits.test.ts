import { once } from 'node:events';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { createTestBench } from '../test-host.ts';
import { createLimitedServer } from './limited-server.ts';

const bench = createTestBench();
const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
  await bench.close();
});

async function portOf(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanups.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A connection by hand: what it was told so far, and whether it has ended. */
function open(port: number, first = '') {
  const socket: Socket = connect({ port, host: '127.0.0.1' });
  let text = '';
  socket.setEncoding('utf8').on('data', (more: string) => (text += more));
  socket.on('error', () => undefined);
  if (first !== '') socket.write(first);
  cleanups.push(() => socket.destroy());
  return { socket, text: () => text, closed: once(socket, 'close') };
}

const get = (path = '/', ...headers: string[]) =>
  `GET ${path} HTTP/1.1\r\n${headers.map((line) => `${line}\r\n`).join('')}\r\n`;
const post = (port: number, path: string, body: string, ...headers: string[]) =>
  [
    `POST ${path} HTTP/1.1`,
    `host: 127.0.0.1:${port}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    'connection: close',
    ...headers,
    '',
    body,
  ].join('\r\n');

function statusOf(text: string): number {
  return Number(text.split(' ')[1]);
}

function errorOf(text: string): unknown {
  return JSON.parse(text.slice(text.indexOf('{'), text.lastIndexOf('}') + 1));
}

describe('connections', () => {
  it('beyond the limit are told to come again, whether they say something or not; later ones are served', async () => {
    const held: ServerResponse[] = [];
    const server = createLimitedServer(2).on('request', (_: IncomingMessage, response) =>
      held.push(response),
    );
    const port = await portOf(server);
    const first = open(port, get('/', 'host: x'));
    open(port, get('/', 'host: x'));
    while (held.length < 2) await sleep(5);
    for (const more of [open(port), open(port, get('/', 'host: x'))]) {
      await more.closed;
      expect(statusOf(more.text())).toBe(503);
      expect(more.text()).toMatch(/\r\nretry-after: 1\r\n/);
      expect(errorOf(more.text())).toMatchObject({ error: { code: 'too_many_connections' } });
    }
    first.socket.destroy();
    await first.closed;
    await sleep(20);
    open(port, get('/', 'host: x'));
    while (held.length < 3) await sleep(5);
  });

  it('that wait for nothing make room', async () => {
    const server = createLimitedServer(1).on('request', (_: IncomingMessage, response) =>
      response.end('hello'),
    );
    const port = await portOf(server);
    const idle = open(port, get('/', 'host: x'));
    while (!idle.text().includes('hello')) await sleep(5);
    const next = open(port, get('/', 'host: x'));
    while (!next.text().includes('hello')) await sleep(5);
    await idle.closed;
    expect(next.text()).toContain('hello');
  });
});

describe('the data plane', () => {
  async function host(settings?: string) {
    const started = await bench.host(settings);
    return { ...started, port: Number(new URL(started.dataPlane).port) };
  }
  const answerTo = async (port: number, text: string) => {
    const asked = open(port, text);
    await asked.closed;
    return asked.text();
  };

  it('refuses what is too much or too strange, each in the shape of its dialect', async () => {
    const { port } = await host();
    const own = `host: 127.0.0.1:${port}`;
    const many = Array.from({ length: 101 }, (_, index) => `x-${index}: 1`);
    const messages = '/anthropic/v1/messages';
    const anthropic = { type: 'error', error: { type: expect.any(String) as string } };
    const openai = { error: { message: expect.any(String) as string, type: 'invalid_request_error' } };
    for (const [status, text, shape] of [
      [431, get(messages, own, ...many, 'connection: close'), anthropic],
      [431, get(messages, own, `x-long: ${'y'.repeat(17_000)}`), openai],
      [400, get('http://[', own, 'connection: close'), openai],
      [404, get('//evil.test/x', own, 'connection: close'), openai],
      [400, 'nonsense\r\n\r\n', openai],
      [400, post(port, messages, `{"model":"x","messages":${'['.repeat(65)}${']'.repeat(65)}}`), anthropic],
      [400, post(port, messages, '['.repeat(100_000)), anthropic],
      [417, post(port, messages, '{}', 'expect: magic'), anthropic],
      [
        417,
        post(port, '/v1/traces', '{}', 'expect: magic'),
        { code: 3, message: expect.any(String) as string },
      ],
      [431, get('/v1/traces', own, ...many, 'connection: close'), { code: 3 }],
      [417, post(port, '/mcp/none', '{}', 'expect: magic'), { jsonrpc: '2.0', error: { code: -32_600 } }],
      [400, get(messages, 'connection: close'), anthropic],
      [403, 'GET /openai/v1/models HTTP/1.0\r\n\r\n', { error: { type: 'permission_error' } }],
    ] as const) {
      const answer = await answerTo(port, text);
      expect([text.slice(0, 60), statusOf(answer)]).toEqual([text.slice(0, 60), status]);
      expect(errorOf(answer)).toMatchObject(shape);
    }
  });

  it('says nothing into an answer that has begun, where what follows the request cannot be read', async () => {
    const { port } = await host();
    for (const [target, code] of [
      ['/healthz', 'host_not_allowed'],
      ['http://[', 'invalid_request'],
    ]) {
      const answer = await answerTo(port, `GET ${target} HTTP/1.0\r\n\r\nnonsense\r\n\r\n`);
      expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      expect(errorOf(answer)).toMatchObject({ error: { code } });
    }
  });

  it('takes what is nested as deep as it may be', async () => {
    const { port } = await host('[simulated]\nspeed = 0\n');
    const metadata = `${'{"a":'.repeat(62)}1${'}'.repeat(62)}`;
    const body = `{"model":"fast","messages":[{"role":"user","content":"hi"}],"metadata":${metadata}}`;
    expect(statusOf(await answerTo(port, post(port, '/openai/v1/chat/completions', body)))).toBe(200);
  });

  it('stops an upstream whose client takes nothing, and goes on when it does', async () => {
    let sent = 0;
    const piece = `data: {"choices":[{"index":0,"delta":{"content":"${'x'.repeat(64 * 1024)}"}}]}\n\n`;
    const upstream = await bench.upstream(async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let count = 0; count < 1_000; count++) {
        sent += piece.length;
        if (!response.write(piece)) await once(response, 'drain');
      }
      response.end('data: [DONE]\n\n');
    });
    const { port } = await host(
      `[providers.test]\nendpoint = "${upstream.endpoint}"\n[instances.test]\nprovider = "test"\nmodel = "real"\n`,
    );
    const body = '{"model":"real","stream":true,"messages":[]}';
    const slow = open(port);
    slow.socket.pause();
    slow.socket.write(post(port, '/openai/v1/chat/completions', body));
    let before = -1;
    while (sent === 0 || sent !== before) {
      before = sent;
      await sleep(200);
    }
    // What the sockets of the system hold, and at most a little of ours.
    expect(sent).toBeLessThan(24 * 1024 * 1024);
    slow.socket.resume();
    await slow.closed;
    expect(slow.text().endsWith('data: [DONE]\n\n\r\n0\r\n\r\n')).toBe(true);
    expect(sent).toBe(piece.length * 1_000);
  });
});
