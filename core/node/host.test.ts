import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer, request as httpRequest } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunId } from '../base/ids.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { CallSpan } from '../journal/run-state.ts';
import { startHost } from './host.ts';
import { installation } from './installation.ts';
import { startTestHost, startTestUpstream } from './test-host.ts';

type TestHost = Awaited<ReturnType<typeof startTestHost>>;
const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const clean of cleanups.splice(0).toReversed()) await clean();
});

async function hostWith(settings?: string): Promise<TestHost> {
  const host = await startTestHost(settings);
  cleanups.push(() => host.remove());
  return host;
}

async function upstreamWith(answer: Parameters<typeof startTestUpstream>[0]) {
  const upstream = await startTestUpstream(answer);
  cleanups.push(() => upstream.close());
  return upstream;
}

const provider = (endpoint: string, rest = '') =>
  `[providers.test]\nendpoint = "${endpoint}"\n${rest}\n[instances.test]\nprovider = "test"\nmodel = "real"\n`;

function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const chat = (model = 'real') => ({ model, messages: [{ role: 'user', content: 'hello' }] });
const fast = '[simulated]\nspeed = 0\n';

async function callsOf(host: TestHost, run: RunId): Promise<CallSpan[]> {
  const spans = await host.services.listSpans(run);
  return spans.filter((span): span is CallSpan => span.kind === 'call');
}

async function newestRun(host: TestHost) {
  await sleep(30);
  const [run] = await host.services.listRuns({ limit: 1 });
  return run!;
}

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
      const upstream = await upstreamWith((_, response) => {
        response.writeHead(200, {
          'content-type': type,
          'x-request-id': 'r-1',
          'x-ratelimit-remaining-tokens': '7',
        });
        for (let at = 0; at < bytes.length; at += 7) response.write(bytes.subarray(at, at + 7));
        response.end();
      });
      const host = await hostWith(provider(upstream.endpoint));
      const response = await post(`${host.dataPlane}/openai/v1/chat/completions`, chat());
      expect(Buffer.from(await response.arrayBuffer()).equals(bytes)).toBe(true);
      expect(response.status).toBe(200);
      expect(response.headers.get('x-request-id')).toBe('r-1');
      expect(response.headers.get('x-ratelimit-remaining-tokens')).toBe('7');
      const run = await newestRun(host);
      const [call] = await callsOf(host, run.id);
      const detail = await host.services.findSpan(run.id, call!.id);
      expect(Buffer.from(detail!.response!.text, 'base64').equals(bytes)).toBe(true);
    },
  );

  it('passes each piece of a stream on while the upstream is still talking', async () => {
    const gate = Promise.withResolvers<void>();
    const upstream = await upstreamWith((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"first"}}]}\n\n');
      void gate.promise.then(() => response.end('data: [DONE]\n\n'));
    });
    const host = await hostWith(provider(upstream.endpoint));
    const response = await post(`${host.dataPlane}/openai/v1/chat/completions`, { ...chat(), stream: true });
    const reader = response.body!.getReader();
    const first = await reader.read();
    expect(new TextDecoder().decode(first.value)).toContain('first');
    const run = await newestRun(host);
    const [call] = await callsOf(host, run.id);
    expect(call).toMatchObject({ status: 'running', streaming: true });
    expect(call!.firstTokenAt).toBeGreaterThan(0);
    gate.resolve();
    while (!(await reader.read()).done);
    expect(await newestRun(host)).toMatchObject({ openCalls: 0, calls: 1, errors: 0 });
  });

  it('stops the upstream when the client leaves', async () => {
    const closed = Promise.withResolvers<void>();
    const upstream = await upstreamWith((_, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      response.on('close', () => closed.resolve());
    });
    const host = await hostWith(provider(upstream.endpoint));
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
    const run = await newestRun(host);
    expect((await callsOf(host, run.id))[0]).toMatchObject({
      status: 'cancelled',
      error: { code: 'client_gone' },
    });
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
    const host = await hostWith(fast);
    const response = await post(`${host.dataPlane}/openai/v1/chat/completions`, body);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect([response.status, error.code]).toEqual([status, code]);
    expect(error.message).toMatch(message);
    expect(await newestRun(host)).toMatchObject({ calls: 1, errors: 1 });
  });

  it('says who could not be reached, and where it was looked for', async () => {
    const free = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => free.once('listening', resolve));
    const { port } = free.address() as AddressInfo;
    await new Promise((resolve) => free.close(resolve));
    const host = await hostWith(provider(`http://127.0.0.1:${port}/v1`));
    const response = await post(`${host.dataPlane}/openai/v1/chat/completions`, chat());
    expect(response.status).toBe(502);
    const { error } = (await response.json()) as { error: { code: string; message: string } };
    expect(error).toMatchObject({ code: 'connect_refused', type: 'server_error' });
    expect(error.message).toContain(`127.0.0.1:${port}`);
  });

  it('sends the agent own key to its provider, and keeps it out of everything that is written', async () => {
    const key = 'sk-own-key-of-the-agent-0123456789';
    const upstream = await upstreamWith((request, response) => {
      response.writeHead(401, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ error: { message: `Incorrect API key: ${request.headers.authorization}` } }),
      );
    });
    const host = await hostWith();
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
    const upstream = await upstreamWith((request, response, body) =>
      response.end(`${request.method} ${request.url} ${body}`),
    );
    const host = await hostWith();
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
    await sleep(30);
    expect((await callsOf(host, run.id)).map((call) => call.operation)).toEqual(['messages', 'responses']);
  });

  it('spends a configured key only for a run of its own or for its own token', async () => {
    process.env['TEST_UPSTREAM_KEY'] = 'configured-key-0123456789';
    const upstream = await upstreamWith((request, response) => response.end(request.headers.authorization));
    const host = await hostWith(provider(upstream.endpoint, 'api_key_env = "TEST_UPSTREAM_KEY"'));
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
    const host = await hostWith(fast);
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
    await sleep(30);
    expect((await callsOf(host, run.id)).map((call) => call.attribution)).toEqual([
      'prefix',
      'header',
      'traceparent',
    ]);
    await host.services.endRun(run.id, { exitCode: 0 });
    const late = await post(`${host.dataPlane}/r/${run.id}/openai/v1/chat/completions`, chat('fast'));
    expect([late.status, ((await late.json()) as { error: { code: string } }).error.code]).toEqual([
      404,
      'run_not_open',
    ]);
  });

  it('keeps web pages out', async () => {
    const host = await hostWith(fast);
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
    const form = await post(`${host.dataPlane}/openai/v1/chat/completions`, JSON.stringify(chat('fast')), {
      'content-type': 'text/plain',
    });
    expect(form.status).toBe(415);
  });

  it('says what is wrong with a base URL, and remembers it for the Connect page', async () => {
    const host = await hostWith(fast);
    const response = await post(`${host.dataPlane}/v1/chat/completions?key=secret`, chat('fast'));
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(`OPENAI_BASE_URL=${host.dataPlane}/openai/v1`);
    expect(host.services.info().misdirected).toMatchObject([
      { method: 'POST', path: '/v1/chat/completions' },
    ]);
  });

  it('refuses a body that is too large', async () => {
    const host = await hostWith(fast);
    const response = await post(
      `${host.dataPlane}/openai/v1/chat/completions`,
      `"${'x'.repeat(33 * 1024 * 1024)}"`,
    );
    expect(response.status).toBe(413);
  });
});

describe('an instance taken out by hand', () => {
  it('gets no call until it is restored, and the host says so', async () => {
    const host = await hostWith(
      `${fast}[pools.fast]\nstrategy = "round-robin"\ninstances = ["small-1", "small-2"]\n[pools.fast.options]\nexploration = 0\n`,
    );
    const stateOf = () => host.services.info().instances.find(({ name }) => name === 'small-1')?.breaker;
    const ask = async () =>
      (await post(`${host.dataPlane}/openai/v1/chat/completions`, chat('fast'))).headers.get(
        'x-signalbox-instance',
      );
    expect(host.services.setBreaker('nobody', 'isolated')).toBe(false);
    expect(host.services.setBreaker('small-1', 'isolated')).toBe(true);
    expect(stateOf()).toBe('isolated');
    expect([await ask(), await ask()]).toEqual(['small-2', 'small-2']);
    host.services.setBreaker('small-1', 'closed');
    expect(stateOf()).toBe('closed');
    expect(new Set([await ask(), await ask()])).toEqual(new Set(['small-1', 'small-2']));
  });
});

describe('following a run', () => {
  it('gives what was recorded before, then what comes, without gap or repetition, until the run ends', async () => {
    const host = await hostWith();
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
    const host = await hostWith();
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

describe('the sample run', () => {
  it('tells its story: a plan, three calls at once of which one is retried elsewhere, a critique, a streamed answer', async () => {
    const host = await hostWith(fast);
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
    const host = await hostWith(fast);
    await expect(start(host.dataDir)).rejects.toMatchObject({ code: 'data_in_use' });
    expect((await fetch(`${host.dataPlane}/healthz`)).status).toBe(200);
  });

  it('refuses a port that is taken, says how to see who has it, and lets the folder go', async () => {
    const host = await hostWith();
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
    const host = await hostWith();
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
    cleanups.splice(0);
    rmSync(host.dataDir, { recursive: true });
  });
});
