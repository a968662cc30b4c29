import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { Timers } from '../../base/clock.ts';
import { seededRandom } from '../../base/random.ts';
import { VirtualClock } from '../../base/virtual-clock.ts';
import type { Instance } from '../../registry/instance.ts';
import { probesSchema, type ProbeChange, type ProbeResult } from '../../resilience/probe.ts';
import { systemClock } from '../system-clock.ts';
import { createHttpProbe } from './http-probe.ts';
import { connectionOptionsSchema } from '../../config/schema/connections.ts';
import { createAuthority } from '../upstream/test-certificates.ts';
import { startHttp } from '../upstream/test-servers.ts';
import { wayTo } from '../upstream/way.ts';
import { Prober } from './prober.ts';

const instanceAt = (name: string, endpoint: string, more: Partial<Instance> = {}): Instance => ({
  name,
  provider: 'one',
  category: 'llm',
  endpoint,
  model: 'm',
  weight: 1,
  priority: 1,
  maintenance: false,
  ...more,
});

describe('a prober', () => {
  const options = probesSchema.parse({ llm: {} });

  /** Every probe stays open until the test answers it. */
  function scripted() {
    const clock = new VirtualClock();
    const open: { url: string; signal: AbortSignal; answer: (result: ProbeResult) => Promise<void> }[] = [];
    const changes: [string, ProbeChange][] = [];
    const prober = new Prober(
      {
        clock,
        timers: clock,
        random: seededRandom(1),
        probe: (url, _, signal) =>
          new Promise((resolve) => {
            const answer = async (result: ProbeResult) => {
              resolve(result);
              await Promise.resolve();
            };
            open.push({ url, signal, answer });
          }),
        onChange: (instance, change) => changes.push([instance, change]),
      },
      options,
    );
    return { clock, open, changes, prober };
  }

  const ok = { kind: 'answered', status: 200 } as const;

  it('asks each instance once an interval, not all at the same time', async () => {
    const { clock, open, prober } = scripted();
    const names = ['a', 'b', 'c', 'd'];
    prober.watch(names.map((name) => instanceAt(name, `http://${name}/v1/`)));
    const starts = new Map<string, number[]>();
    while (clock.now() < 120e9) {
      clock.step();
      for (const { url, answer } of open.splice(0)) {
        starts.set(url, [...(starts.get(url) ?? []), clock.now() / 1e9]);
        await answer(ok);
      }
    }
    expect([...starts.keys()].toSorted()).toEqual(names.map((name) => `http://${name}/v1/models`));
    const firsts = [...starts.values()].map(([first]) => first!);
    expect(new Set(firsts.map((first) => Math.floor(first))).size).toBe(4);
    for (const times of starts.values()) {
      expect(times[0]).toBeLessThan(30);
      for (const [index, time] of times.entries()) expect(time).toBeCloseTo(times[0]! + 30 * index, 6);
    }
  });

  it('says when an instance goes down and comes back, and why', async () => {
    const { clock, open, changes, prober } = scripted();
    prober.watch([instanceAt('a', 'http://a')]);
    for (const status of [200, 503, 503, 503, 200, 200]) {
      clock.step();
      await open.shift()!.answer({ kind: 'answered', status });
    }
    expect(changes.map(([name, { to, message }]) => `${name} ${to}: ${message}`)).toEqual([
      'a healthy: answered 200',
      'a unhealthy: answered 503',
      'a healthy: answered 200',
    ]);
    expect(prober.stateOf('a')).toMatchObject({ health: 'healthy', successes: 2 });
  });

  it('gives a probe up that takes too long, and does not hear its answer', async () => {
    const { clock, open, changes, prober } = scripted();
    prober.watch([instanceAt('a', 'http://a')]);
    for (let round = 0; round < 3; round++) {
      clock.advance(30_000 + 5_000);
      const { signal, answer } = open.shift()!;
      expect(signal.aborted).toBe(true);
      await answer(ok);
    }
    expect(changes).toEqual([['a', { from: 'unknown', to: 'unhealthy', message: 'no answer within 5 s' }]]);
  });

  it('leaves nothing when it stops: no timer, no probe, no answer', async () => {
    const { clock, open, changes, prober } = scripted();
    prober.watch([instanceAt('a', 'http://a'), instanceAt('b', 'http://b')]);
    clock.step();
    expect(open.length).toBe(1);
    prober.stop();
    expect(open[0]!.signal.aborted).toBe(true);
    await open[0]!.answer(ok);
    expect([clock.nextAlarm(), changes, prober.stateOf('a')]).toEqual([undefined, [], undefined]);
  });

  it('keeps what it knows of those that stay, and begins anew with what is elsewhere now', async () => {
    const { clock, open, prober } = scripted();
    const [a, b] = [instanceAt('a', 'http://a'), instanceAt('b', 'http://b')];
    prober.watch([a, b, instanceAt('c', 'http://c', { category: 'tool' })]);
    for (let probes = 0; probes < 2; probes++) {
      clock.step();
      await open.shift()!.answer(ok);
    }
    expect([prober.stateOf('a')?.health, prober.stateOf('b')?.health]).toEqual(['healthy', 'healthy']);
    prober.watch([
      { ...a, weight: 2 },
      { ...b, endpoint: 'http://elsewhere' },
    ]);
    expect(prober.stateOf('a')?.health).toBe('healthy');
    expect(prober.stateOf('b')?.health).toBe('unknown');
    expect(prober.stateOf('c')).toBeUndefined();
    clock.advance(30_000);
    expect(open.map(({ url }) => url).toSorted()).toEqual(['http://a/models', 'http://elsewhere/models']);
  });
});

describe('probes over HTTP', () => {
  const undo: (() => unknown)[] = [];
  afterEach(async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  });

  async function serve(answer: (response: ServerResponse, url: string, key: string | undefined) => void) {
    const server: Server = createServer((request, response) =>
      answer(response, request.url!, request.headers.authorization),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    undo.push(() => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    });
    return { server, endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1` };
  }

  function probing() {
    return createHttpProbe();
  }

  const never = () => new AbortController().signal;

  it('says what was answered, with the key, on a new connection each time, and goes nowhere else', async () => {
    const asked: string[] = [];
    let connections = 0;
    const { server, endpoint } = await serve((response, url, key) => {
      asked.push(`${url} ${key}`);
      if (url === '/v1/models') response.writeHead(307, { location: '/v1/elsewhere' }).end();
      else response.writeHead(503).end('x'.repeat(1_000_000));
    });
    server.on('connection', () => connections++);
    const probe = probing();
    const headers = { authorization: 'Bearer k' };
    expect(await probe(`${endpoint}/models`, headers, never(), 'any')).toEqual({
      kind: 'answered',
      status: 307,
    });
    expect(await probe(`${endpoint}/models`, {}, never(), 'any')).toMatchObject({ status: 307 });
    expect(await probe(`${endpoint}/large?a=b`, {}, never(), 'any')).toEqual({
      kind: 'answered',
      status: 503,
    });
    expect(asked).toEqual(['/v1/models Bearer k', '/v1/models undefined', '/v1/large?a=b undefined']);
    expect(connections).toBe(3);
  });

  it('takes the way that calls take: an authority that is trusted, an exception from it', async () => {
    const authority = createAuthority();
    const server = await startHttp((_, response) => response.end('{}'), authority.issue(['127.0.0.1']));
    undo.push(() => server.close());
    const options = { ...connectionOptionsSchema.parse({}), caFiles: ['ca.pem'] };
    const settings = { authorities: new Map([['ca.pem', authority.cert]]), env: {} };
    const probe = createHttpProbe((origin, provider) =>
      wayTo(origin, provider === 'trusted' ? options : { ...options, caFiles: [] }, settings),
    );
    const url = `https://127.0.0.1:${server.port}`;
    expect(await probe(url, {}, never(), 'trusted')).toEqual({ kind: 'answered', status: 200 });
    expect(await probe(url, {}, never(), 'other')).toMatchObject({ kind: 'failed' });
    await expect.poll(server.open).toBe(0);
  });

  it('says why no answer came', async () => {
    const { server, endpoint } = await serve((response) => response.destroy());
    const probe = probing();
    expect(await probe(endpoint, {}, never(), 'any')).toEqual({
      kind: 'failed',
      message: 'other side closed',
    });
    await new Promise((resolve) => server.close(resolve));
    expect(await probe(endpoint, {}, never(), 'any')).toEqual({
      kind: 'failed',
      message: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('finds out that a real server went down, hangs, and came back, and leaves no connection', async () => {
    let mode: 'up' | 'down' | 'hangs' = 'up';
    const { server, endpoint } = await serve((response) => {
      if (mode !== 'hangs') response.writeHead(mode === 'up' ? 200 : 500).end('{}');
    });
    const timers: Timers = {
      after(delay, callback) {
        const timer = setTimeout(callback, delay);
        return () => clearTimeout(timer);
      },
    };
    const seen: string[] = [];
    const prober = new Prober(
      {
        clock: systemClock,
        timers,
        random: () => 0,
        probe: probing(),
        onChange: (instance, { to, message }) => seen.push(`${instance} ${to}: ${message}`),
      },
      probesSchema.parse({ llm: { intervalMs: 100, timeoutMs: 100, upAfter: 1, downAfter: 1 } }),
    );
    undo.push(() => prober.stop());
    prober.watch([instanceAt('a', endpoint)]);
    const until = async (count: number) => {
      for (let wait = 0; seen.length < count && wait < 200; wait++) await sleep(10);
    };
    for (const [index, next] of (['up', 'down', 'up', 'hangs'] as const).entries()) {
      mode = next;
      await until(index + 1);
    }
    expect(seen).toEqual([
      'a healthy: answered 200',
      'a unhealthy: answered 500',
      'a healthy: answered 200',
      'a unhealthy: no answer within 0.1 s',
    ]);
    prober.stop();
    const connections = () =>
      new Promise<number>((resolve, reject) =>
        server.getConnections((error, count) => (error ? reject(error) : resolve(count))),
      );
    for (let wait = 0; (await connections()) > 0 && wait < 100; wait++) await sleep(10);
    expect(await connections()).toBe(0);
  });
});
