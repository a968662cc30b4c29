import { afterEach, describe, expect, it } from 'vitest';
import { request } from '../api/client.ts';
import type { Discovered, HostInfo, InstanceInfo } from '../api/contract.ts';
import { apiOf, ask, chat, hostEvents, instanceAt, poolOf, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const answering = (name: string) => bench.upstream((_, response) => response.end(name));

async function answerOf(host: TestHost, model: string): Promise<string> {
  return (await ask(host, chat(model))).text();
}

function register(host: TestHost, body: object): Promise<InstanceInfo> {
  return request(apiOf(host), '/api/instances', { method: 'POST', body });
}

function update(host: TestHost, name: string, body: object): Promise<InstanceInfo> {
  return request(apiOf(host), `/api/instances/${name}`, { method: 'PATCH', body });
}

describe('instances while the host runs', () => {
  it('are registered into pools, get calls at once, and are gone with their names when they are removed', async () => {
    const [one, two] = [await answering('one'), await answering('two')];
    const host = await bench.host(instanceAt('one', one.endpoint) + poolOf('both', 'one'));
    expect(await answerOf(host, 'both')).toBe('one');
    expect((await ask(host, chat('fresh'))).status).toBe(404);
    const wanted = { name: 'two', endpoint: `${two.endpoint}/`, model: 'fresh', pools: ['both'] };
    expect(await register(host, wanted)).toMatchObject({
      provider: 'two',
      category: 'llm',
      endpoint: two.endpoint,
      weight: 1,
      transient: true,
      health: 'healthy',
    });
    expect(await answerOf(host, 'fresh')).toBe('two');
    expect(await answerOf(host, 'two/fresh')).toBe('two');
    await update(host, 'one', { maintenance: true });
    expect(await answerOf(host, 'both')).toBe('two');
    expect(JSON.parse(two.bodies.at(-1)!.toString())).toMatchObject({ model: 'fresh' });

    await update(host, 'one', { maintenance: false });
    await request(apiOf(host), '/api/instances/two', { method: 'DELETE' });
    expect(await answerOf(host, 'both')).toBe('one');
    expect((await ask(host, chat('fresh'))).status).toBe(404);
    expect(host.services.info().pools.find(({ name }) => name === 'both')!.instances).toEqual(['one']);
  });

  it('are asked in the dialect that they speak', async () => {
    const claude = await bench.upstream((_, response) => {
      response.setHeader('content-type', 'application/json');
      const content = [{ type: 'text', text: 'hi there' }];
      const usage = { input_tokens: 3, output_tokens: 2 };
      const rest = { type: 'message', role: 'assistant', model: 'c', stop_reason: 'end_turn', usage };
      response.end(JSON.stringify({ id: 'msg_1', content, ...rest }));
    });
    const host = await bench.host();
    const wanted = { name: 'claude', endpoint: claude.endpoint, model: 'c', dialect: 'anthropic' };
    expect(await register(host, wanted)).toMatchObject({ dialect: 'anthropic' });
    expect(JSON.parse(await answerOf(host, 'c'))).toMatchObject({
      choices: [{ message: { content: 'hi there' }, finish_reason: 'stop' }],
    });
    expect(claude.requests[0]!.url).toBe('/v1/messages');
  });

  it('take new settings at once, keep what was measured, and lose what is set to null', async () => {
    const one = await answering('one');
    const host = await bench.host(instanceAt('one', one.endpoint, 'zone = "eu"\nmax_concurrent = 2'));
    await answerOf(host, 'real');
    const before = host.services.info().instances.find(({ name }) => name === 'one')!;
    expect(before).toMatchObject({ samples: 1, zone: 'eu', capacity: 2, transient: false });
    const after = await update(host, 'one', { weight: 4, zone: null, capacity: null, labels: { team: 'a' } });
    expect(after).toMatchObject({ weight: 4, samples: 1, labels: { team: 'a' } });
    expect(after).not.toHaveProperty('zone');
    expect(after).not.toHaveProperty('capacity');
  });

  it('have keys of the environment only, which are never written or shown', async () => {
    const key = 'registered-key-0123456789';
    process.env['TEST_REGISTERED_KEY'] = key;
    const upstream = await bench.upstream((asked, response) => response.end(asked.headers.authorization));
    const host = await bench.host();
    const wanted = { name: 'keyed', endpoint: upstream.endpoint, model: 'm' };
    const lacking = register(host, { ...wanted, apiKeyEnv: 'TEST_NO_SUCH_KEY' });
    await expect(lacking).rejects.toMatchObject({ status: 400, code: 'key_missing' });
    const registered = await register(host, { ...wanted, apiKeyEnv: 'TEST_REGISTERED_KEY' });
    expect(JSON.stringify([registered, await request(apiOf(host), '/api/host')])).not.toContain(key);
    expect((await ask(host, chat('m'))).status).toBe(401);
    const authorization = `Bearer ${host.services.info().clientToken}`;
    const response = await ask(host, chat('m'), { authorization });
    expect(await response.text()).toBe(`Bearer ${key}`);
    const { run, call } = await recordedCall(host, response);
    const detail = await host.services.findSpan(run.id, call.id);
    expect(detail!.response!.text).toMatch(/^Bearer /);
    expect(JSON.stringify(detail)).not.toContain(key);
  });

  it.each([
    ['a name that there is', { name: 'one', model: 'm' }, 409, 'instance_exists'],
    ['a pool that there is not', { name: 'two', model: 'm', pools: ['nowhere'] }, 400, 'pool_unknown'],
    ['a model that has no name', { name: 'two' }, 400, 'invalid_request'],
  ])('are refused with %s, and nothing is changed', async (_, body, status, code) => {
    const host = await bench.host(instanceAt('one', 'http://127.0.0.1:9') + poolOf('both', 'one'));
    const before = host.services.info();
    const wanted = { endpoint: 'http://127.0.0.1:9', ...body };
    await expect(register(host, wanted)).rejects.toMatchObject({ status, code });
    expect(host.services.info()).toEqual(before);
  });

  it('are not given to calls that wait once they are removed', async () => {
    const release = Promise.withResolvers<void>();
    const upstream = await bench.upstream(
      (_, response) => void release.promise.then(() => response.end('one')),
    );
    const host = await bench.host(instanceAt('one', upstream.endpoint, 'max_concurrent = 1'));
    const first = answerOf(host, 'one/real');
    await expect.poll(() => upstream.requests.length).toBe(1);
    const waiting = ask(host, chat('one/real'));
    await expect.poll(() => host.services.info().scheduler.queues.length).toBe(1);
    await request(apiOf(host), '/api/instances/one', { method: 'DELETE' });
    expect((await waiting).status).toBe(503);
    release.resolve();
    expect(await first).toBe('one');
    expect(upstream.requests).toHaveLength(1);
  });
});

describe('discovery', () => {
  it('finds who could take such a call now, the best measured first, and says why others could not', async () => {
    const [quick, slow] = [
      await answering('quick'),
      await bench.upstream((_, response) => setTimeout(() => response.end('slow'), 400)),
    ];
    const price = 'price = { input = 1.0, output = 4.0 }';
    const host = await bench.host(
      [
        instanceAt('slow', slow.endpoint, `zone = "eu"\ncapabilities = ["tools"]\n${price}`),
        instanceAt('quick', quick.endpoint, 'zone = "eu"\ncapabilities = ["tools", "vision"]'),
        instanceAt('far', quick.endpoint, 'zone = "us"'),
        instanceAt('small', quick.endpoint, 'zone = "eu"\ncontext_window = 1_000'),
        instanceAt('resting', quick.endpoint, 'zone = "eu"\nmaintenance = true'),
        instanceAt('vectors', quick.endpoint, 'zone = "eu"', 'embedding'),
      ].join(''),
    );
    for (const name of ['slow', 'quick']) await answerOf(host, `${name}/real`);
    const requirements = { capabilities: ['tools'], zone: 'eu', inputTokens: 1_500, outputTokens: 1_000 };
    const discover = (body: object) =>
      request<Discovered>(apiOf(host), '/api/discover', { method: 'POST', body });
    const found = await discover({ category: 'llm', requirements });
    expect(found.instances.map(({ name }) => name)).toEqual(['quick', 'slow']);
    expect(found.instances[1]!.costUsd).toBeCloseTo(0.0055);
    expect(found.instances[0]).not.toHaveProperty('costUsd');
    const reasons = Object.fromEntries(found.refused.map(({ instance, reason }) => [instance, reason]));
    expect(reasons).toMatchObject({
      far: 'is in the zone "us", not in "eu"',
      small: 'holds 1000 tokens, about 2500 are needed',
      resting: 'is under maintenance',
    });
    expect(reasons).not.toHaveProperty('vectors');

    host.services.setBreaker('quick', 'isolated');
    const again = await discover({ category: 'llm', requirements });
    expect(again.instances.map(({ name }) => name)).toEqual(['slow']);
    expect(again.refused).toContainEqual({ instance: 'quick', reason: 'was taken out by hand' });
    const embeddings = await discover({ category: 'embedding' });
    expect(embeddings).toMatchObject({ instances: [{ name: 'vectors' }], refused: [] });
  });
});

describe('the run of the host itself', () => {
  it('has what was done by hand, in order, is in no list, and can be read like any other', async () => {
    const host = await bench.host(instanceAt('one', 'http://127.0.0.1:9/v1'));
    const api = apiOf(host);
    const isolate = (state: string) =>
      api('/api/instances/one/breaker', { method: 'POST', body: { state } }).then(({ status }) => status);
    expect([await isolate('isolated'), await isolate('isolated'), await isolate('closed')]).toEqual([
      204, 204, 204,
    ]);
    await register(host, { name: 'two', endpoint: 'http://127.0.0.1:9/v1', model: 'm' });
    await update(host, 'two', { weight: 3 });
    await update(host, 'two', { weight: 3 });
    await request(api, '/api/instances/two', { method: 'DELETE' });

    const told = async () => (await hostEvents(host)).slice(1).map(({ type, data }) => [type, data]);
    const two = {
      name: 'two',
      provider: 'two',
      category: 'llm',
      endpoint: 'http://127.0.0.1:9/v1',
      model: 'm',
      weight: 1,
      priority: 1,
      maintenance: false,
    };
    await expect
      .poll(async () => (await told()).slice(-5))
      .toEqual([
        ['breaker-changed', { scope: 'instance', name: 'one', from: 'closed', to: 'isolated' }],
        ['breaker-changed', { scope: 'instance', name: 'one', from: 'isolated', to: 'closed' }],
        ['instance-registered', { instance: two }],
        ['instance-updated', { instance: { ...two, weight: 3 }, changed: ['weight'] }],
        ['instance-deregistered', { name: 'two' }],
      ]);
    const configured = (await told()).slice(0, -5);
    expect(configured.map(([type]) => type)).toEqual(configured.map(() => 'instance-registered'));
    expect(configured).toHaveLength(host.services.info().instances.length);

    const { hostRun } = await request<HostInfo>(api, '/api/host');
    expect(await host.services.listRuns({ limit: 10 })).toEqual([]);
    expect(await request(api, `/api/runs/${hostRun}`)).toMatchObject({ source: 'host', status: 'running' });
    expect(await request(api, `/api/runs/${hostRun}/spans`)).toMatchObject({ spans: [{ kind: 'agent' }] });
    expect((await api(`/api/runs/${hostRun}`, { method: 'DELETE' })).status).toBe(409);
  });

  it('has a row in no feed', async () => {
    const host = await bench.host(instanceAt('one', 'http://127.0.0.1:9/v1'));
    const stop = new AbortController();
    const feed = host.services.followRuns(stop.signal)[Symbol.asyncIterator]();
    await feed.next();
    host.services.setBreaker('one', 'isolated');
    await expect.poll(async () => (await hostEvents(host)).at(-1)!.type).toBe('breaker-changed');
    const { run } = await host.services.startRun({ name: 'agent' });
    expect((await feed.next()).value).toMatchObject({ runs: [{ id: run.id }] });
    stop.abort();
  });
});
