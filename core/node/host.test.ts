import { readdirSync, readFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunId } from '../base/ids.ts';
import { ask, callsOf, chat, post, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const provider = (endpoint: string, rest = '') =>
  `[providers.test]\nendpoint = "${endpoint}"\n${rest}\n[instances.test]\nprovider = "test"\nmodel = "real"\n`;

const fast = '[simulated]\nspeed = 0\n';
const impatient = '[retry]\nbase_ms = 1\n';

function journalBytes(host: TestHost): string {
  const files = readdirSync(host.dataDir).filter((name) => name.startsWith('journal'));
  return files.map((name) => readFileSync(join(host.dataDir, name), 'latin1')).join('');
}

describe('the data plane', () => {
  it.each(['text/event-stream', 'application/json', 'application/octet-stream'])(
    'gives the client the very bytes, status and headers of the upstream (%s)',
    async (type) => {
      const bytes = Buffer.concat([
        Buffer.from(
          'data: {"choices":[{"delta":{"content":"é🚦"},"finish_reason":"stop"}]}\r\n\r\n: c\n\ndata: [DONE]\n\n',
        ),
        Buffer.from([0xff, 0x00, 0xc3]),
      ]);
      const upstream = await bench.upstream((_, response) => {
        response.writeHead(200, {
          'content-type': type,
          'x-request-id': 'r-1',
          'x-ratelimit-remaining-tokens': '7',
        });
        for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
        response.end();
      });
      const host = await bench.host(provider(upstream.endpoint));
      const response = await ask(host, chat());
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-request-id')).toBe('r-1');
      expect(response.headers.get('x-ratelimit-remaining-tokens')).toBe('7');
      const { run, call } = await recordedCall(host, response);
      const detail = await host.services.findSpan(run.id, call.id);
      expect(Buffer.from(detail!.response!.text, 'base64').equals(bytes)).toBe(true);
    },
  );

  it('passes each piece of a stream on while the upstream is still talking', async () => {
    const gate = Promise.withResolvers<void>();
    const upstream = await bench.upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"first"}}]}\n\n');
      void gate.promise.then(() => response.end('data: [DONE]\n\n'));
    });
    const host = await bench.host(provider(upstream.endpoint));
    const response = await ask(host, { ...chat(), stream: true });
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value)).toContain('first');
    const runId = response.headers.get('x-signalbox-run') as RunId;
    const firstTokenAt = async () => (await callsOf(host, runId))[0]?.firstTokenAt;
    await expect.poll(firstTokenAt).toBeGreaterThan(0);
    expect(await callsOf(host, runId)).toMatchObject([{ status: 'running', streaming: true }]);
    gate.resolve();
    while (!(await reader.read()).done);
    const { run } = await recordedCall(host, response);
    expect(run).toMatchObject({ openCalls: 0, calls: 1, errors: 0 });
  });

  it('stops the upstream when the client leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const upstream = await bench.upstream((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      response.on('close', () => closed.resolve());
    });
    const host = await bench.host(provider(upstream.endpoint));
    const controller = new AbortController();
    const response = await fetch(`${host.dataPlane}/openai/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chat()),
      signal: controller.signal,
    });
    await response.body!.getReader().read();
    controller.abort();
    await closed.promise;
    const { call } = await recordedCall(host, response);
    expect(call).toMatchObject({ status: 'cancelled', error: { code: 'client_gone' } });
  });

  it.each([
    ['a body that is no JSON', '{"model":', 400, 'invalid_request', /not valid JSON/],
    ['a body without a model', '{"messages":[]}', 400, 'invalid_request', /names no model/],
    ['a body that is no object', '[1]', 400, 'invalid_request', /not a JSON object/],
    [
      'an unknown model',
      JSON.stringify(chat('nope')),
      404,
      'model_not_found',
      /"nope".*"fast".*signalbox\.toml/s,
    ],
  ])('answers %s in the shape of the provider, and records it', async (_, body, status, code, message) => {
    const host = await bench.host(fast);
    const response = await ask(host, body);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect((await recordedCall(host, response)).run).toMatchObject({ calls: 1, errors: 1 });
  });

  it('says who could not be reached, and where it was looked for', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const host = await bench.host(impatient + provider(`http://127.0.0.1:${port}/v1`));
    const response = await ask(host, chat());
    expect(response.status).toBe(502);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'connect_refused', type: 'server_error' });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it('tries the only instance again where that may help, a little later each time, and then says what it said', async () => {
    const busy = '{"error":{"message":"busy","code":"overloaded"}}';
    const upstream = await bench.upstream((_, response) => response.writeHead(503).end(busy));
    const host = await bench.host(impatient + provider(upstream.endpoint));
    const response = await ask(host, chat());
    expect([response.status, await response.text()]).toEqual([503, busy]);
    expect(upstream.requests).toHaveLength(3);
    const { run, call, attempts } = await recordedCall(host, response);
    expect(attempts.map(({ attempt, status, httpStatus }) => [attempt, status, httpStatus])).toEqual([
      [1, 'error', 503],
      [2, 'error', 503],
      [3, 'error', 503],
    ]);
    expect(call.waits.map(({ because }) => because)).toEqual(['backoff', 'backoff']);
    expect(run).toMatchObject({ calls: 1, errors: 1, retries: 2 });
  });

  it('never tries again what is wrong in itself', async () => {
    const upstream = await bench.upstream((_, response) => response.writeHead(400).end('{}'));
    const host = await bench.host(provider(upstream.endpoint));
    expect((await ask(host, chat())).status).toBe(400);
    expect(upstream.requests).toHaveLength(1);
  });

  it('sends the agent own key to its provider, and keeps it out of everything that is written', async () => {
    const key = 'sk-own-key-of-the-agent-0123456789';
    const upstream = await bench.upstream((request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `Incorrect API key: ${request.headers.authorization}` } }),
      );
    });
    const host = await bench.host();
    const passThrough = { openai: upstream.endpoint };
    const { run, environment } = await host.services.startRun({
      name: 'agent',
      passThrough,
      command: ['agent', `--key=${key}`],
    });
    expect(environment['OPENAI_API_KEY']).toBeUndefined();
    const headers = { authorization: `Bearer ${key}` };
    const asked = { ...chat('gpt-4o'), user: key };
    const response = await post(`${environment['OPENAI_BASE_URL']}/chat/completions`, asked, headers);
    expect(await response.text()).toContain(key);
    expect(upstream.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
    host.services.writeLogs(run.id, [{ stream: 'stdout', text: `using ${key}` }]);
    await host.services.endRun(run.id, { exitCode: 0 });
    expect((await callsOf(host, run.id))[0]).toMatchObject({ httpStatus: 401, status: 'error' });
    expect(journalBytes(host)).not.toContain(key);
  });

  it('passes other endpoints of a provider through too, and refuses them without a key', async () => {
    const upstream = await bench.upstream((request, response, body) =>
      response.end(`${request.method} ${request.url} ${body}`),
    );
    const host = await bench.host();
    const { environment, run } = await host.services.startRun({
      name: 'agent',
      passThrough: { anthropic: upstream.endpoint },
    });
    const anthropic = await post(
      `${environment['ANTHROPIC_BASE_URL']}/v1/messages?beta=true`,
      { model: 'claude' },
      { 'x-api-key': 'my-anthropic-key' },
    );
    expect(await anthropic.text()).toBe('POST /v1/messages?beta=true {"model":"claude"}');
    expect(upstream.requests[0]!.headers['x-api-key']).toBe('my-anthropic-key');
    const openai = await post(`${environment['OPENAI_BASE_URL']}/responses`, { model: 'gpt' });
    expect(openai.status).toBe(404);
    await recordedCall(host, openai);
    expect((await callsOf(host, run.id)).map((call) => call.operation)).toEqual(['messages', 'responses']);
  });

  it('spends a configured key only for a run of its own or for its own token', async () => {
    process.env['TEST_UPSTREAM_KEY'] = 'configured-key-0123456789';
    const upstream = await bench.upstream((request, response) => response.end(request.headers.authorization));
    const host = await bench.host(provider(upstream.endpoint, 'api_key_env = "TEST_UPSTREAM_KEY"'));
    const ask = (base: string, key: string) =>
      post(`${base}/chat/completions`, chat(), { authorization: `Bearer ${key}` });
    expect((await ask(`${host.dataPlane}/openai/v1`, 'somebody-else')).status).toBe(401);
    const own = await ask(`${host.dataPlane}/openai/v1`, host.services.info().clientToken);
    expect(await own.text()).toBe('Bearer configured-key-0123456789');
    const { environment } = await host.services.startRun({ name: 'agent' });
    expect((await ask(environment['OPENAI_BASE_URL']!, 'whatever-key')).status).toBe(200);
    expect(journalBytes(host)).not.toContain('configured-key-0123456789');
  });

  it('finds the run of a call by prefix, header and trace, and gives strangers one of their own', async () => {
    const host = await bench.host(fast);
    const { run } = await host.services.startRun({ name: 'agent' });
    const traceparent = `00-${'ab'.repeat(16)}-${'cd'.repeat(8)}-01`;
    const url = `${host.dataPlane}/openai/v1/chat/completions`;
    const ask = async (target: string, headers: Record<string, string> = {}) =>
      (await post(target, chat('fast'), headers)).headers.get('x-signalbox-run');
    expect(await ask(`${host.dataPlane}/r/${run.id}/openai/v1/chat/completions`)).toBe(run.id);
    expect(await ask(url, { 'x-signalbox-run': run.id, traceparent })).toBe(run.id);
    expect(await ask(url, { traceparent })).toBe(run.id);
    const strangers = [
      await ask(url, { 'user-agent': 'one/1' }),
      await ask(url, { 'user-agent': 'two/1' }),
      await ask(url, { 'user-agent': 'one/1' }),
    ];
    expect(strangers[0]).toBe(strangers[2]);
    expect(new Set([run.id, ...strangers]).size).toBe(3);
    await expect
      .poll(async () => (await callsOf(host, run.id)).map((call) => call.attribution))
      .toEqual(['prefix', 'header', 'traceparent']);
    await host.services.endRun(run.id, { exitCode: 0 });
    const late = await post(`${host.dataPlane}/r/${run.id}/openai/v1/chat/completions`, chat('fast'));
    expect([late.status, ((await late.json()) as { error: { code: string } }).error.code]).toEqual([
      404,
      'run_not_open',
    ]);
  });

  it('keeps web pages out', async () => {
    const host = await bench.host(fast);
    const url = new URL(`${host.dataPlane}/openai/v1/models`);
    const statusWith = (headers: Record<string, string>, method = 'GET') =>
      new Promise<number>((resolve, reject) => {
        const request = httpRequest(url, { method, headers }, (response) =>
          resolve(response.resume().statusCode!),
        );
        request.on('error', reject).end();
      });
    expect(await statusWith({})).toBe(200);
    expect(await statusWith({ host: `localhost:${url.port}` })).toBe(200);
    expect(await statusWith({ host: `evil.test:${url.port}` })).toBe(403);
    expect(await statusWith({ host: '127.0.0.1' })).toBe(403);
    expect(await statusWith({ origin: 'https://evil.test' })).toBe(403);
    expect(await statusWith({ 'sec-fetch-site': 'cross-site' })).toBe(403);
    expect(await statusWith({}, 'OPTIONS')).toBe(405);
    const form = await ask(host, JSON.stringify(chat('fast')), {
      'content-type': 'text/plain',
    });
    expect(form.status).toBe(415);
  });

  it('says what is wrong with a base URL, and remembers it for the Connect page', async () => {
    const host = await bench.host(fast);
    const response = await post(`${host.dataPlane}/v1/chat/completions?key=secret`, chat('fast'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(`OPENAI_BASE_URL=${host.dataPlane}/openai/v1`);
    expect(host.services.info().misdirected).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions' },
    ]);
  });

  it('refuses a body that is too large', async () => {
    const host = await bench.host(fast);
    const response = await post(
      `${host.dataPlane}/openai/v1/chat/completions`,
      `"${'x'.repeat(33 * 1024 * 1024)}"`,
    );
    expect(response.status).toBe(413);
  });
});
