import { afterEach, describe, expect, it } from 'vitest';
import { ask, chat, instanceAt, poolOf, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const SOON = { interval: 2, timeout: 5_000 };

/** Answers when it is told to, whoever came first; remembers who asked, in order. */
async function gatedUpstream() {
  const open: (() => void)[] = [];
  const asked: string[] = [];
  let atOnce = 0;
  let most = 0;
  const { endpoint } = await bench.upstream((_, response, body) => {
    const { user } = JSON.parse(body) as { user: string };
    asked.push(user);
    most = Math.max(most, ++atOnce);
    open.push(() => {
      atOnce -= 1;
      response.end(JSON.stringify({ said: user }));
    });
  });
  return {
    endpoint,
    asked,
    get most() {
      return most;
    },
    /** Waits until somebody asks, then answers. */
    async answerNext(): Promise<void> {
      await expect.poll(() => open.length, SOON).toBeGreaterThan(0);
      open.shift()!();
    },
  };
}

type Gated = Awaited<ReturnType<typeof gatedUpstream>>;

interface Sent {
  readonly answered: Promise<Response>;
  leave(): void;
}

function send(host: TestHost, user: string, { model = 'real', priority = 5 } = {}): Sent {
  const controller = new AbortController();
  const answered = fetch(`${host.dataPlane}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-signalbox-priority': `${priority}` },
    body: JSON.stringify(chat(model, { user })),
    signal: controller.signal,
  });
  answered.catch(() => undefined);
  return { answered, leave: () => controller.abort() };
}

/** A call that has its place at the upstream. */
async function occupy(host: TestHost, upstream: Gated, model?: string): Promise<Sent> {
  const sent = send(host, 'occupant', { ...(model !== undefined && { model }) });
  await expect.poll(() => upstream.asked, SOON).toContain('occupant');
  return sent;
}

/** Calls that wait, sent one after the other in this order. */
async function line(host: TestHost, ...calls: readonly (readonly [user: string, options?: object])[]) {
  const sent: Sent[] = [];
  for (const [user, options] of calls) {
    const before = waitingCalls(host);
    sent.push(send(host, user, options));
    await expect.poll(() => waitingCalls(host), SOON).toBe(before + 1);
  }
  return sent;
}

function waitingCalls(host: TestHost): number {
  return host.services.info().scheduler.queues.reduce((sum, { waiting }) => sum + waiting, 0);
}

async function saidTo({ answered }: Sent): Promise<unknown> {
  const response = await answered;
  return ((await response.json()) as { said: unknown }).said;
}

const onePlace = ({ endpoint }: Gated) => instanceAt('one', endpoint, 'max_concurrent = 1');

describe('calls for an instance that has no free place', () => {
  it('wait and are answered in their turn, one at a time, and the journal has their waits', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(onePlace(upstream));
    const occupant = await occupy(host, upstream);
    const waiting = await line(host, ['first'], ['second']);
    expect(host.services.info().scheduler).toMatchObject({
      outstanding: 1,
      queues: [{ name: 'real', waiting: 2 }],
    });
    for (let turn = 0; turn < 3; turn++) await upstream.answerNext();
    expect(await Promise.all([occupant, ...waiting].map(saidTo))).toEqual(['occupant', 'first', 'second']);
    expect(upstream.asked).toEqual(['occupant', 'first', 'second']);
    expect(upstream.most).toBe(1);
    for (const [index, { answered }] of waiting.entries()) {
      const { call, events } = await recordedCall(host, await answered);
      const waits = events.filter(({ type }) => type === 'call-queued' || type === 'call-dequeued');
      expect(waits.map(({ type, data }) => [type, data])).toEqual([
        ['call-queued', { queue: 'real', class: 'normal', ahead: index }],
        ['call-dequeued', { outcome: 'placed', waitedMs: expect.any(Number) as number }],
      ]);
      const decisions = call.routes.map(({ pick }) => pick.chosen ?? pick.considered[0]!.rejected!.reason);
      expect(decisions).toEqual(['at-capacity', 'one']);
    }
    expect(host.services.info().scheduler).toMatchObject({ outstanding: 0, queues: [] });
  });

  it('are let in by their priority', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(onePlace(upstream));
    await occupy(host, upstream);
    const waiting = await line(host, ['low', { priority: 1 }], ['normal'], ['high', { priority: 9 }]);
    for (let turn = 0; turn < 4; turn++) await upstream.answerNext();
    await Promise.all(waiting.map(saidTo));
    expect(upstream.asked).toEqual(['occupant', 'high', 'normal', 'low']);
    const { events } = await recordedCall(host, await waiting[2]!.answered);
    expect(events.find(({ type }) => type === 'call-queued')!.data).toMatchObject({
      class: 'high',
      ahead: 0,
    });
  });

  it('are let in as soon as the instance may have more at once', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(onePlace(upstream));
    const occupant = await occupy(host, upstream);
    const [waiting] = await line(host, ['waiting']);
    host.services.updateInstance('one', { capacity: 2 });
    await expect.poll(() => upstream.asked, SOON).toEqual(['occupant', 'waiting']);
    await upstream.answerNext();
    await upstream.answerNext();
    expect(await Promise.all([occupant, waiting!].map(saidTo))).toEqual(['occupant', 'waiting']);
  });

  it('wait as long as it asked to be left alone', async () => {
    const times: number[] = [];
    const upstream = await bench.upstream((_, response) => {
      times.push(performance.now());
      if (times.length > 1) response.end('{"said":"done"}');
      else response.writeHead(429, { 'retry-after-ms': '300' }).end('{"error":{"message":"slow down"}}');
    });
    const host = await bench.host(`[retry]\nbase_ms = 1\n${instanceAt('one', upstream.endpoint)}`);
    const response = await ask(host, chat());
    expect(await response.text()).toBe('{"said":"done"}');
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(299);
    const { call, attempts } = await recordedCall(host, response);
    expect(attempts.map(({ httpStatus }) => httpStatus)).toEqual([429, 200]);
    expect(call.waits.map(({ because, outcome }) => [because, outcome])).toEqual([
      ['backoff', undefined],
      ['queue', 'placed'],
    ]);
  });

  it('free their place in the queue when their client leaves, and are never sent', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(`[queue]\nmax_length = 1\n${onePlace(upstream)}`);
    const occupant = await occupy(host, upstream);
    const [leaver] = await line(host, ['leaver']);
    leaver!.leave();
    await expect.poll(() => waitingCalls(host), SOON).toBe(0);
    const [next] = await line(host, ['next']);
    await upstream.answerNext();
    await upstream.answerNext();
    expect(await saidTo(next!)).toBe('next');
    expect(upstream.asked).toEqual(['occupant', 'next']);
    const { call } = await recordedCall(host, await occupant.answered);
    const spans = await host.services.listSpans((await host.services.listRuns({ limit: 1 }))[0]!.id);
    const cancelled = spans.filter((span) => span.kind === 'call' && span.status === 'cancelled');
    expect(cancelled).toMatchObject([
      { error: { code: 'client_gone' }, waits: [{ because: 'queue', outcome: 'cancelled' }] },
    ]);
    expect(cancelled[0]!.parentId).toBe(call.parentId);
  });

  it('are refused at once where the queue is full', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(`[queue]\nmax_length = 1\n${onePlace(upstream)}`);
    await occupy(host, upstream);
    const [waiting] = await line(host, ['waiting']);
    const refused = await ask(host, chat('real', { user: 'too many' }));
    expect(refused.status).toBe(503);
    const { error } = (await refused.json()) as { error: Record<string, unknown> };
    expect(error).toMatchObject({ code: 'no_instance_available', type: 'server_error' });
    expect(error['message']).toBe(
      'No instance of "real" can take this call, and it cannot wait: 1 calls are waiting already. one: has 1 of 1 attempts in flight.',
    );
    await upstream.answerNext();
    await upstream.answerNext();
    expect(await saidTo(waiting!)).toBe('waiting');
    expect(upstream.asked).not.toContain('too many');
  });

  it('are refused with the reason when they have waited as long as they may', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(`[queue]\nmax_wait_ms = 100\n${onePlace(upstream)}`);
    const occupant = await occupy(host, upstream);
    const refused = await ask(host, chat('real', { user: 'late' }));
    const { error } = (await refused.json()) as { error: { message: string } };
    expect(refused.status).toBe(503);
    expect(error.message).toBe(
      'No instance of "real" can take this call: none was free within the 0.1 s that it may wait. one: has 1 of 1 attempts in flight.',
    );
    const { call } = await recordedCall(host, refused);
    expect(call).toMatchObject({ status: 'error', waits: [{ outcome: 'expired' }] });
    await upstream.answerNext();
    expect(await saidTo(occupant)).toBe('occupant');
  });

  it('do not wait where nobody will come back by himself', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(instanceAt('one', upstream.endpoint, 'maintenance = true'));
    const refused = await ask(host, chat());
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('one: is under maintenance');
    expect((await recordedCall(host, refused)).call.waits).toEqual([]);
  });
});

describe('what the whole host has', () => {
  it('is at most so many attempts at once, whomever they are for', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(
      `[scheduler]\nmax_concurrent = 1\n${instanceAt('one', upstream.endpoint)}${instanceAt('two', upstream.endpoint)}`,
    );
    await occupy(host, upstream, 'one/real');
    const waiting = await line(host, ['other', { model: 'two/real' }]);
    await upstream.answerNext();
    await upstream.answerNext();
    expect(await saidTo(waiting[0]!)).toBe('other');
    expect(upstream.most).toBe(1);
  });

  it.each([
    ['of a pool', 'both', 'both'],
    ['that are asked for themselves', 'one/real', 'two/real'],
  ])('is given to one instance at a time where each needs all of it: those %s', async (_, first, second) => {
    const upstream = await gatedUpstream();
    const needsAll = 'requires = { gpu = 1.0 }';
    const host = await bench.host(
      `[resources]\ngpu = 1.0\n${instanceAt('one', upstream.endpoint, needsAll)}` +
        `${instanceAt('two', upstream.endpoint, needsAll)}${poolOf('both', 'one', 'two')}`,
    );
    const occupant = await occupy(host, upstream, first);
    const waiting = await line(host, ['a', { model: second }], ['b', { model: second }]);
    expect(host.services.info().resources).toMatchObject([
      { resource: 'gpu', capacity: 1, reserved: 1, free: 0, holders: [{ holder: { instance: 'one' } }] },
    ]);
    for (let turn = 0; turn < 3; turn++) await upstream.answerNext();
    expect(await Promise.all([occupant, ...waiting].map(saidTo))).toEqual(['occupant', 'a', 'b']);
    expect(upstream.most).toBe(1);
    expect(host.services.info().resources).toMatchObject([{ reserved: 0, holders: [] }]);
    const { call, attempts } = await recordedCall(host, await waiting[0]!.answered);
    expect(call.routes[0]!.pick.considered[0]!.rejected).toEqual({
      reason: 'resources-short',
      resource: 'gpu',
      needed: 1,
      free: 0,
    });
    expect(attempts).toMatchObject([{ reserved: { gpu: 1 } }]);
  });

  it('is not waited for where it will never be enough', async () => {
    const upstream = await gatedUpstream();
    const host = await bench.host(`[resources]\ngpu = 1.0\n${instanceAt('one', upstream.endpoint)}`);
    const api = host.services.updateInstance('one', { requires: { gpu: 2 } });
    expect(api.ok).toBe(true);
    const refused = await ask(host, chat());
    expect(refused.status).toBe(503);
    expect(await refused.text()).toContain('needs 2 of \\"gpu\\", of which there are only 1');
  });
});
