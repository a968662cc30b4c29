import { describe, expect, it } from 'vitest';
import { ANTHROPIC_STREAM, ANTHROPIC_THINKING } from '../dialects/test-streams.ts';
import { fold } from '../journal/fold.ts';
import type { RecordedRun } from '../journal/recorded-events.ts';
import type { AttemptSpan, CallSpan } from '../journal/run-state.ts';
import type { Instance } from '../registry/instance.ts';
import type { Call } from './call.ts';
import { FailedCalls } from './failed-calls.ts';
import { runCall, type Destination } from './run-call.ts';
import { collectingReply, scriptedUpstream, type Step } from './scripted-upstream.ts';
import {
  inTurn,
  instanceOf,
  settled,
  startScheduling,
  taskOf,
  type Scheduling,
  type SchedulingOptions,
} from './test-scheduler.ts';

const instances: readonly Instance[] = ['a', 'b', 'c'].map((name) =>
  instanceOf(name, { price: { input: 1_000_000, output: 2_000_000 } }),
);

function routingOf(members: readonly Instance[], more: Partial<SchedulingOptions> = {}): Scheduling {
  return startScheduling({ instances: members, pools: { pool: inTurn('a', 'b', 'c') }, ...more });
}

const stream = (...data: string[]) => data.map((text) => `data: ${text}\n\n`);
const delta = (content: string) =>
  JSON.stringify({ model: 'm-1', choices: [{ index: 0, delta: { content }, finish_reason: null }] });
const finish = JSON.stringify({ choices: [{ index: 0, delta: {}, finish_reason: 'stop' }] });
const usage = JSON.stringify({ choices: [], usage: { prompt_tokens: 3, completion_tokens: 2 } });
const sse = [['content-type', 'text/event-stream']] as const;
const answer = JSON.stringify({
  model: 'm-1',
  choices: [{ finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
});
const overloaded = { status: 503, chunks: ['{"error":{"message":"busy","code":"overloaded"}}'] };

function callOf(change: Partial<Call> = {}): Call {
  const json = '{ "model": "pool", "messages": [] }';
  return {
    dialect: 'openai',
    wire: 'openai-chat',
    operation: 'chat.completions',
    method: 'POST',
    path: '/chat/completions',
    query: '?k=v',
    model: 'pool',
    streaming: false,
    attribution: 'prefix',
    headers: [
      ['authorization', 'Bearer my-secret-key'],
      ['content-type', 'application/json'],
      ['x-signalbox-run', 'x'],
    ],
    body: new TextEncoder().encode(json),
    json,
    task: taskOf('pool', { streaming: change.streaming ?? false }),
    ...change,
  };
}

async function play(
  steps: readonly Step[],
  options: {
    call?: Call;
    destination?: Destination;
    leave?: true;
    routing?: Scheduling;
    run?: RecordedRun;
    failedCalls?: FailedCalls;
  } = {},
) {
  const routing = options.routing ?? routingOf(instances);
  const { clock, ids, scheduler, table } = routing;
  const run = options.run ?? routing.startRun();
  const upstream = scriptedUpstream(steps);
  const reply = collectingReply();
  const destination = options.destination ?? { kind: 'plan', plan: table.resolve('pool')! };
  if (options.leave) reply.leave();
  const price = (instance: Instance, used: { input: number; output: number }) =>
    instance.price && {
      usd: (used.input * instance.price.input + used.output * instance.price.output) / 1e6,
      priceSource: 'test',
    };
  const failedCalls = options.failedCalls ?? new FailedCalls(clock);
  const ports = { clock, ids, scheduler, upstream, failedCalls, price };
  await settled(clock, runCall(ports, run.recorder, options.call ?? callOf(), destination, reply));
  const { run: summary, spans } = fold(undefined, run.events);
  const call = [...spans.values()].findLast((span): span is CallSpan => span.kind === 'call')!;
  const attempts = [...spans.values()].filter((span): span is AttemptSpan => span.kind === 'attempt');
  return { run, upstream, reply, summary, call, attempts };
}

describe('the life of a call', () => {
  it('gives the client the upstream bytes and records tokens, cost, model and finish', async () => {
    const { reply, call, upstream } = await play([{ chunks: [answer.slice(0, 10), answer.slice(10)] }]);
    expect([reply.status(), reply.text(), reply.ending()]).toEqual([200, answer, 'ended']);
    expect(call).toMatchObject({
      status: 'ok',
      usage: { input: 3, output: 2 },
      cost: { usd: 7 },
      finishReason: 'stop',
      answeredModel: 'm-1',
    });
    expect(upstream.requests[0]!.url).toBe('http://a.test/v1/chat/completions?k=v');
  });

  it('changes nothing of the request but the name of the model, and sends no credential to an instance without one', async () => {
    const { upstream } = await play([{ chunks: [answer] }]);
    const { body, headers } = upstream.requests[0]!;
    expect(new TextDecoder().decode(body)).toBe('{ "model": "real-model", "messages": [] }');
    expect(headers.map(([name]) => name)).toEqual(['content-type', 'accept-encoding']);
  });

  it('retries at another instance before the first byte, and says why in the journal', async () => {
    const { reply, call, attempts, summary } = await play([
      overloaded,
      { fail: 'connect_refused' },
      { chunks: [answer] },
    ]);
    expect(reply.text()).toBe(answer);
    expect(attempts.map((attempt) => [attempt.instance, attempt.status, attempt.error?.code])).toEqual([
      ['a', 'error', 'overloaded'],
      ['b', 'error', 'connect_refused'],
      ['c', 'ok', undefined],
    ]);
    expect(call.routes.map((route) => route.after?.code)).toEqual([
      undefined,
      'overloaded',
      'connect_refused',
    ]);
    expect(call.routes[2]!.pick.considered.map((one) => one.rejected?.reason)).toEqual([
      'already-tried',
      'already-tried',
      undefined,
    ]);
    expect(summary).toMatchObject({ errors: 0, retries: 2, calls: 1 });
  });

  it('passes on the last answer, byte for byte, when every instance failed', async () => {
    const { reply, call } = await play([
      overloaded,
      overloaded,
      { ...overloaded, headers: [['retry-after', '7']] },
    ]);
    expect([reply.status(), reply.text()]).toEqual([503, overloaded.chunks[0]]);
    expect(reply.headers()).toMatchObject({ 'retry-after': '7' });
    expect(call).toMatchObject({
      status: 'error',
      httpStatus: 503,
      error: { code: 'overloaded', message: 'busy' },
    });
  });

  it('answers in the shape of the provider when nobody could be reached', async () => {
    const steps = Array.from({ length: 3 }, () => ({ fail: 'connect_refused' }) as const);
    const { reply } = await play(steps);
    expect(reply.status()).toBe(502);
    expect(JSON.parse(reply.text())).toMatchObject({
      error: { type: 'server_error', code: 'connect_refused' },
    });
  });

  it.each([400, 401, 404, 422])('does not retry %i: another instance would say the same', async (status) => {
    const { reply, attempts } = await play([{ status, chunks: ['{"error":{"message":"no"}}'] }]);
    expect([reply.status(), attempts.length]).toEqual([status, 1]);
  });

  it('passes a stream on as it arrives, with the moment of its first token', async () => {
    const chunks = [...stream(delta('Hel'), delta('lo'), finish, usage), 'data: [DONE]\n\n'];
    const { reply, call } = await play([{ headers: sse, chunks }], { call: callOf({ streaming: true }) });
    expect(reply.text()).toBe(chunks.join(''));
    expect(call).toMatchObject({ status: 'ok', usage: { input: 3, output: 2 }, firstTokenAt: 0 });
  });

  it.each([
    ['JSON for a stream', undefined, [answer], true],
    ['JSON that is called a stream', sse, [answer], true],
    ['a stream for JSON', sse, stream(delta('a'), finish, usage, '[DONE]'), false],
    ['a stream that is called JSON', undefined, stream(delta('a'), finish, usage, '[DONE]'), false],
  ])('reads what comes, not what was asked for: %s', async (_, headers, chunks, streaming) => {
    const { reply, call } = await play([{ ...(headers && { headers }), chunks }], {
      call: callOf({ streaming }),
    });
    expect([reply.text(), reply.ending()]).toEqual([chunks.join(''), 'ended']);
    expect(call).toMatchObject({
      status: 'ok',
      verdict: 'complete',
      usage: { input: 3, output: 2 },
      cost: { usd: 7 },
      finishReason: 'stop',
      answeredModel: 'm-1',
    });
    expect(call).not.toHaveProperty('unparsed');
  });

  it('tells how much of an answer could not be read', async () => {
    const broken = stream(delta('a'), '{"usage":', '{"usage"', '7', finish, '[DONE]');
    const streamed = await play([{ headers: sse, chunks: broken }], { call: callOf({ streaming: true }) });
    expect(streamed.reply.text()).toBe(broken.join(''));
    expect(streamed.call).toMatchObject({ status: 'ok', verdict: 'complete', unparsed: 3 });
    const page = await play([{ chunks: ['<p>hello</p>'] }]);
    expect(page.call).toMatchObject({ status: 'ok', unparsed: 1 });
    expect(page.call).not.toHaveProperty('verdict');
    // What broke off is told as that.
    const half = await play([{ chunks: [answer.slice(0, 30), ' '.repeat(5_000)], cut: true }]);
    expect(half.call).not.toHaveProperty('unparsed');
  });

  it.each([
    ['is cut', true],
    ['ends without saying that it is done', false],
  ])('never turns a stream that %s into success', async (_, cut) => {
    const chunks = stream(delta('Hel'), delta('lo'));
    const { reply, call, attempts } = await play([{ headers: sse, chunks, cut }], {
      call: callOf({ streaming: true }),
    });
    expect(reply.text().startsWith(chunks.join(''))).toBe(true);
    const last = reply.text().trim().split('\n\n').at(-1)!;
    expect(JSON.parse(last.replace('data: ', ''))).toMatchObject({
      error: { code: cut ? 'connection_lost' : 'stream_truncated' },
    });
    expect([call.status, attempts.length, attempts[0]!.status]).toEqual(['error', 1, 'error']);
  });

  it('breaks the connection where a stream is cut inside an event, or a document in its middle', async () => {
    const [first, second] = stream(delta('Hel'), delta('lo')) as [string, string];
    const half = await play([{ headers: sse, chunks: [first, second.slice(0, 20)], cut: true }]);
    expect([half.reply.ending(), half.call.verdict]).toEqual(['reset', 'cut']);
    const document = await play([{ chunks: [answer.slice(0, 30), ' '.repeat(5_000)], cut: true }]);
    expect([document.reply.ending(), document.call.status]).toEqual(['reset', 'error']);
  });

  it('tries another instance when half an event came, or an error instead of an answer', async () => {
    const half = stream(delta('Hello'))[0]!.slice(0, 20);
    const failing = stream('{"error":{"message":"overloaded","type":"server_error","code":"overloaded"}}');
    for (const chunks of [[half], failing]) {
      const first = { headers: sse, chunks, cut: true };
      const second = { headers: sse, chunks: [...stream(delta('Hello'), finish), 'data: [DONE]\n\n'] };
      const { attempts, call } = await play([first, second], { call: callOf({ streaming: true }) });
      expect([call.status, call.verdict, attempts.length]).toEqual(['ok', 'complete', 2]);
    }
  });

  it.each([
    ['a stream without any event', sse, [], 'stream_truncated'],
    ['a stream of comments', sse, [': hello\n\n'], 'stream_truncated'],
    ['a whole answer that is empty', undefined, [], 'empty_answer'],
    ['an error in a 200', undefined, ['{"error":{"message":"busy","code":"overloaded"}}'], 'overloaded'],
  ])('tries another instance after %s: nothing has reached the client', async (_, headers, chunks, code) => {
    const first = { ...(headers && { headers }), chunks };
    const streaming = headers !== undefined;
    const second = streaming
      ? { headers, chunks: stream(delta('Hello'), finish, '[DONE]') }
      : { chunks: [answer] };
    const { attempts, call, reply } = await play([first, second], { call: callOf({ streaming }) });
    expect(attempts.map(({ status, error }) => [status, error?.code])).toEqual([
      ['error', code],
      ['ok', undefined],
    ]);
    expect([call.status, reply.text()]).toEqual(['ok', second.chunks.join('')]);
  });

  it('tells the client of an empty answer as of a failure, where nobody has another', async () => {
    const { reply, call } = await play([{ chunks: [] }, { chunks: [] }, { chunks: [] }]);
    expect([reply.status(), call.error?.code]).toEqual([502, 'empty_answer']);
  });

  it('tries another instance when a short answer breaks off before the client has anything of it', async () => {
    const { reply, attempts } = await play([
      { chunks: [answer.slice(0, 30)], cut: true },
      { chunks: [answer] },
    ]);
    expect([reply.text(), attempts[0]!.error?.code]).toEqual([answer, 'connection_lost']);
  });

  it('tells of the end of a stream although the upstream had said how long it would be', async () => {
    const chunks = stream(delta('Hel'));
    const headers = [...sse, ['content-length', String(chunks.join('').length)]] as const;
    const { reply } = await play([{ headers, chunks }], { call: callOf({ streaming: true }) });
    expect(reply.headers()).not.toHaveProperty('content-length');
    expect(reply.text()).toContain('stream_truncated');
  });

  it('follows no redirect: another instance is tried, and without one the client gets it as it is', async () => {
    const redirect = { status: 307, headers: [['location', 'http://elsewhere.test/']] as const, chunks: [] };
    const rescued = await play([redirect, { chunks: [answer] }]);
    expect(rescued.attempts.map(({ status, error }) => [status, error?.code])).toEqual([
      ['error', 'http_307'],
      ['ok', undefined],
    ]);
    const { reply, call, upstream } = await play([redirect, redirect, redirect]);
    expect([reply.status(), reply.headers()['location'], call.status]).toEqual([
      307,
      'http://elsewhere.test/',
      'error',
    ]);
    expect(upstream.requests.map(({ url }) => new URL(url).host)).toEqual(['a.test', 'b.test', 'c.test']);
  });

  it('tries another instance when headers came and then nothing', async () => {
    const { reply, attempts } = await play([{ chunks: [], cut: true }, { chunks: [answer] }]);
    expect([reply.text(), attempts.length]).toEqual([answer, 2]);
  });

  it('is cancelled, not failed, when the client leaves', async () => {
    const { call, summary } = await play([{ fail: 'cancelled' }], { leave: true });
    expect([call.status, call.error?.code, summary.errors]).toEqual(['cancelled', 'client_gone', 0]);
  });

  it('refuses with a reason, and records the refusal as a call', async () => {
    const error = { code: 'model_not_found', message: 'no such model' };
    const { reply, call } = await play([], { destination: { kind: 'refused', status: 404, error } });
    expect([reply.status(), JSON.parse(reply.text())]).toEqual([
      404,
      {
        error: {
          message: 'no such model',
          type: 'invalid_request_error',
          param: null,
          code: 'model_not_found',
        },
      },
    ]);
    expect(call).toMatchObject({ status: 'error', error });
  });

  it('passes a call with the agent own key to its provider once, untouched, and records no key', async () => {
    const routing = routingOf(instances);
    const plan = routing.table.passThrough('openai', 'https://api.openai.com/v1');
    const destination = { kind: 'plan', plan } as const;
    const { upstream, reply, run } = await play([overloaded], { routing, destination });
    const sent = upstream.requests[0]!;
    expect(Object.fromEntries(sent.headers)).toMatchObject({ authorization: 'Bearer my-secret-key' });
    expect(new TextDecoder().decode(sent.body)).toBe('{ "model": "pool", "messages": [] }');
    expect(reply.status()).toBe(503);
    expect(JSON.stringify(run.events)).not.toContain('my-secret-key');
  });

  it("lets a provider's own wait and error inside a stream reach a client that brought its own key", async () => {
    const routing = routingOf(instances);
    const plan = routing.table.passThrough('openai', 'https://api.openai.com/v1');
    const destination = { kind: 'plan', plan } as const;
    const busy = { status: 429, headers: [['retry-after', '45']] as const, chunks: ['{}'] };
    const refused = await play([busy], { routing, destination });
    expect([refused.reply.status(), refused.reply.headers()['retry-after']]).toEqual([429, '45']);
    const failing = { headers: sse, chunks: stream('{"error":{"message":"no","code":"server_error"}}') };
    const { reply, call } = await play([failing], {
      routing,
      destination,
      call: callOf({ streaming: true }),
    });
    expect([reply.status(), reply.text()]).toEqual([200, failing.chunks.join('')]);
    expect(call).toMatchObject({ status: 'error', verdict: 'error-in-200' });
    for (const chunks of [[], ['{"error":{"message":"no","code":"server_error"}}']]) {
      const whole = await play([{ chunks }], { routing, destination });
      expect([whole.reply.status(), whole.reply.text()]).toEqual([200, chunks.join('')]);
    }
  });

  it('says which context would have been needed when no instance can hold the call', async () => {
    const small = instances.map((instance) => ({ ...instance, contextWindow: 2 }));
    const { reply, call } = await play([], { routing: routingOf(small) });
    expect([reply.status(), call.error?.code]).toEqual([400, 'context_length_exceeded']);
    expect(call.routes[0]!.pick.considered[0]!.rejected).toEqual({
      reason: 'context-too-small',
      needed: 9,
      limit: 2,
    });
  });

  it('opens the breaker of an instance that keeps failing, says so in the journal, and goes round it', async () => {
    const routing = routingOf(instances, { breaker: { minimumCalls: 2, jitter: 0 } });
    const down = { fail: 'connect_refused' } as const;
    const rounds = [
      [down, { chunks: [answer] }],
      [{ chunks: [answer] }],
      [{ chunks: [answer] }],
      [down, { chunks: [answer] }],
    ];
    const plays = [];
    for (const steps of rounds) plays.push(await play(steps, { routing }));
    const changes = plays[3]!.run.events.filter((event) => event.type === 'breaker-changed');
    expect(changes.map((event) => event.data)).toEqual([
      { scope: 'instance', name: 'a', from: 'closed', to: 'open', openForMs: 15_000 },
    ]);
    const after = await play([{ chunks: [answer] }], { routing });
    expect(after.call.routes[0]!.pick.considered[0]!.rejected).toEqual({
      reason: 'breaker-open',
      retryInMs: 15_001,
    });
    expect(after.attempts.map((attempt) => attempt.instance)).not.toContain('a');
  });

  it('names every candidate and why it was refused when nobody can take a call, and when to come again', async () => {
    const [a, b, c] = instances as [Instance, Instance, Instance];
    const members = [{ ...a, maintenance: true }, { ...b, capacity: 0 }, c];
    const breaker = { minimumCalls: 1, jitter: 0 };
    const queue = { maxWaitMs: 1000 };
    const routing = routingOf(members, { breaker, queue, host: { retry: { maxAttempts: 1 } } });
    await play([{ fail: 'timeout' }], { routing });
    const { reply, call } = await play([], { routing });
    expect([reply.status(), call.error?.code]).toEqual([503, 'no_instance_available']);
    expect(call.error?.message).toMatch(
      /a: is under maintenance; b: has 0 of 0 attempts in flight; c: its breaker is open/,
    );
    expect(reply.headers()).toMatchObject({ 'retry-after': '16' });
  });

  it('leaves an instance alone for as long as its 429 asks', async () => {
    const routing = routingOf(instances);
    const busy = { status: 429, headers: [['retry-after', '7']] as const, chunks: ['{}'] };
    await play([busy, { chunks: [answer] }], { routing });
    const { call } = await play([{ chunks: [answer] }], { routing });
    expect(call.routes[0]!.pick.considered[0]!.rejected).toEqual({
      reason: 'rate-limited',
      limit: 'retry-after',
      retryInMs: 7000,
    });
  });

  it('sends no more to an instance in a minute than its limits say', async () => {
    const routing = routingOf(instances.map((instance) => ({ ...instance, limits: { rpm: 1 } })));
    for (const name of ['a', 'b', 'c']) {
      const { attempts } = await play([{ chunks: [answer] }], { routing });
      expect(attempts.map((attempt) => attempt.instance)).toEqual([name]);
    }
    const { reply, call } = await play([], { routing });
    expect([reply.status(), call.error?.code]).toEqual([503, 'no_instance_available']);
    expect(call.error?.message).toContain('a: has reached its rpm for another 60.0 s');
  });

  it('calls off the retries of the SDK where it has made its own, and only there', async () => {
    const upstreamAdvice = { ...overloaded, headers: [['x-should-retry', 'true']] as const };
    const relayed = await play([overloaded, overloaded, upstreamAdvice]);
    expect([relayed.reply.status(), relayed.reply.headers()['x-should-retry']]).toEqual([503, 'false']);
    const down = { fail: 'connect_refused' } as const;
    const own = await play([down, down, down]);
    expect([own.reply.status(), own.reply.headers()['x-should-retry']]).toEqual([502, 'false']);

    const routing = routingOf(instances, { host: { retry: { maxAttempts: 1 } } });
    const once = await play([upstreamAdvice], { routing });
    expect(once.reply.headers()['x-should-retry']).toBe('true');
    const wrong = await play([{ status: 400, chunks: ['{"error":{"message":"what?"}}'] }]);
    expect(wrong.reply.headers()).not.toHaveProperty('x-should-retry');
  });

  it('attaches what a client tries again to the call that it tries again', async () => {
    const routing = routingOf(instances, { host: { retry: { maxAttempts: 1 } } });
    const shared = { routing, run: routing.startRun(), failedCalls: new FailedCalls(routing.clock) };
    const tryFor = (count: number) => callOf({ headers: [['x-stainless-retry-count', `${count}`]] });
    const first = await play([overloaded], { ...shared, call: tryFor(0) });
    const second = await play([{ fail: 'cancelled' }], { ...shared, call: tryFor(1), leave: true });
    const third = await play([{ chunks: [answer] }], { ...shared, call: tryFor(2) });
    const next = await play([{ chunks: [answer] }], { ...shared, call: tryFor(1) });
    expect([first.call, second.call, third.call, next.call].map(({ retryOf }) => retryOf)).toEqual([
      undefined,
      first.call.id,
      second.call.id,
      undefined,
    ]);
    expect([second.call.status, third.call.clientRetry]).toEqual(['cancelled', 2]);
  });

  it('stops retrying when the budget of the whole host is spent', async () => {
    const routing = routingOf(instances, {
      breaker: { minimumCalls: 1000 },
      health: { consecutiveFailures: 100 },
    });
    const down = { fail: 'timeout' } as const;
    const attempts = [];
    for (let calls = 0; calls < 8; calls++) {
      attempts.push((await play([down, down, down], { routing })).attempts.length);
    }
    expect(attempts).toEqual([3, 3, 3, 3, 3, 1, 1, 1]);
  });
});

describe('a stream of another dialect', () => {
  const members = [instanceOf('a', { dialect: 'anthropic' }), instanceOf('b')];
  const chat = stream(delta('Yes.'), finish, '[DONE]');
  const streaming = callOf({
    streaming: true,
    json: '{"model":"pool","stream":true,"messages":[{"role":"user","content":"Hi"}]}',
  });
  const begun = (steps: readonly Step[]) => {
    const routing = startScheduling({ instances: members, pools: { pool: inTurn('a', 'b') } });
    return play([...steps, { headers: sse, chunks: chat }], { routing, call: streaming });
  };

  it.each([
    ['in one piece', [ANTHROPIC_THINKING.join('')]],
    ['event by event', ANTHROPIC_THINKING],
  ])(
    'that begins with what has no place in the own one goes to the next instance (%s)',
    async (_, chunks) => {
      const { reply, call, attempts } = await begun([{ headers: sse, chunks }]);
      expect(reply.text()).toBe(chat.join(''));
      expect(attempts.map(({ instance, error }) => [instance, error?.code])).toEqual([
        ['a', 'untranslatable_answer'],
        ['b', undefined],
      ]);
      expect(call.status).toBe('ok');
    },
  );

  it('that only begins, and says nothing, goes to the next instance', async () => {
    const { reply, attempts } = await begun([{ headers: sse, chunks: ANTHROPIC_STREAM.slice(0, 3) }]);
    expect(reply.text()).toBe(chat.join(''));
    expect(attempts[0]!.error?.code).toBe('stream_truncated');
  });

  it('is said to its end, also where its last event lacks the blank line', async () => {
    const whole = ANTHROPIC_STREAM.join('').trimEnd();
    const { reply, call } = await begun([{ headers: sse, chunks: [whole] }]);
    expect(reply.text()).toMatch(/Né .*data: \[DONE\]\n\n$/s);
    expect(call).toMatchObject({ status: 'ok', verdict: 'complete' });
  });

  it('has the id of the request where the client looks for it', async () => {
    const headers = [...sse, ['request-id', 'req_1']] as const;
    const { reply } = await begun([{ headers, chunks: ANTHROPIC_STREAM }]);
    expect(reply.headers()).toMatchObject({ 'x-request-id': 'req_1', 'x-signalbox-translated': 'true' });
  });

  it('is refused as the request that it is, where no instance speaks the own one', async () => {
    const routing = startScheduling({
      instances: members.slice(0, 1),
      pools: { pool: inTurn('a') },
    });
    const json = '{"model":"pool","n":2,"messages":[{"role":"user","content":"Hi"}]}';
    const { reply, upstream } = await play([], { routing, call: callOf({ json }) });
    expect([reply.status(), upstream.requests]).toEqual([400, []]);
    expect(JSON.parse(reply.text())).toMatchObject({
      error: { code: 'translation_refused', message: expect.stringContaining('n: ') as string },
    });
  });
});
