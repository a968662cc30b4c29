import { afterEach, describe, expect, it } from 'vitest';
import { ask, chat, hostEvents, instanceAt, poolOf, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const QUICK = '[retry]\nmax_attempts = 1\n';

const healthOf = (host: TestHost, wanted: string) =>
  host.services.info().instances.find(({ name }) => name === wanted)!.health;

async function changesOf(host: TestHost, wanted: string) {
  const events = await hostEvents(host);
  return events.flatMap((event) =>
    event.type === 'health-changed' && event.data.instance === wanted ? [event.data] : [],
  );
}

async function instanceFor(host: TestHost, model: string): Promise<string | null> {
  return (await ask(host, chat(model))).headers.get('x-signalbox-instance');
}

describe('active probes', () => {
  it('take an instance out that does not answer them well, and let it come back', async () => {
    let down = true;
    const one = await bench.upstream((request, response) => {
      if (request.url === '/v1/models') response.writeHead(down ? 500 : 200).end('{}');
      else response.end('one');
    });
    const two = await bench.upstream((_, response) => response.end('two'));
    const host = await bench.host(
      `[probes.llm]\npath = "/models"\ninterval_ms = 400\ntimeout_ms = 400\nup_after = 2\ndown_after = 2\n` +
        instanceAt('one', one.endpoint) +
        instanceAt('two', two.endpoint) +
        poolOf('both', 'one', 'two'),
    );
    expect(await instanceFor(host, 'both')).toBe('one');
    await expect.poll(() => healthOf(host, 'one'), { timeout: 5_000 }).toBe('unhealthy');
    expect(await instanceFor(host, 'both')).toBe('two');
    const refused = await ask(host, chat('one/real'));
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('one: failed its last 2 probes');
    // It would not come back with an attempt that ends: nobody waits for it.
    expect((await recordedCall(host, refused)).call.waits).toEqual([]);

    down = false;
    await expect.poll(() => healthOf(host, 'one'), { timeout: 5_000 }).toBe('healthy');
    expect(await instanceFor(host, 'both')).toBe('one');
    await expect
      .poll(() => changesOf(host, 'one'))
      .toEqual([
        { instance: 'one', from: 'healthy', to: 'unhealthy', because: 'probes', message: 'answered 500' },
        { instance: 'one', from: 'unhealthy', to: 'healthy', because: 'probes', message: 'answered 200' },
      ]);
    expect(healthOf(host, 'two')).toBe('healthy');
  });

  it('follow the registry: what is registered is probed, what is removed is not', async () => {
    const upstream = await bench.upstream((_, response) => response.writeHead(500).end());
    const host = await bench.host(
      '[probes.tool]\npath = "/up"\ninterval_ms = 100\ntimeout_ms = 100\ndown_after = 1\n',
    );
    const registered = host.services.registerInstance({
      name: 'tool',
      category: 'tool',
      endpoint: upstream.endpoint,
    });
    expect(registered.ok).toBe(true);
    await expect.poll(() => healthOf(host, 'tool'), { timeout: 5_000 }).toBe('unhealthy');
    expect(upstream.requests[0]!.url).toBe('/v1/up');
    host.services.deregisterInstance('tool');
    const before = upstream.requests.length;
    await new Promise((resolve) => setTimeout(resolve, 350));
    expect(upstream.requests.length).toBeLessThanOrEqual(before + 1);
  });
});

describe('results of calls', () => {
  it('leave an instance out that fails again and again, until its time is served', async () => {
    let fails = true;
    const one = await bench.upstream((_, response) => {
      if (fails) response.writeHead(502).end('{}');
      else response.end('{}');
    });
    const two = await bench.upstream((_, response) => response.end('{}'));
    const host = await bench.host(
      `${QUICK}[health]\nconsecutive_failures = 3\nejection_ms = 800\nsweep_ms = 50\n` +
        `${instanceAt('one', one.endpoint)}${instanceAt('two', two.endpoint)}${poolOf('both', 'one', 'two')}`,
    );
    for (let call = 0; call < 3; call++) expect((await ask(host, chat('both'))).status).toBe(502);
    expect(healthOf(host, 'one')).toBe('ejected');
    const response = await ask(host, chat('both'));
    expect(response.headers.get('x-signalbox-instance')).toBe('two');
    const { call } = await recordedCall(host, response);
    expect(
      call.routes[0]!.pick.considered.find(({ instance }) => instance === 'one')!.rejected,
    ).toMatchObject({
      reason: 'ejected',
      because: 'consecutive-failures',
    });
    fails = false;
    await expect.poll(() => healthOf(host, 'one'), { timeout: 5_000 }).toBe('healthy');
    expect(await instanceFor(host, 'both')).toBe('one');
    await expect
      .poll(() => changesOf(host, 'one'))
      .toMatchObject([
        { to: 'ejected', because: 'consecutive-failures', forMs: 800 },
        { to: 'healthy', because: 'time-served' },
      ]);
  });

  it('open the breaker of an instance, and calls go on to others', async () => {
    const one = await bench.upstream((_, response) => response.writeHead(500).end('{}'));
    const two = await bench.upstream((_, response) => response.end('{}'));
    const host = await bench.host(
      `${QUICK}[breaker]\nminimum_calls = 3\n${instanceAt('one', one.endpoint)}` +
        `${instanceAt('two', two.endpoint)}${poolOf('both', 'one', 'two')}`,
    );
    for (let call = 0; call < 3; call++) await ask(host, chat('both'));
    const info = host.services.info().instances.find(({ name }) => name === 'one')!;
    expect(info).toMatchObject({ breaker: 'open', successRate: 0, samples: 3 });
    expect(info.retryInMs).toBeGreaterThan(0);
    expect(await instanceFor(host, 'both')).toBe('two');
  });
});

describe('an instance taken out by hand', () => {
  it('gets no call until it is restored, and the host says so', async () => {
    const host = await bench.host(
      `[simulated]\nspeed = 0\n[pools.fast]\nstrategy = "round-robin"\ninstances = ["small-1", "small-2"]\n[pools.fast.options]\nexploration = 0\n`,
    );
    const stateOf = () => host.services.info().instances.find(({ name }) => name === 'small-1')?.breaker;
    const instance = async () => (await ask(host, chat('fast'))).headers.get('x-signalbox-instance');
    expect(host.services.setBreaker('nobody', 'isolated')).toBe(false);
    expect(host.services.setBreaker('small-1', 'isolated')).toBe(true);
    expect(stateOf()).toBe('isolated');
    expect([await instance(), await instance()]).toEqual(['small-2', 'small-2']);
    host.services.setBreaker('small-1', 'closed');
    expect(stateOf()).toBe('closed');
    expect(new Set([await instance(), await instance()])).toEqual(new Set(['small-1', 'small-2']));
  });
});
