import { describe, expect, it } from 'vitest';
import { fold } from '../journal/fold.ts';
import type { RecordedRun } from '../journal/recorded-events.ts';
import type { AttemptSpan, CallSpan } from '../journal/run-state.ts';
import type { Task } from '../journal/task.ts';
import { DEFAULT_FALLBACK } from '../routing/fallback.ts';
import { promotionOptionsSchema } from '../routing/tier-standing.ts';
import { scriptedWork, type Behaviour } from './scripted-work.ts';
import {
  inTurn,
  instanceOf,
  quiet,
  settled,
  startScheduling,
  taskOf,
  type Scheduling,
  type SchedulingOptions,
} from './test-scheduler.ts';

const down = { error: { code: 'connect_refused', message: 'nobody listens' } };
const busy = { error: { code: 'rate_limit_exceeded', message: 'slow down', status: 429 } };
const tooLong = { error: { code: 'context_length_exceeded', message: 'too long', status: 400 } };
const indecent = { error: { code: 'content_filter', message: 'no', status: 400 } };
const wrong = { error: { code: 'invalid_request_error', message: 'what?', status: 400 } };
const noMoney = { error: { code: 'enforced_spend_limit_reached', message: 'pay first', status: 429 } };
const noKey = { error: { code: 'invalid_api_key', message: 'who?', status: 401 } };
const fine: Behaviour = { beginsAfterMs: 10, lastsMs: 10 };

/** One call from its beginning to its end, with what its journal folds to. */
async function play(
  scheduling: Scheduling,
  target: string,
  behave: (instance: string, attempt: number) => Behaviour,
  task: Partial<Task> = {},
  more: { clientRetries?: number; defer?: () => void } = {},
) {
  const run = scheduling.startRun();
  const plan = scheduling.table.resolve(target)!;
  const work = scriptedWork(scheduling.clock, run, plan, taskOf(target, task), behave, more);
  const end = await settled(scheduling.clock, scheduling.scheduler.run(work));
  return { end, run, ...callOf(run), visited: work.visited };
}

function callOf(run: RecordedRun) {
  const spans = [...fold(undefined, run.events).spans.values()];
  const call = spans.find((span): span is CallSpan => span.kind === 'call')!;
  return { call, attempts: spans.filter((span): span is AttemptSpan => span.kind === 'attempt') };
}

const abc = ['a', 'b', 'c'].map((name) => instanceOf(name));
const group = (more: object = {}) => ({
  tiers: [
    { name: 'first', pools: ['one'] },
    { name: 'second', pools: ['two'] },
  ],
  fallback: DEFAULT_FALLBACK,
  promotion: promotionOptionsSchema.parse({}),
  ...more,
});
const twoTiers = (more: Partial<SchedulingOptions> = {}) =>
  startScheduling({
    instances: abc,
    pools: { one: inTurn('a', 'b'), two: inTurn('c') },
    groups: { g: group() },
    breaker: { minimumCalls: 1000 },
    health: { consecutiveFailures: 1000 },
    retryFloor: 1000,
    ...more,
  });
const onlyC = (instance: string) => (instance === 'c' ? fine : down);

describe('a task group', () => {
  it('goes to another instance of the tier first, and to the next tier when the tier has nobody left', async () => {
    const { end, visited, call } = await play(twoTiers(), 'g', onlyC);
    expect([end.kind, visited]).toEqual(['answered', ['a', 'b', 'c']]);
    expect(call.fallbacks).toMatchObject([
      { from: 'g/first', to: { kind: 'tier', name: 'g/second' }, because: 'server-error' },
    ]);
    expect(call.routes.map(({ tier, target, attempt }) => [tier, target.kind, attempt])).toEqual([
      ['first', 'group', 1],
      ['first', 'group', 2],
      ['first', 'group', 2],
      ['second', 'group', 3],
    ]);
  });

  it.each([
    ['rate limits', busy, ['a', 'b', 'c']],
    ['requests that are too long, at once', tooLong, ['a', 'c']],
    ['a key that is not accepted, at once', noKey, ['a', 'c']],
    ['refusals for the content: not unless asked for', indecent, ['a']],
    ['bad requests: never', wrong, ['a']],
  ])('falls back for %s', async (_, failure, expected) => {
    const { visited } = await play(twoTiers(), 'g', (instance) => (instance === 'c' ? fine : failure));
    expect(visited).toEqual(expected);
  });

  it('asks nobody else for money whom the same account pays for, in its tier or below', async () => {
    const [a, b, c] = [
      instanceOf('a', { apiKey: 'one' }),
      instanceOf('b', { apiKey: 'one', provider: 'other' }),
      instanceOf('c', { apiKey: 'two' }),
    ];
    const poor = (instance: string) => (instance === 'c' ? fine : noMoney);
    const below = await play(twoTiers({ instances: [a, b, c] }), 'g', poor);
    expect([below.end.kind, below.visited]).toEqual(['answered', ['a', 'c']]);
    expect(below.call.fallbacks).toMatchObject([{ to: { name: 'g/second' }, because: 'billing' }]);

    const beside = twoTiers({ instances: [a, b, c], pools: { one: inTurn('a', 'b', 'c') }, groups: {} });
    const retried = await play(beside, 'one', poor);
    expect([retried.end.kind, retried.visited]).toEqual(['answered', ['a', 'c']]);
    expect(retried.call.routes.at(-1)?.pick.considered).toMatchObject([
      { instance: 'a', rejected: { reason: 'already-tried' } },
      { instance: 'b', rejected: { reason: 'account-spent' } },
      { instance: 'c' },
    ]);

    const nobody = await play(twoTiers({ instances: [a, b, { ...c, apiKey: 'one' }] }), 'g', poor);
    expect(nobody.end).toMatchObject({ kind: 'failed', failure: { error: noMoney.error } });
    expect(nobody.visited).toEqual(['a']);
  });

  it('does not hold the lack of money against an instance', async () => {
    const scheduling = twoTiers({ breaker: { minimumCalls: 2 }, health: { consecutiveFailures: 2 } });
    for (let call = 0; call < 5; call++) await play(scheduling, 'one', () => noMoney);
    const figures = scheduling.live.get('a')!.figures(scheduling.clock.now());
    expect(figures).toMatchObject({ breaker: 'closed', health: 'healthy' });
    expect((await play(scheduling, 'one', () => fine)).end.kind).toBe('answered');
  });

  it('does what its policy says for a class: another group, an instance, an answer', async () => {
    const byClass = {
      ...DEFAULT_FALLBACK.byClass,
      'content-policy': { kind: 'instance', name: 'c' },
    } as const;
    const toInstance = twoTiers({ groups: { g: group({ fallback: { ...DEFAULT_FALLBACK, byClass } }) } });
    const asked = await play(toInstance, 'g', (instance) => (instance === 'c' ? fine : indecent));
    expect([asked.end.kind, asked.visited]).toEqual(['answered', ['a', 'c']]);

    const exhausted = { kind: 'answer', text: 'later' } as const;
    const toAnswer = twoTiers({
      groups: {
        g: group({ fallback: { ...DEFAULT_FALLBACK, exhausted: { kind: 'group', name: 'h' } } }),
        h: group({ tiers: [{ name: 'only', pools: ['two'] }], fallback: { ...DEFAULT_FALLBACK, exhausted } }),
      },
    });
    const answered = await play(toAnswer, 'g', () => down);
    expect(answered.end).toEqual({ kind: 'preset', text: 'later' });
    expect(answered.call.fallbacks.map(({ to }) => ('name' in to ? to.name : to.kind))).toEqual([
      'g/second',
      'h',
      'answer',
    ]);
  });

  it('never comes back to a group that it has been to, whatever falls back to it', async () => {
    const exhausted = { kind: 'group', name: 'g' } as const;
    const scheduling = twoTiers({ groups: { g: group({ fallback: { ...DEFAULT_FALLBACK, exhausted } }) } });
    const { end } = await play(scheduling, 'g', () => down);
    expect(end).toMatchObject({ kind: 'failed', failure: { error: { code: 'connect_refused' } } });
  });

  it('leaves a failed tier out until its time is served, and uses it again after a success there', async () => {
    const scheduling = twoTiers();
    const first = await play(scheduling, 'g', onlyC);
    const changes = (run: RecordedRun) =>
      run.events.flatMap((event) => (event.type === 'tier-changed' ? [event.data] : []));
    expect(changes(first.run)).toEqual([{ group: 'g', tier: 'first', to: 'fallen' }]);
    const meanwhile = await play(scheduling, 'g', () => fine);
    expect(meanwhile.visited).toEqual(['c']);
    expect(meanwhile.call.routes[0]!.pick.considered[0]!.rejected).toMatchObject({ reason: 'fallen' });
    scheduling.clock.advance(30_000);
    const probe = await play(scheduling, 'g', () => fine);
    expect(probe.visited).toEqual(['b']);
    expect(changes(probe.run)).toEqual([{ group: 'g', tier: 'first', to: 'in-use' }]);
  });

  it('spills into the next tier while the first is at its concurrency', async () => {
    const tiers = [
      { name: 'first', pools: ['one'], guard: { capacity: 1 } },
      { name: 'second', pools: ['two'] },
    ];
    const scheduling = twoTiers({ groups: { g: group({ tiers }) } });
    const calls = [play(scheduling, 'g', () => fine), play(scheduling, 'g', () => fine)];
    const ends = await Promise.all(calls);
    expect(ends.map(({ visited }) => visited)).toEqual([['a'], ['c']]);
  });

  it('has a breaker of its own, which opens for the tier as a whole', async () => {
    const breaker = { ...breakerAfter(2), openMs: 60_000 };
    const tiers = [
      { name: 'first', pools: ['one'], guard: { breaker } },
      { name: 'second', pools: ['two'] },
    ];
    const scheduling = twoTiers({ groups: { g: group({ tiers, promotion: { afterMs: 0, successes: 1 } }) } });
    const { run } = await play(scheduling, 'g', onlyC);
    expect(
      run.events.flatMap((event) => (event.type === 'breaker-changed' ? [event.data] : [])),
    ).toMatchObject([{ scope: 'tier', name: 'g/first', from: 'closed', to: 'open' }]);
    expect((await play(scheduling, 'g', () => fine)).visited).toEqual(['c']);
  });
});

describe('a call that fails everywhere', () => {
  it('waits a little at random before it comes back to an instance, and says so', async () => {
    const scheduling = startScheduling({ instances: [instanceOf('a')], pools: { p: inTurn('a') } });
    const { visited, call, end } = await play(scheduling, 'p', (_, attempt) => (attempt < 3 ? down : fine));
    expect([end.kind, visited]).toEqual(['answered', ['a', 'a', 'a']]);
    expect(call.waits.map(({ because }) => because)).toEqual(['backoff', 'backoff']);
    for (const [retry, { at, endedAt }] of call.waits.entries()) {
      expect((endedAt! - at) / 1e6).toBeLessThanOrEqual(500 * 2 ** retry);
    }
  });

  it.each([
    ['a pool', { pools: { p: { ...inTurn('a', 'b', 'c'), policies: { retry: { maxAttempts: 2 } } } } }],
    ['a tier', { groups: { p: retryTier() }, pools: { q: inTurn('a', 'b', 'c') } }],
    ['the host', { host: { retry: { maxAttempts: 2 } }, pools: { p: inTurn('a', 'b', 'c') } }],
  ])('is tried as often as %s says', async (_, more) => {
    const { visited } = await play(startScheduling({ instances: abc, ...more }), 'p', () => down);
    expect(visited).toHaveLength(2);
  });

  it('counts the tries that the client has made before', async () => {
    const scheduling = startScheduling({ instances: abc, pools: { p: inTurn('a', 'b', 'c') } });
    const { visited } = await play(scheduling, 'p', () => down, {}, { clientRetries: 1 });
    expect(visited).toHaveLength(2);
  });

  it('goes on no longer than its total time', async () => {
    const scheduling = startScheduling({
      instances: abc,
      pools: { p: inTurn('a', 'b', 'c') },
      host: { timeouts: { totalMs: 1000 } },
    });
    const { visited, end } = await play(scheduling, 'p', () => ({ beginsAfterMs: 600, ...down }));
    expect(visited).toEqual(['a', 'b']);
    expect(end).toMatchObject({ failure: { error: { code: 'total_timeout' } } });
  });
});

describe('timeouts', () => {
  it.each([
    ['of the host', { host: { timeouts: { firstTokenMs: 100 } } }],
    ['of an instance', { instancePolicies: { a: { timeouts: { firstTokenMs: 100 } } } }],
    ['of a pool', { pools: { p: { ...inTurn('a', 'b'), policies: { timeouts: { firstTokenMs: 100 } } } } }],
  ])('%s send a stream that does not begin to another instance', async (_, more) => {
    const scheduling = startScheduling({ instances: abc, pools: { p: inTurn('a', 'b') }, ...more });
    const behave = (instance: string) => (instance === 'a' ? { beginsAfterMs: 5000 } : fine);
    const { visited, attempts } = await play(scheduling, 'p', behave, { streaming: true });
    expect(visited).toEqual(['a', 'b']);
    expect(attempts[0]).toMatchObject({ status: 'error', error: { code: 'first_token_timeout' } });
    expect((attempts[0]!.endedAt! - attempts[0]!.startedAt) / 1e6).toBe(100);
  });

  it('end an answer that stands still, without a second try: it has reached the client', async () => {
    const scheduling = startScheduling({
      instances: abc,
      pools: { p: inTurn('a', 'b') },
      host: { timeouts: { idleMs: 200 } },
    });
    const { visited, attempts } = await play(scheduling, 'p', () => ({ lastsMs: 1000 }), { streaming: true });
    expect(visited).toEqual(['a']);
    expect(attempts[0]).toMatchObject({ status: 'error', error: { code: 'idle_timeout' } });
  });
});

describe('hedging', () => {
  const hedged = (instances = ['a', 'b', 'c']) =>
    startScheduling({
      instances: abc,
      pools: { p: { ...inTurn(...instances), policies: { hedge: { after: 50, max: 1 } } } },
    });

  it('asks a second instance where the first has not begun in time; the quicker one answers, the other is cancelled', async () => {
    const slowA = (instance: string) => (instance === 'a' ? { beginsAfterMs: 500 } : fine);
    const { visited, attempts, call, end } = await play(hedged(), 'p', slowA);
    expect([end.kind, visited]).toEqual(['answered', ['a', 'b']]);
    expect(attempts.map(({ status, hedge, error }) => [status, hedge, error?.code])).toEqual([
      ['cancelled', undefined, 'hedge_lost'],
      ['ok', true, undefined],
    ]);
    expect(call.routes.map(({ hedge }) => hedge)).toEqual([undefined, true]);
  });

  it('sends none where the first begins in time, or nobody else is there', async () => {
    expect((await play(hedged(), 'p', () => fine)).visited).toEqual(['a']);
    expect((await play(hedged(['a']), 'p', () => ({ beginsAfterMs: 500 }))).visited).toEqual(['a']);
  });

  it('sends the hedge at once where the first fails, and ends all where the request is bad', async () => {
    const scheduling = hedged();
    const failing = await play(scheduling, 'p', (instance) => (instance === 'a' ? down : fine));
    expect([failing.end.kind, failing.visited]).toEqual(['answered', ['a', 'b']]);
    expect((await play(hedged(), 'p', () => wrong)).visited).toEqual(['a']);
  });

  it('gives every place back, also that of the loser', async () => {
    const scheduling = hedged();
    await play(scheduling, 'p', (instance) => (instance === 'a' ? { beginsAfterMs: 500 } : fine));
    await quiet();
    expect(scheduling.scheduler.view().outstanding).toBe(0);
    expect(scheduling.live.all().map((live) => live.guard.outstanding)).toEqual([0, 0, 0]);
  });
});

describe('waiting for a place', () => {
  const narrow = (more: Partial<SchedulingOptions> = {}) =>
    startScheduling({ instances: [instanceOf('a', { capacity: 1 })], pools: { p: inTurn('a') }, ...more });
  const start = (scheduling: Scheduling, task: Partial<Task> = {}, behave = () => fine) => {
    const run = scheduling.startRun();
    const plan = scheduling.table.resolve('p')!;
    const work = scriptedWork(scheduling.clock, run, plan, taskOf('p', task), behave);
    return { run, work, ended: scheduling.scheduler.run(work) };
  };

  it('lets calls in as places come free, the more urgent first, and records the wait', async () => {
    const scheduling = narrow();
    const first = start(scheduling);
    const low = start(scheduling, { priority: 1 });
    const high = start(scheduling, { priority: 9 });
    expect(scheduling.scheduler.view().queues).toEqual([{ name: 'p', waiting: 2 }]);
    const order: string[] = [];
    void low.ended.then(() => order.push('low'));
    void high.ended.then(() => order.push('high'));
    await settled(scheduling.clock, Promise.all([first.ended, low.ended, high.ended]));
    expect(order).toEqual(['high', 'low']);
    expect(callOf(low.run).call.waits).toMatchObject([
      { because: 'queue', queue: 'p', class: 'low', ahead: 0, outcome: 'placed' },
    ]);
    expect(scheduling.scheduler.view()).toMatchObject({ outstanding: 0, queues: [] });
  });

  it('ends with every reason when no place comes in time', async () => {
    const scheduling = narrow({ queue: { maxWaitMs: 50 } });
    const first = start(scheduling, {}, () => ({ lastsMs: 1000 }));
    const second = start(scheduling);
    expect(await settled(scheduling.clock, second.ended)).toMatchObject({
      kind: 'unserved',
      waited: { outcome: 'expired', waitedMs: 50 },
      refusals: [{ at: 'p', pick: { considered: [{ instance: 'a', rejected: { reason: 'at-capacity' } }] } }],
    });
    await settled(scheduling.clock, first.ended);
  });

  it('frees the place of a client that leaves while it waits', async () => {
    const scheduling = narrow();
    const first = start(scheduling);
    const leaving = start(scheduling);
    const last = start(scheduling);
    leaving.work.leave();
    const ends = await settled(scheduling.clock, Promise.all([first.ended, leaving.ended, last.ended]));
    expect(ends.map(({ kind }) => kind)).toEqual(['answered', 'cancelled', 'answered']);
    expect(callOf(leaving.run).call.waits[0]).toMatchObject({ outcome: 'cancelled' });
  });

  it('waits until a rate limit has room again', async () => {
    const limited = instanceOf('a', { limits: { rpm: 60 } });
    const scheduling = startScheduling({ instances: [limited], pools: { p: inTurn('a') } });
    for (let count = 0; count < 60; count++) await play(scheduling, 'p', () => ({}));
    const before = scheduling.clock.now();
    const { end, call } = await play(scheduling, 'p', () => ({}));
    expect(end.kind).toBe('answered');
    expect((scheduling.clock.now() - before) / 1e6).toBeLessThanOrEqual(1001);
    expect(call.waits).toHaveLength(1);
  });

  it('is refused at once where the queue is full, and where nobody will ever come', async () => {
    const scheduling = narrow({ queue: { maxLength: 1 } });
    const calls = [start(scheduling), start(scheduling), start(scheduling)];
    expect(await calls[2]!.ended).toMatchObject({ kind: 'unserved', waited: { outcome: 'full', length: 1 } });
    scheduling.live.get('a')!.guard.isolate(0);
    const isolated = start(startIsolated());
    expect(await isolated.ended).toMatchObject({ kind: 'unserved' });
    expect(callOf(isolated.run).call.waits).toEqual([]);
  });

  it('holds the whole host to its maximum', async () => {
    const scheduling = startScheduling({
      instances: abc,
      pools: { p: inTurn('a', 'b', 'c') },
      maxConcurrent: 2,
    });
    let most = 0;
    const behave = () => {
      most = Math.max(most, scheduling.scheduler.view().outstanding);
      return fine;
    };
    const calls = Array.from({ length: 7 }, () => start(scheduling, {}, behave).ended);
    await settled(scheduling.clock, Promise.all(calls));
    expect(most).toBe(2);
  });

  it('reserves resources for each attempt, all or nothing', async () => {
    const requires = { gpu: 1, cpu: 2 };
    const scheduling = startScheduling({
      instances: [instanceOf('a', { requires }), instanceOf('b', { requires })],
      pools: { p: inTurn('a', 'b') },
      resources: { gpu: 1, cpu: 8 },
    });
    const calls = [start(scheduling), start(scheduling)];
    expect(scheduling.resources.use().map(({ resource, reserved }) => [resource, reserved])).toEqual([
      ['gpu', 1],
      ['cpu', 2],
    ]);
    await settled(scheduling.clock, Promise.all(calls.map(({ ended }) => ended)));
    expect(scheduling.resources.use().every(({ reserved }) => reserved === 0)).toBe(true);
    expect(callOf(calls[1]!.run).call.waits).toHaveLength(1);
    expect(callOf(calls[1]!.run).attempts[0]!.reserved).toEqual(requires);
  });

  function startIsolated() {
    const scheduling = narrow();
    scheduling.live.get('a')!.guard.isolate(0);
    return scheduling;
  }
});

describe('work whose client can come back for the answer', () => {
  it('is put off when nobody can take it, and done when somebody can', async () => {
    const parser = instanceOf('parser', { category: 'document', model: '', maintenance: true });
    const scheduling = startScheduling({
      instances: [parser],
      categories: { document: { fallback: { kind: 'queue' } } },
    });
    let deferred = 0;
    const run = scheduling.startRun();
    const plan = scheduling.table.resolve('parser')!;
    const task = taskOf('parser', { category: 'document' });
    const work = scriptedWork(scheduling.clock, run, plan, task, () => fine, { defer: () => deferred++ });
    const ended = scheduling.scheduler.run(work);
    await quiet();
    expect([deferred, callOf(run).call.deferred]).toEqual([1, true]);
    scheduling.clock.advance(120_000);
    scheduling.live.put({ ...parser, maintenance: false });
    scheduling.scheduler.wake();
    expect(await settled(scheduling.clock, ended)).toEqual({ kind: 'answered' });
  });

  it('is tried again and again where it fails, told once', async () => {
    const scheduling = startScheduling({
      instances: [instanceOf('parser', { category: 'document', model: '' })],
      categories: { document: { fallback: { kind: 'queue' } } },
      breaker: { minimumCalls: 1000 },
    });
    let deferred = 0;
    const { end, visited } = await play(
      scheduling,
      'parser',
      (_, attempt) => (attempt < 8 ? down : fine),
      { category: 'document' },
      { defer: () => deferred++ },
    );
    expect([end.kind, visited.length, deferred]).toEqual(['answered', 8, 1]);
  });
});

function retryTier() {
  return group({ tiers: [{ name: 'only', pools: ['q'], policies: { retry: { maxAttempts: 2 } } }] });
}

function breakerAfter(failures: number) {
  return {
    window: 'count',
    windowMs: 60_000,
    windowCalls: failures,
    minimumCalls: failures,
    failureRate: 1,
    slowCallMs: 30_000,
    slowCallRate: 1,
    permittedProbes: 1,
    openMs: 15_000,
    maxOpenMs: 300_000,
    jitter: 0,
    maxWaitInHalfOpenMs: 0,
  } as const;
}
