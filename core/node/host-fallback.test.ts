import type { ServerResponse } from 'node:http';
import OpenAI from 'openai';
import { afterEach, describe, expect, it } from 'vitest';
import { ask, chat, instanceAt, poolOf, recordedCall } from './test-calls.ts';
import { createTestBench, type TestHost } from './test-host.ts';

const bench = createTestBench();
afterEach(() => bench.close());

const STREAM = { 'content-type': 'text/event-stream' };
const QUICK = '[retry]\nmax_attempts = 1\n';

function completion(content: string): string {
  const message = { role: 'assistant', content };
  return JSON.stringify({ choices: [{ index: 0, message, finish_reason: 'stop' }] });
}

function event(content: string): string {
  return `data: ${JSON.stringify({ choices: [{ index: 0, delta: { content } }] })}\n\n`;
}

function overloaded(response: ServerResponse): void {
  response.writeHead(500, { 'content-type': 'application/json' });
  response.end('{"error":{"message":"no luck today"}}');
}

function openaiOf(host: TestHost): OpenAI {
  const apiKey = host.services.info().clientToken;
  return new OpenAI({ baseURL: `${host.dataPlane}/openai/v1`, apiKey, maxRetries: 0 });
}

const group = (rest: string) => `[[groups.assistant.tiers]]
name = "first"
pools = ["one/real"]
[[groups.assistant.tiers]]
name = "second"
pools = ["two/real"]
${rest}`;

describe('a task group', () => {
  it('falls from a failing tier to the next, leaves it out, and is back there after its promotion', async () => {
    let fails = true;
    const one = await bench.upstream((_, response) =>
      fails ? overloaded(response) : response.end(completion('one')),
    );
    const two = await bench.upstream((_, response) => response.end(completion('two')));
    const host = await bench.host(
      `${QUICK}${instanceAt('one', one.endpoint)}${instanceAt('two', two.endpoint)}` +
        group('[groups.assistant.promotion]\nafter_ms = 1_000\nsuccesses = 2\n'),
    );
    const instanceOf = async () => {
      const response = await ask(host, chat('assistant'));
      expect(response.status).toBe(200);
      return { response, instance: response.headers.get('x-signalbox-instance') };
    };
    const first = () => host.services.info().groups[0]!.tiers[0]!;

    const fallen = await instanceOf();
    expect(fallen.instance).toBe('two');
    const { call, attempts, events } = await recordedCall(host, fallen.response);
    expect(call).toMatchObject({
      status: 'ok',
      fallbacks: [
        { from: 'assistant/first', to: { kind: 'tier', name: 'assistant/second' }, because: 'server-error' },
      ],
    });
    expect(attempts.map(({ instance, status }) => [instance, status])).toEqual([
      ['one', 'error'],
      ['two', 'ok'],
    ]);
    expect(events.filter(({ type }) => type === 'tier-changed').map(({ data }) => data)).toEqual([
      { group: 'assistant', tier: 'first', to: 'fallen' },
    ]);
    expect(first().standing).toBe('fallen');
    expect(first().triedInMs).toBeGreaterThan(0);

    expect((await instanceOf()).instance).toBe('two');
    expect(one.requests).toHaveLength(1);

    fails = false;
    await expect.poll(() => first().triedInMs, { timeout: 5_000 }).toBe(0);
    expect((await instanceOf()).instance).toBe('one');
    expect(first().standing).toBe('fallen');
    expect((await instanceOf()).instance).toBe('one');
    expect(first().standing).toBe('in-use');
  });

  it.each([
    ['no answer', () => {}],
    [
      'no first token',
      (response: ServerResponse) => {
        response.writeHead(200, STREAM);
        response.flushHeaders();
      },
    ],
  ])('goes to another instance where %s comes in time, and lets the slow one go', async (_, stall) => {
    const left = Promise.withResolvers<void>();
    const one = await bench.upstream((_, response) => {
      response.on('close', () => left.resolve());
      stall(response);
    });
    const two = await bench.upstream((_, response) => {
      response.writeHead(200, STREAM);
      response.end(`${event('two')}data: [DONE]\n\n`);
    });
    const host = await bench.host(
      `[timeouts]\nfirst_token_ms = 400\n${instanceAt('one', one.endpoint)}` +
        `${instanceAt('two', two.endpoint)}${poolOf('both', 'one', 'two')}`,
    );
    const response = await ask(host, chat('both', { stream: true }));
    expect(await response.text()).toBe(`${event('two')}data: [DONE]\n\n`);
    await left.promise;
    const { attempts } = await recordedCall(host, response);
    expect(attempts.map(({ instance, status, error }) => [instance, status, error?.code])).toEqual([
      ['one', 'error', 'first_token_timeout'],
      ['two', 'ok', undefined],
    ]);
    expect(attempts[0]!.error!.message).toContain('one');
    expect(attempts[0]!.error!.message).toContain('no answer began within 0.4 s');
  });

  it('asks a second instance where the first takes long, takes the quicker one, and lets the other go', async () => {
    const left = Promise.withResolvers<void>();
    const one = await bench.upstream((_, response) => response.on('close', () => left.resolve()));
    const two = await bench.upstream((_, response) => response.end(completion('two')));
    const hedged = `${poolOf('both', 'one', 'two')}hedge = { after = 100 }\n`;
    const host = await bench.host(
      `${instanceAt('one', one.endpoint)}${instanceAt('two', two.endpoint)}${hedged}`,
    );
    const response = await ask(host, chat('both'));
    expect(await response.text()).toBe(completion('two'));
    await left.promise;
    const { call, attempts } = await recordedCall(host, response);
    expect(attempts.map(({ instance, status, hedge }) => [instance, status, hedge])).toEqual([
      ['one', 'cancelled', undefined],
      ['two', 'ok', true],
    ]);
    expect(attempts[0]!.error?.code).toBe('hedge_lost');
    expect(call.status).toBe('ok');
    expect(host.services.info().scheduler.outstanding).toBe(0);
  });

  it('ends a stream that stands still with an error event, and never begins it again elsewhere', async () => {
    const one = await bench.upstream((_, response) => {
      response.writeHead(200, STREAM);
      response.write(event('half of it'));
    });
    const host = await bench.host(
      `[timeouts]\nidle_ms = 150\n${instanceAt('one', one.endpoint)}${instanceAt('two', one.endpoint)}` +
        poolOf('both', 'one', 'two'),
    );
    const { data: stream, response } = await openaiOf(host)
      .chat.completions.create({ model: 'both', messages: [{ role: 'user', content: 'hi' }], stream: true })
      .withResponse();
    const said: string[] = [];
    const read = async () => {
      for await (const chunk of stream) said.push(chunk.choices[0]?.delta.content ?? '');
    };
    await expect(read()).rejects.toMatchObject({
      code: 'idle_timeout',
      message: expect.stringContaining('stood still for 0.15 s') as string,
    });
    expect(said).toEqual(['half of it']);
    const { call, attempts } = await recordedCall(host, response);
    expect([call.status, call.error?.code]).toEqual(['error', 'idle_timeout']);
    expect(attempts).toHaveLength(1);
    expect(one.requests).toHaveLength(1);
  });
});

describe('an answer that is configured for when nobody has one', () => {
  const words = 'I cannot answer now, é 🚦.';
  const messages = [{ role: 'user' as const, content: 'hi' }];

  async function exhaustedHost(): Promise<TestHost> {
    const one = await bench.upstream((_, response) => overloaded(response));
    const tiers = `[[groups.assistant.tiers]]\nname = "first"\npools = ["one/real"]\n`;
    const fallback = `[groups.assistant.fallback]\nexhausted = { answer = "${words}" }\n`;
    return bench.host(`${QUICK}${instanceAt('one', one.endpoint)}${tiers}${fallback}`);
  }

  it('is a chat completion to the official SDK, marked as preset on the wire and in the journal', async () => {
    const host = await exhaustedHost();
    const { data, response } = await openaiOf(host)
      .chat.completions.create({ model: 'assistant', messages })
      .withResponse();
    expect(data).toMatchObject({
      object: 'chat.completion',
      model: 'assistant',
      choices: [{ index: 0, message: { role: 'assistant', content: words }, finish_reason: 'stop' }],
    });
    expect(response.headers.get('x-signalbox-answer')).toBe('preset');
    expect(response.headers.get('x-signalbox-instance')).toBeNull();
    const { call, attempts } = await recordedCall(host, response);
    expect(call).toMatchObject({
      status: 'ok',
      preset: true,
      fallbacks: [{ from: 'assistant/first', to: { kind: 'answer' }, because: 'server-error' }],
    });
    expect(call).not.toHaveProperty('usage');
    expect(attempts.map(({ status }) => status)).toEqual(['error']);
  });

  it('is a stream where a stream was asked for', async () => {
    const host = await exhaustedHost();
    const { data, response } = await openaiOf(host)
      .chat.completions.create({ model: 'assistant', messages, stream: true })
      .withResponse();
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('x-signalbox-answer')).toBe('preset');
    let said = '';
    const ends: unknown[] = [];
    for await (const { choices, object } of data) {
      expect(object).toBe('chat.completion.chunk');
      said += choices[0]!.delta.content ?? '';
      ends.push(choices[0]!.finish_reason);
    }
    expect([said, ends.at(-1), new Set(ends.slice(0, -1))]).toEqual([words, 'stop', new Set([null])]);
    expect((await recordedCall(host, response)).call).toMatchObject({ status: 'ok', preset: true });
  });

  it('is not given for a request that is wrong everywhere', async () => {
    const wrong = '{"error":{"message":"messages: too odd","code":"invalid_value"}}';
    const one = await bench.upstream((_, response) => response.writeHead(400).end(wrong));
    const host = await bench.host(
      `${instanceAt('one', one.endpoint)}[[groups.assistant.tiers]]\nname = "first"\npools = ["one/real"]\n` +
        `[groups.assistant.fallback]\nexhausted = { answer = "${words}" }\n`,
    );
    const response = await ask(host, chat('assistant'));
    expect([response.status, await response.text()]).toEqual([400, wrong]);
    expect(one.requests).toHaveLength(1);
  });
});
