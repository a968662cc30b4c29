import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { startTestHost } from '../test-host.ts';
import { follow, read, TestClient } from './test-client.ts';
import { countDropped, logTexts, mcpSpans } from './test-run.ts';

type Answer = (request: IncomingMessage, response: ServerResponse, body: string) => unknown;

let answer: Answer;
let seen: {
  readonly method: string;
  readonly url: string;
  readonly headers: readonly string[];
  readonly body: string;
}[];
let closed: number;
const upstream = createServer(async (request, response) => {
  let body = '';
  request.setEncoding('utf8');
  for await (const chunk of request) body += String(chunk);
  const { method = '', url = '', rawHeaders: headers } = request;
  seen.push({ method, url, headers, body });
  response.on('close', () => {
    if (!response.writableFinished) closed += 1;
  });
  await answer(request, response, body);
});

let base: string;
let host: Awaited<ReturnType<typeof startTestHost>>;
let run: RunId;

beforeAll(async () => {
  await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(upstream.address() as AddressInfo).port}`;
  host = await startTestHost(
    `[mcp.far]\nurl = "${base}/mcp?team=a"\n[mcp.closed]\nurl = "http://127.0.0.1:9/mcp"\n[mcp.deep]\nurl = "${base}/a/b/mcp"`,
  );
});
afterAll(async () => {
  await host.remove();
  upstream.closeAllConnections();
  upstream.close();
});
beforeEach(async () => {
  seen = [];
  closed = 0;
  run = (await host.services.startRun({ name: 'agent' })).run.id;
});

const client = (server = 'far') => new TestClient(`${host.dataPlane}/r/${run}/mcp/${server}`);
const json: (value: unknown, headers?: Record<string, string>, status?: number) => Answer =
  (value, headers = {}, status = 200) =>
  (_, response) =>
    response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
const result = (id: number | string, value: object = {}) => ({ jsonrpc: '2.0', id, result: value });

const spans = () => mcpSpans(host, run);

describe('what passes to a server and back', () => {
  it('is the same, byte for byte', async () => {
    const odd = `{ "jsonrpc" : "2.0",\n "id":1, "result":{"x":1.0, "y":"\\u00e9☃" } }\n\n`;
    answer = (_, response) =>
      response
        .writeHead(200, 'Fine', [
          'Content-Type',
          'application/json',
          'X-Twice',
          'a',
          'X-Twice',
          'b',
          'Mcp-Odd',
          '1',
        ])
        .end(odd);
    const body = '{ "jsonrpc":"2.0","id" : 1,\n"method":"tools/list" }';
    const headers = {
      ...client().headers,
      'mcp-method': 'tools/list',
      'mcp-param-region': 'eu',
      'x-own': 'kept',
    };
    const response = await fetch(client().url, { method: 'POST', headers, body });
    expect(await response.text()).toBe(odd);
    expect([response.status, response.headers.get('x-twice'), response.headers.get('mcp-odd')]).toEqual([
      200,
      'a, b',
      '1',
    ]);
    expect(response.headers.get('x-signalbox-run')).toBe(run);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/mcp?team=a', body });
    const sent = seen[0]!.headers.map((text) => text.toLowerCase());
    for (const [name, value] of Object.entries({
      'mcp-param-region': 'eu',
      'x-own': 'kept',
      'mcp-method': 'tools/list',
    }))
      expect(sent[sent.indexOf(name) + 1]).toBe(value);
    expect(sent.some((name) => name.startsWith('x-signalbox'))).toBe(false);
    const [span] = await spans();
    const detail = await host.services.findSpan(run, span!.id);
    expect([detail?.request?.text, detail?.response?.text]).toEqual([body, odd]);
    expect(span!.responseHeaders).toMatchObject({ 'mcp-odd': '1' });
  });

  it.each([1, 5, 4_096])('is a stream, byte for byte, in pieces of %i', async (size) => {
    const text =
      ': hello\r\n\r\nid: 1\r\ndata: {"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"☃"}}\r\n\r\n' +
      `event: message\ndata: ${JSON.stringify(result(1, { ok: '☃' }))}\n\n`;
    const bytes = Buffer.from(text);
    answer = async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      for (let at = 0; at < bytes.length; at += size) response.write(bytes.subarray(at, at + size));
      response.end();
    };
    expect((await client().ask('tools/list')).text).toBe(text);
    expect(await spans()).toMatchObject([{ status: 'ok', httpStatus: 200 }]);
    expect(await logTexts(host, run)).toEqual(['far → notifications/message: info ☃']);
  });

  it('comes as it is said, not when all is', async () => {
    const rest = Promise.withResolvers<void>();
    answer = async (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': first\n\n');
      await rest.promise;
      response.end(`data: ${JSON.stringify(result(1))}\n\n`);
    };
    const stream = follow(
      await client().send('POST', {}, { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' }),
    );
    await stream.until('first');
    rest.resolve();
    expect(await stream.until('result')).toContain('"id":1');
  });

  it('keeps the session’s id, but not in the record', async () => {
    answer = json(result(1, { protocolVersion: '2025-11-25' }), { 'mcp-session-id': 'a-secret-session' });
    const far = client();
    await far.initialize();
    expect(far.headers['mcp-session-id']).toBe('a-secret-session');
    answer = json(result(2));
    await far.ask('tools/list');
    expect(seen.at(-1)!.headers.map((text) => text.toLowerCase())).toContain('a-secret-session');
    expect(JSON.stringify(await spans())).not.toContain('a-secret-session');
    expect((await spans()).at(-1)).toMatchObject({ protocolVersion: '2025-11-25' });
  });

  it('is also what is no JSON-RPC', async () => {
    answer = json({ error: 'what?' }, {}, 400);
    const response = await fetch(client().url, {
      method: 'POST',
      headers: client().headers,
      body: '{"jsonrpc":',
    });
    expect([response.status, await response.text()]).toEqual([400, '{"error":"what?"}']);
    expect(seen[0]!.body).toBe('{"jsonrpc":');
  });
});

describe('credentials', () => {
  it('of the agent go to its server, and not into the record', async () => {
    answer = json(result(1));
    await client().ask('tools/list', {}, { authorization: 'Bearer the-agents-own-token' });
    expect(seen[0]!.headers).toContain('Bearer the-agents-own-token');
    const [span] = await spans();
    expect(JSON.stringify(await host.services.findSpan(run, span!.id))).not.toContain('the-agents-own-token');
  });

  it('of Signalbox go nowhere', async () => {
    answer = json(result(1));
    const { clientToken } = host.services.info();
    await client().ask('tools/list', {}, { authorization: `Bearer ${clientToken}` });
    expect(seen[0]!.headers.join()).not.toContain(clientToken);
  });
});

describe('a server that fails', () => {
  it('to be there is said in MCP’s own shape', async () => {
    const answer = await client('closed').ask('tools/list');
    expect(answer).toMatchObject({ status: 502, messages: [{ id: 1, error: { code: -32_603 } }] });
    expect(answer.text).toMatch(/cannot be reached: nothing listens there/);
    expect(await spans()).toMatchObject([{ status: 'error', error: { code: 'econnrefused' } }]);
  });

  it.each([
    ['with a status', json({ message: 'busy' }, {}, 503), 'http_503', 503],
    ['to answer', json({}), 'no_answer', 200],
    [
      'in the middle',
      (_: unknown, response: ServerResponse) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': so far\n\n');
        setTimeout(() => response.destroy(), 20);
      },
      'connection_lost',
      200,
    ],
  ])('%s is passed on and recorded', async (_, how, code, status) => {
    answer = how;
    const response = await client().send('POST', {}, { body: '{"jsonrpc":"2.0","id":1,"method":"ping"}' });
    const isBroken = await response.text().then(
      () => false,
      () => true,
    );
    expect([response.status, isBroken]).toEqual([status, code === 'connection_lost']);
    expect(await spans()).toMatchObject([{ status: 'error', error: { code } }]);
  });
});

describe('a server that floods', () => {
  const note = (data: unknown) => ({
    jsonrpc: '2.0',
    method: 'notifications/message',
    params: { level: 'info', data },
  });
  const events = (messages: readonly object[]): Answer => {
    const text = messages.map((message) => `data: ${JSON.stringify(message)}\n\n`).join('');
    return (_, response) => response.writeHead(200, { 'content-type': 'text/event-stream' }).end(text);
  };
  const logs = () => logTexts(host, run);

  it('is cut in the record of the run that it floods, and in no other', async () => {
    const flooded = run;
    const many = Array.from({ length: 5_000 }, (_, index) => note(index));
    answer = events([...many, result(1)]);
    expect((await client().ask('tools/list')).messages).toHaveLength(5_001);
    run = (await host.services.startRun({ name: 'another' })).run.id;
    answer = events([note('one'), note('two'), result(1)]);
    await client().ask('tools/list');
    expect(await logs()).toEqual([
      expect.stringMatching(/: info one$/),
      expect.stringMatching(/: info two$/),
    ]);
    run = flooded;
    const shown = async () => (await logs()).filter((line) => line.includes(': info ')).length;
    const dropped = () => countDropped(host, run, 'notifications');
    await expect.poll(async () => (await shown()) + (await dropped()), { timeout: 5_000 }).toBe(5_000);
    expect(await dropped()).toBeGreaterThan(1_000);
  });

  it('with questions, too, which all pass', async () => {
    const many = Array.from({ length: 3_000 }, (_, id) => ({ jsonrpc: '2.0', id, method: 'roots/list' }));
    answer = events([...many, result('x')]);
    const answered = await client().post({ id: 'x', method: 'tools/list' });
    expect(answered.messages).toHaveLength(3_001);
    expect((await spans()).length).toBeLessThan(1_100);
    await expect
      .poll(logs, { timeout: 5_000 })
      .toContainEqual(expect.stringMatching(/^far requests: \d+ more/));
  });

  it('or answers twice, and what nobody asked, is recorded as it should have been', async () => {
    answer = events([result(1, { tools: [] }), result(1, { tools: [1] }), result('nobody')]);
    expect((await client().ask('tools/list')).messages).toHaveLength(3);
    expect(await spans()).toMatchObject([{ status: 'ok', requestId: 1 }]);
  });
});

describe('a client that leaves', () => {
  it.each([
    ['2026-07-28', 'cancelled'],
    ['2025-11-25', 'cancelled'],
  ])('is seen to by the server, too (%s)', async (version, status) => {
    answer = (_, response) =>
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write(': wait\n\n');
    const gone = new AbortController();
    const response = await client().send(
      'POST',
      { 'mcp-protocol-version': version },
      {
        body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}',
        signal: gone.signal,
      },
    );
    await follow(response).until('wait');
    gone.abort();
    await expect.poll(() => closed).toBe(1);
    await expect.poll(async () => (await spans())[0]?.status).toBe(status);
  });

  it('may come back for the rest where it was given an event', async () => {
    answer = (_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' }).write('id: e1\nretry: 10\ndata: \n\n');
      setTimeout(() => response.end(), 20);
    };
    const first = await client().ask('tools/call', { name: 'slow' });
    expect(first.eventIds).toEqual(['e1']);
    expect(await spans()).toMatchObject([{ status: 'running' }]);
    answer = (request, response) => {
      expect(request.headers['last-event-id']).toBe('e1');
      response
        .writeHead(200, { 'content-type': 'text/event-stream' })
        .end(`data: ${JSON.stringify(result(1))}\n\n`);
    };
    const rest = await read(await client().send('GET', { 'last-event-id': 'e1' }));
    expect(rest.messages[0]).toMatchObject({ id: 1 });
    expect(await spans()).toMatchObject([{ status: 'ok' }]);
  });
});

it('a slow reader slows the server down', async () => {
  let written = 0;
  const chunk = Buffer.alloc(64 * 1024, 'a');
  answer = async (_, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    for (; written < 200 && !response.destroyed; written++)
      if (!response.write(chunk))
        await Promise.race([new Promise((resolve) => response.once('drain', resolve)), sleep(2_000)]);
    response.end();
  };
  const response = await client().send(
    'POST',
    {},
    { body: '{"jsonrpc":"2.0","id":1,"method":"tools/list"}' },
  );
  await sleep(500);
  expect(written).toBeLessThan(200);
  await response.body?.cancel();
});

describe('OAuth', () => {
  const challenge = (url: string) => `Bearer error="invalid_token", resource_metadata="${url}", scope="a b"`;
  const metadata = (resource: string) => ({
    resource,
    authorization_servers: ['https://login.test'],
    scopes_supported: ['a'],
  });

  it('is told of our address where the server tells of its own', async () => {
    answer = json({}, { 'www-authenticate': challenge(`${base}/custom/place.json`) }, 401);
    const { status, headers } = await client().ask('tools/list');
    const place = `${host.dataPlane}/.well-known/oauth-protected-resource/r/${run}/mcp/far`;
    expect([status, headers.get('www-authenticate')]).toEqual([401, challenge(place)]);
    answer = json(metadata(`${base}/mcp`));
    expect(await (await fetch(place)).json()).toEqual(metadata(client().url));
    expect(seen.at(-1)!.url).toBe('/custom/place.json');
  });

  it('finds the metadata where no challenge names them', async () => {
    answer = (request, response) =>
      request.url === '/.well-known/oauth-protected-resource'
        ? json(metadata(base))(request, response, '')
        : json({}, {}, 404)(request, response, '');
    const place = `${host.dataPlane}/.well-known/oauth-protected-resource/mcp/deep`;
    expect(await (await fetch(place)).json()).toEqual(metadata(`${host.dataPlane}/mcp/deep`));
    expect(seen.map(({ url }) => url)).toEqual([
      '/.well-known/oauth-protected-resource/a/b/mcp',
      '/.well-known/oauth-protected-resource',
    ]);
    answer = json({}, {}, 404);
    expect((await fetch(place)).status).toBe(404);
  });

  it('sees that a resource is not the server’s, as without us', async () => {
    answer = json(metadata('https://evil.test/mcp'));
    const place = `${host.dataPlane}/.well-known/oauth-protected-resource/mcp/deep`;
    expect(await (await fetch(place)).json()).toEqual(metadata('https://evil.test/mcp'));
  });

  it('is left alone where a challenge points elsewhere', async () => {
    answer = json({}, { 'www-authenticate': challenge('http://169.254.169.254/latest') }, 401);
    const { headers } = await client('deep').ask('tools/list');
    expect(headers.get('www-authenticate')).toBe(challenge('http://169.254.169.254/latest'));
  });
});

it('a trace in the request brings it to its run', async () => {
  answer = json(result(1));
  const traceparent = `00-${'c'.repeat(32)}-${'d'.repeat(16)}-01`;
  await client().ask('tools/list', { _meta: { traceparent } });
  const elsewhere = new TestClient(`${host.dataPlane}/mcp/far`);
  const { headers } = await elsewhere.ask('tools/list', { _meta: { traceparent } });
  expect(headers.get('x-signalbox-run')).toBe(run);
  expect((await spans()).map(({ attribution }) => attribution)).toEqual(['prefix', 'traceparent']);
});
