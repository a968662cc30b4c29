import { randomBytes } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { RunId } from '../base/ids.ts';
import { startHost } from './host.ts';
import { installation } from './installation.ts';
import { apiOf, instanceAt, poolOf, post, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const parser = (name: string, endpoint: string, rest = '') => instanceAt(name, endpoint, rest, 'document');

describe('a service that is no model', () => {
  it('is proxied byte for byte, and another instance answers where one fails', async () => {
    const picture = Buffer.concat([randomBytes(3000), Buffer.from([0, 0xff, 0xc3, 0x0d, 0x0a])]);
    const answer = Buffer.concat([Buffer.from('%PDF-1.7\r\n'), randomBytes(5000), Buffer.from([0, 0x80])]);
    const one = await bench.upstream((_, response) => response.writeHead(503).end('{"detail":"busy"}'));
    const two = await bench.upstream((_, response) => {
      response.writeHead(201, {
        'content-type': 'application/pdf',
        'x-pages': '3',
        'content-disposition': 'inline',
      });
      response.end(answer);
    });
    const host = await bench.host(
      parser('one', one.endpoint) + parser('two', two.endpoint) + poolOf('parsers', 'one', 'two'),
    );
    const form = new FormData();
    form.set('file', new Blob([picture], { type: 'image/png' }), 'scan é.png');
    form.set('languages', 'de');
    const whole = new Request('http://127.0.0.1', { method: 'POST', body: form });
    const type = whole.headers.get('content-type')!;
    const sent = Buffer.from(await whole.arrayBuffer());
    const response = await fetch(`${host.dataPlane}/services/parsers/general/v0/general?a=1&b=%20x`, {
      method: 'PUT',
      headers: { 'content-type': type, 'unstructured-api-key': 'k', accept: 'application/pdf' },
      body: sent,
    });
    expect(response.status).toBe(201);
    expect(Buffer.from(await response.arrayBuffer()).equals(answer)).toBe(true);
    expect(response.headers.get('content-type')).toBe('application/pdf');
    expect(response.headers.get('x-pages')).toBe('3');
    expect(response.headers.get('content-disposition')).toBe('inline');
    expect(response.headers.get('x-signalbox-instance')).toBe('two');
    for (const upstream of [one, two]) {
      const [request] = upstream.requests;
      expect([request!.method, request!.url]).toEqual(['PUT', '/v1/general/v0/general?a=1&b=%20x']);
      expect(request!.headers).toMatchObject({ 'content-type': type, 'unstructured-api-key': 'k' });
      expect(upstream.bodies[0]!.equals(sent)).toBe(true);
    }
    const { call, attempts } = await recordedCall(host, response);
    expect(call).toMatchObject({
      dialect: 'http',
      operation: 'parsers/general/v0/general',
      task: { category: 'document', model: 'parsers', capabilities: [] },
      status: 'ok',
    });
    expect(attempts.map(({ instance, httpStatus }) => [instance, httpStatus])).toEqual([
      ['one', 503],
      ['two', 201],
    ]);
    const detail = await host.services.findSpan((await host.services.listRuns({ limit: 1 }))[0]!.id, call.id);
    expect(Buffer.from(detail!.request!.text, 'base64').equals(sent)).toBe(true);
    expect(Buffer.from(detail!.response!.text, 'base64').equals(answer)).toBe(true);
  });

  it('gets a body packed as it was sent, and its own answer to any method goes back', async () => {
    const packed = gzipSync(Buffer.from('a document'));
    const upstream = await bench.upstream(({ method }, response) => {
      if (method === 'DELETE') response.writeHead(204).end();
      else if (method === 'GET') response.writeHead(302, { location: '/v1/elsewhere' }).end();
      else response.writeHead(404, { 'x-why': 'no such page' }).end('gone');
    });
    const host = await bench.host(parser('one', upstream.endpoint));
    const send = (method: string, more: RequestInit = {}) =>
      fetch(`${host.dataPlane}/services/one`, { method, redirect: 'manual', ...more });
    const headers = { 'content-encoding': 'gzip', 'content-type': 'text/plain' };
    const posted = await send('POST', { body: packed, headers });
    expect([posted.status, posted.headers.get('x-why'), await posted.text()]).toEqual([
      404,
      'no such page',
      'gone',
    ]);
    expect(upstream.requests[0]!.headers).toMatchObject(headers);
    expect(upstream.bodies[0]!.equals(packed)).toBe(true);
    const moved = await send('GET');
    expect([moved.status, moved.headers.get('location')]).toEqual([302, '/v1/elsewhere']);
    const deleted = await send('DELETE');
    expect([deleted.status, await deleted.text()]).toEqual([204, '']);
    const head = await send('HEAD');
    expect([head.status, await head.text()]).toEqual([404, '']);
    expect(upstream.requests.map(({ method, url }) => [method, url])).toEqual(
      ['POST', 'GET', 'DELETE', 'HEAD'].map((method) => [method, '/v1/']),
    );
  });

  it('says which there are where there is none of that name, and what is no name', async () => {
    const host = await bench.host(parser('one', 'http://127.0.0.1:9') + poolOf('parsers', 'one'));
    const unknown = await post(`${host.dataPlane}/services/two/x`, {});
    expect(unknown.status).toBe(404);
    expect(await unknown.json()).toMatchObject({
      error: {
        code: 'service_not_found',
        message: expect.stringContaining('no service "two". Known are "parsers", "one". ') as string,
      },
    });
    const broken = await post(`${host.dataPlane}/services/%E0%A4%A/x`, {});
    expect(broken.status).toBe(404);
  });

  it('spends a configured key only for a run, or for whoever has the token', async () => {
    process.env['TEST_SERVICE_KEY'] = 'configured-key-0123456789';
    const upstream = await bench.upstream((request, response) => response.end(request.headers.authorization));
    const config = parser('one', upstream.endpoint).replace(
      'category =',
      'api_key_env = "TEST_SERVICE_KEY"\ncategory =',
    );
    const host = await bench.host(config);
    const asked = (headers: Record<string, string>) => post(`${host.dataPlane}/services/one/x`, {}, headers);
    expect((await asked({})).status).toBe(401);
    expect((await asked({ authorization: 'Bearer somebody-else' })).status).toBe(401);
    const own = await asked({ authorization: `Bearer ${host.services.info().clientToken}` });
    expect(await own.text()).toBe('Bearer configured-key-0123456789');
    const { run } = await host.services.startRun({ name: 'agent' });
    const ofRun = await post(`${host.dataPlane}/r/${run.id}/services/one/x`, {});
    expect(await ofRun.text()).toBe('Bearer configured-key-0123456789');
  });
});

describe('embeddings', () => {
  it('go to an instance that makes them, with its own name of the model', async () => {
    const asked: unknown[] = [];
    const embedder = await bench.upstream((request, response, body) => {
      asked.push([request.url, JSON.parse(body)]);
      response.setHeader('content-type', 'application/json');
      response.end('{"data":[{"embedding":[0.25]}],"usage":{"prompt_tokens":2,"total_tokens":2}}');
    });
    const model = await bench.upstream((_, response) => response.end('{}'));
    const host = await bench.host(
      instanceAt('words', embedder.endpoint, '', 'embedding') +
        instanceAt('chatty', model.endpoint) +
        poolOf('vectors', 'words'),
    );
    const response = await post(`${host.dataPlane}/openai/v1/embeddings`, { model: 'vectors', input: 'é' });
    expect(await response.json()).toMatchObject({ data: [{ embedding: [0.25] }] });
    expect(response.headers.get('x-signalbox-instance')).toBe('words');
    expect(asked).toEqual([['/v1/embeddings', { model: 'real', input: 'é' }]]);
    expect(model.requests).toHaveLength(0);
    const { call } = await recordedCall(host, response);
    expect(call).toMatchObject({
      operation: 'embeddings',
      task: { category: 'embedding', outputTokens: 0 },
      usage: { input: 2 },
    });
  });
});

describe('a document that nobody can take now', () => {
  async function deferringHost(endpoint: string, rest = '') {
    return bench.host(
      `[categories.document]\nfallback = { queue = true }\n[retry]\nmax_attempts = 1\nbase_ms = 1\n` +
        parser('one', endpoint, rest),
    );
  }
  const ask = (host: TestHost) =>
    fetch(`${host.dataPlane}/services/one/parse`, { method: 'POST', body: Buffer.from([0xff, 0, 1]) });
  const change = async (host: TestHost, body: object) => {
    const response = await apiOf(host)('/api/instances/one', { method: 'PATCH', body });
    expect(response.status).toBe(200);
  };

  it('is put off, and its answer lies where the client was told when somebody could', async () => {
    const answer = Buffer.from([0x25, 0, 0xff, 0xc3]);
    const upstream = await bench.upstream((_, response) =>
      response.writeHead(200, { 'content-type': 'application/x-parsed' }).end(answer),
    );
    const host = await deferringHost(upstream.endpoint, 'maintenance = true');
    const deferred = await ask(host);
    expect(deferred.status).toBe(202);
    const [run, call] = ['x-signalbox-run', 'x-signalbox-call'].map((name) => deferred.headers.get(name));
    const place = `/deferred/${run}/${call}`;
    expect(deferred.headers.get('location')).toBe(place);
    expect(deferred.headers.get('retry-after')).toBe('5');
    expect(await deferred.json()).toEqual({ id: call, status: 'queued', result: place });
    const result = () => fetch(`${host.dataPlane}${place}`);
    const early = await result();
    expect([early.status, await early.json()]).toEqual([202, { id: call, status: 'queued' }]);
    expect(upstream.requests).toHaveLength(0);

    await change(host, { maintenance: false });
    await expect.poll(async () => (await result()).status).toBe(200);
    const done = await result();
    expect(done.headers.get('content-type')).toBe('application/x-parsed');
    expect(Buffer.from(await done.arrayBuffer()).equals(answer)).toBe(true);
    expect(upstream.bodies).toEqual([Buffer.from([0xff, 0, 1])]);
    const { call: span, events } = await recordedCall(host, deferred);
    expect(span).toMatchObject({ status: 'ok', deferred: true, httpStatus: 200 });
    expect(events.map(({ type }) => type)).toEqual(
      expect.arrayContaining(['call-deferred', 'call-queued', 'call-dequeued', 'call-ended']),
    );
  });

  it('is put off, too, where the service fails, and tried again until it does not', async () => {
    let failures = 2;
    const upstream = await bench.upstream((_, response) => {
      if (failures-- > 0) response.writeHead(500).end('{"detail":"not yet"}');
      else response.end('parsed');
    });
    const host = await deferringHost(upstream.endpoint);
    const deferred = await ask(host);
    expect(deferred.status).toBe(202);
    const place = `${host.dataPlane}${deferred.headers.get('location')}`;
    await expect.poll(async () => (await fetch(place)).status).toBe(200);
    expect(await (await fetch(place)).text()).toBe('parsed');
    expect(upstream.requests).toHaveLength(3);
  });

  it.each([
    ['waits', 'maintenance = true', 0],
    ['is under way', '', 2],
  ])(
    'does not keep its host from stopping while it %s, and says then that it was interrupted',
    async (_, rest, requests) => {
      const silent = await bench.upstream((_, response) => {
        if (silent.requests.length === 1) response.writeHead(500).end();
      });
      const host = await deferringHost(silent.endpoint, rest);
      const deferred = await ask(host);
      expect(deferred.status).toBe(202);
      await expect.poll(() => silent.requests.length).toBe(requests);
      await host.close();
      const again = await startHost({ ...installation, dataDir: host.dataDir, port: 0 });
      const place = `${again.dataPlane}${deferred.headers.get('location')}`;
      const answered = await fetch(place);
      expect(answered.status).toBe(410);
      expect(await answered.json()).toMatchObject({ error: { code: 'call_interrupted' } });
      const run = await again.services.findRun(deferred.headers.get('x-signalbox-run') as RunId);
      expect(run).toMatchObject({ status: 'interrupted', openCalls: 0 });
      await again.close();
    },
  );

  it('is looked for in vain where none was put off', async () => {
    const upstream = await bench.upstream((_, response) => response.end('parsed'));
    const host = await deferringHost(upstream.endpoint);
    const answered = await ask(host);
    expect(answered.status).toBe(200);
    const [run, call] = ['x-signalbox-run', 'x-signalbox-call'].map((name) => answered.headers.get(name));
    for (const [owner, id] of [
      [run, call],
      ['f'.repeat(32), call],
    ]) {
      expect((await fetch(`${host.dataPlane}/deferred/${owner}/${id}`)).status).toBe(404);
    }
  });
});
