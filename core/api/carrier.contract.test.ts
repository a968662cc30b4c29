import { serve, type ServerType } from '@hono/node-server';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { serveApiOverIpc } from '../../electron/api-ipc.ts';
import { bridgeOverIpc } from '../../electron/bridge-over-ipc.ts';
import { ipcPair } from '../../electron/ipc-pair.ts';
import { createApi, type Api } from './app.ts';
import {
  fakeRun,
  fakeServices,
  KNOWN_FILE,
  KNOWN_RUN,
  KNOWN_SPAN,
  MANY_SPANS,
  OPEN_RUN,
  runIdOf,
  sampleFailure,
  WORDS,
  wrongExpression,
  type FakeServices,
} from './carriers/fake-services.ts';
import { ApiError, bridgeFetch, follow, httpFetch, request, type ApiFetch } from './client.ts';
import type {
  Collected,
  Discovered,
  FeedLine,
  HostInfo,
  InstanceInfo,
  RunFeedLine,
  RunList,
  RunSummary,
  SecretList,
  SpanDetail,
  SpanList,
  StartedRun,
  UsageList,
} from './contract.ts';

interface Carrier {
  readonly api: ApiFetch;
  close(): void;
}

const CARRIERS: Readonly<Record<string, (api: Api) => Promise<Carrier>>> = { HTTP: overHttp, IPC: overIpc };

function overHttp(api: Api): Promise<Carrier> {
  return new Promise((resolve) => {
    const server: ServerType = serve({ fetch: api.fetch, hostname: '127.0.0.1', port: 0 }, ({ port }) => {
      const close = () => {
        if ('closeAllConnections' in server) server.closeAllConnections();
        server.close();
      };
      resolve({ api: httpFetch(`http://127.0.0.1:${port}`, 'token'), close });
    });
  });
}

function overIpc(api: Api): Promise<Carrier> {
  const pair = ipcPair();
  serveApiOverIpc(pair.main, api);
  return Promise.resolve({
    api: bridgeFetch(bridgeOverIpc(pair.window, 'document')),
    close: () => pair.close(),
  });
}

const unknown = runIdOf(9);
const run = `/api/runs/${KNOWN_RUN}`;
const openRun = `/api/runs/${OPEN_RUN}`;

describe.each(Object.entries(CARRIERS))('the API over %s', (_name, carry) => {
  let services: FakeServices;
  let carrier: Carrier;
  let api: ApiFetch;

  beforeEach(async () => {
    services = fakeServices();
    carrier = await carry(createApi(services));
    api = carrier.api;
  });
  afterEach(() => carrier.close());

  const refusalOf = async (path: string, init?: Parameters<ApiFetch>[1]) => {
    const error: unknown = await request(api, path, init).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ApiError);
    const { status, code, message } = error as ApiError;
    return { status, code, message };
  };

  test('host', async () => {
    expect(await request<HostInfo>(api, '/api/host')).toEqual(services.info());
    const { headers } = await api('/api/host');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
  });

  test('usage', async () => {
    expect(await request<UsageList>(api, '/api/usage')).toEqual({ samples: services.usage() });
  });

  test('runs: list, page, one', async () => {
    const all = await request<RunList>(api, '/api/runs');
    expect(all.runs.map(({ id }) => id)).toEqual([KNOWN_RUN, OPEN_RUN]);
    const older = await request<RunList>(api, `/api/runs?limit=1&before=${OPEN_RUN}`);
    expect(older.runs.map(({ id }) => id)).toEqual([KNOWN_RUN]);
    expect(await request(api, run)).toEqual(fakeRun(KNOWN_RUN));
  });

  test('runs: start, write logs, end', async () => {
    const started = await request<StartedRun>(api, '/api/runs', { method: 'POST', body: { name: WORDS } });
    expect(started.run.name).toBe(WORDS);
    const lines = [{ stream: 'stderr', text: WORDS }];
    const written = await api(`${openRun}/logs`, { method: 'POST', body: { lines } });
    expect([written.status, await written.text()]).toEqual([204, '']);
    expect(services.logs).toEqual([lines]);
    expect(await request(api, `${openRun}/end`, { method: 'POST', body: { exitCode: 0 } })).toBeUndefined();
  });

  test('runs: delete', async () => {
    expect((await api(run, { method: 'PATCH', body: { pinned: true } })).status).toBe(204);
    expect(await request<RunSummary>(api, run)).toMatchObject({ pinned: true });
    expect((await refusalOf(openRun, { method: 'DELETE' })).status).toBe(409);
    expect((await api(run, { method: 'DELETE' })).status).toBe(204);
    expect((await refusalOf(run, { method: 'DELETE' })).code).toBe('run_not_found');
    const pin = { method: 'PATCH', body: { pinned: true } } as const;
    expect((await refusalOf(run, pin)).code).toBe('run_not_found');
    expect((await refusalOf(run, { method: 'PATCH', body: {} })).status).toBe(400);
    const collected = await request<Collected>(api, '/api/collect', {
      method: 'POST',
      body: { dryRun: true },
    });
    expect(collected).toEqual(await services.collect(true));
  });

  test('spans: a list of megabytes, whole and unharmed', async () => {
    const { spans } = await request<SpanList>(api, `${run}/spans`);
    expect(spans).toEqual(await services.listSpans(KNOWN_RUN));
    expect(spans).toHaveLength(MANY_SPANS);
  });

  test('spans: one', async () => {
    const detail = await request<SpanDetail>(api, `${run}/spans/${KNOWN_SPAN}`);
    expect(detail.events).toHaveLength(1);
    expect(detail.span.name).toContain(WORDS);
  });

  test('imports: how far it is, then the run, or why not', async () => {
    const imported = async (path: string) => {
      const lines: unknown[] = [];
      const init = { method: 'POST', body: { path } } as const;
      for await (const line of follow(api, '/api/imports', new AbortController().signal, init))
        lines.push(line);
      return lines;
    };
    expect(await imported(KNOWN_FILE)).toMatchObject([
      { progress: { totalBytes: 2 } },
      { imported: { run: { id: KNOWN_RUN } } },
    ]);
    expect(await imported('/none')).toMatchObject([{}, { problem: { code: 'import_failed' } }]);
  });

  test('runs: export', async () => {
    const whole = await api(`${run}/export?format=har`);
    expect([whole.headers.get('content-type'), await whole.text()]).toEqual([
      'application/json',
      `har${WORDS}`,
    ]);
    expect((await refusalOf(`/api/runs/${'f'.repeat(32)}/export?format=har`)).code).toBe('run_not_found');
    expect((await refusalOf(`${run}/export?format=docx`)).status).toBe(400);
  });

  test('instances: register, update, remove', async () => {
    const path = '/api/instances';
    const wanted = { name: 'mine', endpoint: 'http://127.0.0.1:9/v1', model: 'm' };
    const registered = await api(path, { method: 'POST', body: wanted });
    expect([registered.status, await registered.json()]).toEqual([
      201,
      expect.objectContaining({ name: 'mine', transient: true }),
    ]);
    const body = { weight: 3, zone: null };
    expect(await request<InstanceInfo>(api, `${path}/small-1`, { method: 'PATCH', body })).toMatchObject({
      name: 'small-1',
      weight: 3,
    });
    const removed = await api(`${path}/small-1`, { method: 'DELETE' });
    expect([removed.status, await removed.text()]).toEqual([204, '']);
  });

  test('instances: what cannot be registered, updated or removed, in the words of the host', async () => {
    const endpoint = 'http://127.0.0.1:9/v1';
    const register = (body: object) => refusalOf('/api/instances', { method: 'POST', body });
    const update = (name: string, body: object) =>
      refusalOf(`/api/instances/${name}`, { method: 'PATCH', body });
    expect(await register({ name: 'small-1', endpoint })).toEqual({
      status: 409,
      code: 'instance_exists',
      message: `small-1: ${WORDS}`,
    });
    expect(await update('nobody', { weight: 2 })).toMatchObject({ status: 404, code: 'instance_unknown' });
    expect(await refusalOf('/api/instances/nobody', { method: 'DELETE' })).toMatchObject({
      status: 404,
      code: 'instance_unknown',
    });
    const refused = await Promise.all([
      register({ name: 'no spaces', endpoint }),
      register({ name: 'mine', endpoint: 'ftp://127.0.0.1' }),
      register({ name: 'mine', endpoint, category: 'poetry' }),
      register({ name: 'mine', endpoint, apiKey: 'sk-in-the-open' }),
      update('small-1', { weight: 0 }),
      update('small-1', { endpoint }),
      update('small-1', { weight: null }),
    ]);
    expect(refused.map(({ status, code }) => [status, code])).toEqual(
      refused.map(() => [400, 'invalid_request']),
    );
    expect(refused[4].message).toMatch(/^weight: /);
  });

  test('instances: discover', async () => {
    const body = { category: 'llm', requirements: { capabilities: ['tools'], labels: { team: WORDS } } };
    const found = await request<Discovered>(api, '/api/discover', { method: 'POST', body });
    expect(found.instances.map(({ name }) => name)).toEqual(['small-1']);
    expect(found.refused).toEqual([{ instance: 'large-1', reason: WORDS }]);
  });

  test('proposals: decide', async () => {
    const decide = (id: string, action: string) =>
      api(`/api/proposals/${id}`, { method: 'POST', body: { action } });
    expect((await decide('p1', 'apply')).status).toBe(204);
    expect((await decide('p1', 'undo')).status).toBe(409);
    expect((await decide('p2', 'apply')).status).toBe(409);
    expect((await decide('p1', 'admire')).status).toBe(400);
  });

  test('secrets: set, list, remove, and never a value', async () => {
    const set = (body: unknown) => api('/api/secrets', { method: 'POST', body });
    expect((await set({ name: 'main', value: 'value-of-main', origin: 'https://a.example' })).status).toBe(
      204,
    );
    for (const wrong of [
      { name: 'sk-main', value: 'v' },
      { name: 'main', value: 'two words' },
      { name: 'main', value: 'v', origin: 'ftp://a.example' },
      { name: 'main', value: '' },
    ]) {
      const answer = await set(wrong);
      expect(answer.status).toBe(400);
      expect(await answer.text()).not.toContain('two words');
    }
    const { secrets } = await request<SecretList>(api, '/api/secrets');
    expect(secrets.map(({ name }) => name)).toEqual(['main']);
    const remove = (name: string) => api(`/api/secrets/${name}`, { method: 'DELETE' });
    expect([(await remove('main')).status, (await remove('main')).status]).toEqual([204, 404]);
  });

  test('query, search, statistics', async () => {
    const post = (path: string, body: object) => request(api, `/api/${path}`, { method: 'POST', body });
    expect(await post('query', { target: 'runs' })).toEqual({ rows: [fakeRun(KNOWN_RUN)], next: WORDS });
    expect(await post('search', { words: WORDS })).toMatchObject({
      hits: [{ seq: 7, snippet: { text: WORDS, marks: [[0, 1]] } }],
      order: 'best',
      unindexed: 3,
    });
    expect(await post('statistics', { by: 'model' })).toEqual({ rows: [], unevaluated: { rows: 1 } });
  });

  test('query: what is wrong with it, and where', async () => {
    const body = { target: 'spans', where: 'wrong' };
    const { code, message, range } = wrongExpression;
    const answer = await api('/api/query', { method: 'POST', body });
    expect([answer.status, await answer.json()]).toEqual([400, { error: { code, message, range } }]);
    const error: unknown = await request(api, '/api/query', { method: 'POST', body }).catch(
      (reason) => reason,
    );
    expect(error).toMatchObject({ code, range });
  });

  test('query: the host is told when nobody waits for the answer any more', async () => {
    const stop = new AbortController();
    const body = { target: 'logs', where: 'forever' };
    const waiting = api('/api/query', { method: 'POST', body, signal: stop.signal });
    await vi.waitFor(() => expect(services.waiting).toBe(1));
    stop.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    await vi.waitFor(() => expect(services.gone).toEqual(['logs']));
  });

  test('sample', async () => {
    const started = request(api, '/api/sample', { method: 'POST' });
    await vi.waitFor(() => expect(services.samples).toHaveLength(1));
    services.samples[0]!(fakeRun(runIdOf(4)));
    expect(await started).toEqual(fakeRun(runIdOf(4)));
  });

  test.each([
    ['/api/nothing', 404, 'not_found'],
    [`/api/runs/${unknown}`, 404, 'run_not_found'],
    ['/api/runs/not-an-id', 404, 'run_not_found'],
    [`/api/runs/${unknown}/spans`, 404, 'run_not_found'],
    [`/api/runs/${unknown}/events`, 404, 'run_not_found'],
    [`${run}/spans/ffffffffffffffff`, 404, 'span_not_found'],
    ['/api/runs?limit=0', 400, 'invalid_request'],
    ['/api/runs?before=x', 400, 'invalid_request'],
    [`${run}/events?from=0`, 400, 'invalid_request'],
  ])('refuses GET %s', async (path, status, code) => {
    expect(await refusalOf(path)).toMatchObject({ status, code });
  });

  test.each([
    ['/api/runs', { name: '' }, 400, 'invalid_request'],
    ['/api/runs', { name: 'x', more: 1 }, 400, 'invalid_request'],
    [`${openRun}/logs`, { lines: [] }, 400, 'invalid_request'],
    [`${run}/logs`, { lines: [{ stream: 'stdout', text: '' }] }, 409, 'run_not_open'],
    [`${run}/end`, {}, 409, 'run_not_open'],
    ['/api/instances/nobody/breaker', { state: 'isolated' }, 404, 'instance_not_found'],
    ['/api/instances/small-1/breaker', { state: 'ajar' }, 400, 'invalid_request'],
    ['/api/query', { target: 'poems' }, 400, 'invalid_request'],
    ['/api/query', { target: 'runs', limit: 1001 }, 400, 'invalid_request'],
    ['/api/query', { target: 'runs', run: 'short' }, 400, 'invalid_request'],
    ['/api/query', { target: 'spans', where: 'slow' }, 503, 'query_too_slow'],
    ['/api/search', { words: 'x', order: 'worst' }, 400, 'invalid_request'],
    ['/api/statistics', { by: 'colour' }, 400, 'invalid_request'],
    ['/api/statistics', { by: 'run', runs: [unknown] }, 404, 'run_not_found'],
    ['/api/discover', { category: 'poetry' }, 400, 'invalid_request'],
    ['/api/discover', { category: 'llm', requirements: { colour: 'red' } }, 400, 'invalid_request'],
  ])('refuses POST %s %j', async (path, body, status, code) => {
    expect(await refusalOf(path, { method: 'POST', body })).toMatchObject({ status, code });
  });

  test('failures: in the words of the host', async () => {
    const expected = refusalOf('/api/sample', { method: 'POST' });
    await vi.waitFor(() => expect(services.samples).toHaveLength(1));
    services.samples[0]!(sampleFailure);
    const { code, message } = sampleFailure;
    expect(await expected).toEqual({ status: 500, code, message });
    const unexpected = refusalOf('/api/sample', { method: 'POST' });
    await vi.waitFor(() => expect(services.samples).toHaveLength(2));
    services.samples[1]!(new Error('no disk'));
    expect((await unexpected).message).toContain('no disk');
  });

  test('streams: lines arrive one by one as they are said', async () => {
    const stop = new AbortController();
    const lines = follow<FeedLine>(api, '/api/feed', stop.signal);
    const said: FeedLine[] = [{ runs: [fakeRun(KNOWN_RUN)] }, { deleted: KNOWN_RUN }, { deleted: WORDS }];
    const first = lines.next();
    await vi.waitFor(() => expect(services.following).toBe(1));
    services.say(said[0]!);
    expect((await first).value).toEqual(said[0]);
    for (const line of said.slice(1)) {
      services.say(line);
      expect((await lines.next()).value).toEqual(line);
    }
    stop.abort();
    await expect(lines.next()).rejects.toThrow();
  });

  test('streams: the host stops working when the client cancels', async () => {
    const stop = new AbortController();
    const events = follow<RunFeedLine>(api, `${run}/events?from=7`, stop.signal);
    const { value } = await events.next();
    expect(value).toMatchObject({ events: [{ seq: 7 }, { seq: 8 }] });
    await vi.waitFor(() => expect(services.following).toBe(1));
    stop.abort();
    await vi.waitFor(() => expect(services.following).toBe(0));
  });

  test('streams: or when it stops reading', async () => {
    const response = await api('/api/feed');
    await vi.waitFor(() => expect(services.following).toBe(1));
    await response.body?.cancel();
    await vi.waitFor(() => expect(services.following).toBe(0));
  });

  test('streams: several at once, each with its own end', async () => {
    const stops = [new AbortController(), new AbortController()];
    const feeds = stops.map(({ signal }) => follow<FeedLine>(api, '/api/feed', signal));
    const firsts = feeds.map((feed) => feed.next());
    await vi.waitFor(() => expect(services.following).toBe(2));
    services.say({ deleted: 'a' });
    expect((await Promise.all(firsts)).map(({ value }) => value as FeedLine)).toEqual([
      { deleted: 'a' },
      { deleted: 'a' },
    ]);
    stops[0]!.abort();
    await vi.waitFor(() => expect(services.following).toBe(1));
    services.say({ deleted: 'b' });
    expect((await feeds[1]!.next()).value).toEqual({ deleted: 'b' });
    stops[1]!.abort();
  });

  test('streams: a failure is the last line', async () => {
    const lines = follow<RunFeedLine>(api, `${run}/events`, new AbortController().signal);
    await lines.next();
    const last = lines.next();
    await vi.waitFor(() => expect(services.following).toBe(1));
    services.break(new Error('disk gone'));
    expect((await last).value).toMatchObject({ problem: { code: 'internal' } });
    expect((await lines.next()).done).toBe(true);
  });

  test('cancelling before the answer rejects at once', async () => {
    const stop = new AbortController();
    const waiting = api('/api/sample', { method: 'POST', signal: stop.signal });
    await vi.waitFor(() => expect(services.samples).toHaveLength(1));
    stop.abort();
    await expect(waiting).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
  });

  test('a signal that has aborted already asks nothing', async () => {
    await expect(api('/api/host', { signal: AbortSignal.abort() })).rejects.toThrow();
  });
});
