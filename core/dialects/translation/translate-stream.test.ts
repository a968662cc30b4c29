import fc from 'fast-check';
import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import { observeAnswer } from '../observation/observer.ts';
import { LARGEST_EVENT } from '../sse/read-sse.ts';
import { sseEvent, typedEvent } from '../sse/write-sse.ts';
import { ANTHROPIC_STREAM, ANTHROPIC_THINKING, CHAT_STREAM } from '../test-streams.ts';
import { translationBetween } from './translation-between.ts';
import type { AnswerContext, StreamTranslator } from './translation.ts';

const context: AnswerContext = { created: 1_700_000_000, includeUsage: true };
const fromAnthropic = (given = context) =>
  translationBetween('openai-chat', 'anthropic-messages')!.stream(given);
const fromChat = () => translationBetween('anthropic-messages', 'openai-chat')!.stream(context);

const encode = (text: string) => new TextEncoder().encode(text);

function run(
  translator: StreamTranslator,
  events: readonly string[] | Uint8Array,
  cuts: readonly number[] = [],
) {
  const bytes = events instanceof Uint8Array ? events : encode(events.join(''));
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  let output = '';
  for (const [index, edge] of edges.slice(1).entries()) {
    output += translator.feed(bytes.subarray(edges[index], edge));
  }
  return output + translator.end();
}

function dataOf(output: string): readonly unknown[] {
  return [...output.matchAll(/^data: (.*)$/gm)].map(([, data]) =>
    data === '[DONE]' ? data : (JSON.parse(data!) as unknown),
  );
}

/** What the openai SDK makes of a chat stream. */
function completionOf(body: string) {
  const client = new OpenAI({
    apiKey: 'sk-test',
    baseURL: 'http://upstream.test/v1',
    maxRetries: 0,
    fetch: async () => new Response(body, { headers: { 'content-type': 'text/event-stream' } }),
  });
  const messages = [{ role: 'user' as const, content: 'hi' }];
  return client.chat.completions.stream({ model: 'm', messages }).finalChatCompletion();
}

const usage = {
  prompt_tokens: 20,
  completion_tokens: 9,
  total_tokens: 29,
  prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 },
  completion_tokens_details: { reasoning_tokens: 2 },
};

describe("a stream of Anthropic's to a chat client", () => {
  it('is the completion that the openai SDK puts together', async () => {
    const completion = await completionOf(run(fromAnthropic(), ANTHROPIC_STREAM));
    expect(completion).toMatchObject({
      id: 'msg_1',
      created: context.created,
      model: 'claude-sonnet-5-5',
      choices: [
        {
          finish_reason: 'tool_calls',
          message: {
            role: 'assistant',
            content: 'Né 🚦.',
            tool_calls: [
              {
                id: 'call_a',
                type: 'function',
                function: { name: 'weather', arguments: '{"city":"Paris"}' },
              },
              { id: 'call_b', type: 'function', function: { name: 'now', arguments: '{}' } },
            ],
          },
        },
      ],
      usage,
    });
  });

  it('has no usage that was not asked for', () => {
    const output = run(fromAnthropic({ ...context, includeUsage: false }), ANTHROPIC_STREAM);
    expect(output).not.toContain('usage');
    expect(output.endsWith('data: [DONE]\n\n')).toBe(true);
  });

  it('has no text where it begins with a call, as OpenAI says it', () => {
    const calls = ANTHROPIC_STREAM.filter((event) => !event.includes('"index":0'));
    const [first] = dataOf(run(fromAnthropic(), calls));
    expect(first).toMatchObject({ choices: [{ delta: { role: 'assistant', content: null } }] });
  });

  it('says every piece as soon as it comes', () => {
    const translator = fromAnthropic();
    const said = ANTHROPIC_STREAM.map((event) => translator.feed(encode(event)));
    // Nothing is said before there is something to say: until then another instance may still answer.
    expect(said.slice(0, 3)).toEqual(['', '', '']);
    expect(dataOf(said[3]!)).toMatchObject([
      { choices: [{ delta: { role: 'assistant', content: '' } }] },
      { choices: [{ delta: { content: 'Né ' } }] },
    ]);
    expect(dataOf(said[6]!)).toMatchObject([
      { choices: [{ delta: { tool_calls: [{ index: 0, id: 'call_a', function: { name: 'weather' } }] } }] },
    ]);
    expect(dataOf(said[8]!)).toMatchObject([
      { choices: [{ delta: { tool_calls: [{ index: 0, function: { arguments: '{"city":' } }] } }] },
    ]);
    expect(dataOf(said[12]!)).toMatchObject([
      { choices: [{ delta: { tool_calls: [{ index: 1, function: { arguments: '{}' } }] } }] },
    ]);
  });

  it('keeps the connection alive where Anthropic does, without an event that SDKs would stumble over', () => {
    const translator = fromAnthropic();
    translator.feed(encode(ANTHROPIC_STREAM.slice(0, 4).join('')));
    expect(translator.feed(encode(typedEvent({ type: 'ping' })))).toBe(': \n\n');
  });

  it.each([
    [{ input: { x: 1 } }, '{"x":1}'],
    [{ input: {} }, '{}'],
  ])('gives a tool whose input comes at once, %j, its arguments', async (more, text) => {
    const block = { type: 'tool_use', id: 'a', name: 'f', ...more };
    const events = [
      ANTHROPIC_STREAM[0]!,
      typedEvent({ type: 'content_block_start', index: 0, content_block: block }),
      typedEvent({ type: 'content_block_stop', index: 0 }),
      ...ANTHROPIC_STREAM.slice(-2),
    ];
    const { choices } = await completionOf(run(fromAnthropic(), events));
    expect(choices[0]?.message.tool_calls).toMatchObject([{ function: { name: 'f', arguments: text } }]);
  });

  it('explains a refusal', async () => {
    const stop_details = { type: 'refusal', category: null, explanation: 'This could do harm.' };
    const delta = typedEvent({ type: 'message_delta', delta: { stop_reason: 'refusal', stop_details } });
    const output = run(fromAnthropic(), [ANTHROPIC_STREAM[0]!, delta, ANTHROPIC_STREAM.at(-1)!]);
    expect(dataOf(output)).toMatchObject([
      {},
      { choices: [{ delta: { refusal: 'This could do harm.' } }] },
      { choices: [{ finish_reason: 'content_filter' }] },
      { usage: {} },
      '[DONE]',
    ]);
  });

  const start = (content_block: object) =>
    typedEvent({ type: 'content_block_start', index: 3, content_block });
  const delta = (delta: object) => typedEvent({ type: 'content_block_delta', index: 0, delta });
  it.each([
    ['content[0]: a block of type "thinking"', ANTHROPIC_THINKING],
    [
      'content[3]: a block of type "server_tool_use"',
      [...ANTHROPIC_STREAM.slice(0, 6), start({ type: 'server_tool_use' })],
    ],
    [
      'content[0]: a delta of type "citations_delta"',
      [...ANTHROPIC_STREAM.slice(0, 4), delta({ type: 'citations_delta' })],
    ],
    [
      'content[3]: a chat message says everything',
      [...ANTHROPIC_STREAM.slice(0, 11), start({ type: 'text', text: '' })],
    ],
    ['type: an event of type "brand_new"', [ANTHROPIC_STREAM[0]!, typedEvent({ type: 'brand_new' })]],
    ['stop_reason: Chat Completions has no word', [ANTHROPIC_STREAM[0]!, ANTHROPIC_STREAM.at(-1)!]],
    ['data: an event is not JSON', [ANTHROPIC_STREAM[0]!, sseEvent('{"type":', 'content_block_delta')]],
    ['data: an event is too large', [ANTHROPIC_STREAM[0]!, sseEvent('x'.repeat(LARGEST_EVENT))]],
  ])('breaks off in an error at %s', async (message, events) => {
    const translator = fromAnthropic();
    const output = run(translator, [...events, ...ANTHROPIC_STREAM.slice(-3)]);
    expect(translator.failure).toMatchObject({
      kind: 'untranslatable',
      error: { code: 'untranslatable_answer' },
    });
    expect(translator.failure?.error.message).toContain(message);
    expect(dataOf(output).at(-1)).toMatchObject({
      error: { code: 'untranslatable_answer', type: 'server_error' },
    });
    expect(observe('openai-chat', output).verdict).toBe('error-in-200');
    await expect(completionOf(output)).rejects.toThrow(message);
  });

  it.each(['event: content_block_delta\ndata: {"type":', `event: x\ndata: ${'x'.repeat(LARGEST_EVENT)}`])(
    'is cut, not untranslatable, where it ends within an event',
    (half) => {
      const translator = fromAnthropic();
      const output = run(translator, [...ANTHROPIC_STREAM.slice(0, 6), half]);
      expect(translator.failure).toMatchObject({ kind: 'cut', error: { code: 'stream_truncated' } });
      expect(dataOf(output).at(-1)).toMatchObject({ error: { code: 'stream_truncated' } });
    },
  );
});

function observe(dialect: 'openai-chat' | 'anthropic-messages', output: string) {
  const observer = observeAnswer(dialect, true);
  observer.feed(encode(output));
  expect(observer.atBoundary).toBe(true);
  return observer.end();
}

const chunk = (delta: object, finish_reason: string | null = null, more: object = {}) =>
  sseEvent({ id: 'c', model: 'm', choices: [{ index: 0, delta, finish_reason, ...more }] });

describe("a chat stream to a client of Anthropic's", () => {
  it('is the sequence of events that Anthropic sends', () => {
    const output = run(fromChat(), CHAT_STREAM);
    const events = [...output.matchAll(/^event: (.*)\ndata: (.*)\n\n/gm)].map(
      ([, name, data]) => [name, JSON.parse(data!) as Record<string, unknown>] as const,
    );
    for (const [name, data] of events) expect(data['type']).toBe(name);
    const blocks = (index: number, type: string, deltas: readonly string[]) => [
      { type: 'content_block_start', index, content_block: { type } },
      ...deltas.map((text) => ({
        type: 'content_block_delta',
        index,
        delta:
          type === 'text' ? { type: 'text_delta', text } : { type: 'input_json_delta', partial_json: text },
      })),
      { type: 'content_block_stop', index },
    ];
    expect(events.map(([, data]) => data)).toMatchObject([
      {
        type: 'message_start',
        message: { id: 'chatcmpl-1', model: 'gpt-4o-2024-08-06', content: [], stop_reason: null },
      },
      ...blocks(0, 'text', ['Né ', '🚦.']),
      ...blocks(1, 'tool_use', ['{"city":', '"Paris"}']),
      ...blocks(2, 'tool_use', ['{}']),
      {
        type: 'message_delta',
        delta: { stop_reason: 'tool_use' },
        usage: {
          input_tokens: 12,
          cache_read_input_tokens: 5,
          cache_creation_input_tokens: 3,
          output_tokens: 9,
        },
      },
      { type: 'message_stop' },
    ]);
  });

  it('names and identifies its tools as the server did', () => {
    const starts = dataOf(run(fromChat(), CHAT_STREAM)).filter(
      (event) => (event as { readonly type: string }).type === 'content_block_start',
    );
    expect(starts).toMatchObject([
      {},
      { content_block: { id: 'call_a', name: 'weather', input: {}, caller: { type: 'direct' } } },
      { content_block: { id: 'call_b', name: 'now', input: {} } },
    ]);
  });

  it.each([
    ['without [DONE]', CHAT_STREAM.slice(0, -1), 'tool_use'],
    ['without a reason', [chunk({ content: 'a' }), sseEvent('[DONE]')], 'end_turn'],
    [
      'of Azure, which begins with an empty chunk',
      [sseEvent({ id: '', model: '', choices: [] }), ...CHAT_STREAM],
      'tool_use',
    ],
    ['of nothing', [sseEvent('[DONE]')], 'end_turn'],
  ])('%s is complete', (_, events, finishReason) => {
    const translator = fromChat();
    const output = run(translator, events);
    expect(translator.failure).toBeUndefined();
    expect(observe('anthropic-messages', output)).toMatchObject({ verdict: 'complete', finishReason });
  });

  it('may say something after it has called a tool', () => {
    const call = { index: 0, id: 'a', function: { name: 'f', arguments: '{}' } };
    const output = run(fromChat(), [
      chunk({ tool_calls: [call] }),
      chunk({ content: 'then' }),
      chunk({}, 'stop'),
    ]);
    const types = dataOf(output).flatMap((event) => {
      const { content_block } = event as { readonly content_block?: { readonly type: string } };
      return content_block ? [content_block.type] : [];
    });
    expect(types).toEqual(['tool_use', 'text']);
  });

  it("refuses in Anthropic's way", () => {
    const output = run(fromChat(), [
      chunk({ refusal: 'I will ' }),
      chunk({ refusal: 'not.' }),
      chunk({}, 'stop'),
    ]);
    expect(dataOf(output).at(-2)).toMatchObject({
      delta: { stop_reason: 'refusal', stop_details: { explanation: 'I will not.' } },
    });
  });

  const call = (index: number, part: object = {}) =>
    chunk({ tool_calls: [{ index, id: `c${index}`, function: { name: 'f', arguments: '{' }, ...part }] });
  it.each([
    ['choices[0].delta.reasoning_content', [chunk({ reasoning_content: 'Hm' })]],
    ['choices[0].delta.brand_new', [chunk({ brand_new: 'content' })]],
    ['choices[0].delta.content', [chunk({ content: [{ type: 'text' }] })]],
    ['choices[0].logprobs', [chunk({ content: 'a' }, null, { logprobs: { content: [] } })]],
    ['choices', [sseEvent({ choices: [{ index: 1, delta: { content: 'a' } }] })]],
    ['choices[0].delta.tool_calls[0]: calls are mixed', [call(0), call(1), call(0)]],
    ['choices[0].delta.tool_calls[0]: a call begins', [call(0, { id: '' })]],
    ['choices[0].finish_reason', [chunk({ content: 'a' }, 'brand_new'), sseEvent('[DONE]')]],
  ])('breaks off in an error at %s', (message, events) => {
    const translator = fromChat();
    const output = run(translator, [...events, ...CHAT_STREAM.slice(-3)]);
    expect(translator.failure?.kind).toBe('untranslatable');
    expect(translator.failure?.error.message).toContain(message);
    expect(output).toMatch(/event: error\ndata: \{"type":"error".*\n\n$/);
    expect(observe('anthropic-messages', output).verdict).toBe('error-in-200');
  });

  it('says what was left out, once', () => {
    const translator = fromChat();
    run(translator, CHAT_STREAM);
    expect(translator.leftOut).toEqual(['created', 'service_tier', 'system_fingerprint']);
  });
});

describe.each([
  ['anthropic-messages', fromAnthropic, ANTHROPIC_STREAM, 'openai-chat'],
  ['openai-chat', fromChat, CHAT_STREAM, 'anthropic-messages'],
] as const)('a translated stream of %s', (upstream, translator, events, client) => {
  it('is the same however the bytes are cut', () => {
    const bytes = encode(events.join(''));
    const expected = run(translator(), bytes);
    fc.assert(
      fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
        expect(run(translator(), bytes, cuts)).toBe(expected);
      }),
    );
  });

  it('tells an observer what the original tells it', () => {
    const told = observe(client, run(translator(), events));
    const original = observe(upstream, events.join(''));
    const { longCacheWrite: _, ...spent } = original.usage!;
    expect(told).toMatchObject({
      verdict: 'complete',
      usage: spent,
      answerId: original.answerId,
      answeredModel: original.answeredModel,
      generated: original.generated,
    });
  });

  it('that was cut ends in an error, wherever it was', () => {
    // The usage and [DONE] of a chat may be missing: everything has been said.
    const needed = upstream === 'openai-chat' ? events.length - 3 : events.length - 1;
    for (let kept = 0; kept <= needed; kept++) {
      const cut = translator();
      const output = run(cut, events.slice(0, kept));
      expect(cut.failure, `${kept} events`).toMatchObject({
        kind: 'cut',
        error: { code: 'stream_truncated' },
      });
      expect(observe(client, output), `${kept} events`).toMatchObject({ verdict: 'error-in-200' });
    }
  });

  it('passes an error of the upstream on', () => {
    const error = { type: 'error', error: { type: 'overloaded_error', message: 'Overloaded' } };
    const failing = translator();
    const output = run(failing, [...events.slice(0, 4), sseEvent(error, 'error'), ...events.slice(4)]);
    expect(failing.failure).toMatchObject({
      kind: 'error-in-200',
      error: { code: 'overloaded_error', message: 'Overloaded', status: 529 },
    });
    expect(observe(client, output).error).toMatchObject({ message: 'Overloaded' });
    expect(failing.feed(encode(events.at(-1)!))).toBe('');
  });

  it('that begins with what cannot be said fails before it has said anything', () => {
    const thinks =
      upstream === 'openai-chat'
        ? [chunk({ role: 'assistant' }), chunk({ reasoning: 'Hm' })]
        : ANTHROPIC_THINKING;
    const failing = translator();
    expect(failing.feed(encode(thinks[0]!))).toBe('');
    expect(dataOf(failing.feed(encode(thinks[1]!)))).toHaveLength(1);
    expect(failing.failure?.kind).toBe('untranslatable');
    const both = translator();
    const mixed =
      upstream === 'openai-chat'
        ? chunk({ content: 'a', reasoning: 'Hm' })
        : typedEvent({
            type: 'content_block_start',
            content_block: { type: 'text', text: 'a', citations: [{}] },
          });
    expect(dataOf(both.feed(encode(mixed)))).toHaveLength(1);
  });

  it('that begins with an error fails before it has said anything', () => {
    const failing = translator();
    const output = failing.feed(
      encode('error: {"code":503,"message":"loading","type":"unavailable_error"}\n\n'),
    );
    expect(failing.failure).toMatchObject({ kind: 'error-in-200', error: { status: 503 } });
    expect(dataOf(output)).toHaveLength(1);
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), (bodies) => {
        const output = run(
          translator(),
          bodies.map((body) => sseEvent(JSON.stringify(body))),
        );
        expect(observe(client, output).verdict).not.toBe('cut');
      }),
    );
  });
});

describe('a stream that goes there and back', () => {
  const pieces = fc.array(fc.string({ minLength: 1, unit: 'binary' }), { maxLength: 4 });
  const calls = fc.array(
    fc.record({
      id: fc.stringMatching(/^call_\w{4}$/),
      name: fc.stringMatching(/^[a-z]{1,8}$/),
      pieces: fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 3 }),
    }),
    { maxLength: 3 },
  );

  it('says the same to the end', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, calls, async (texts, tools) => {
        const events = [
          chunk({ role: 'assistant', content: '' }),
          ...texts.map((content) => chunk({ content })),
          ...tools.flatMap(({ id, name, pieces: parts }, index) => [
            chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: '' } }] }),
            ...parts.map((text) => chunk({ tool_calls: [{ index, function: { arguments: text } }] })),
          ]),
          chunk({}, tools.length > 0 ? 'tool_calls' : 'stop'),
          sseEvent('[DONE]'),
        ];
        const back = run(fromAnthropic(), [run(fromChat(), events)]);
        const [said, original] = await Promise.all([completionOf(back), completionOf(events.join(''))]);
        expect(said.choices[0]?.message.content ?? '').toBe(original.choices[0]?.message.content ?? '');
        expect(said.choices[0]?.message.tool_calls).toEqual(original.choices[0]?.message.tool_calls);
        expect(said.choices[0]?.finish_reason).toBe(original.choices[0]?.finish_reason);
      }),
      { numRuns: 30 },
    );
  });
});
