import { OpenAI } from 'openai';
import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json-access.ts';
import { translateError } from './translate-error.ts';
import { translationBetween } from './translation-between.ts';
import type { AnswerContext } from './translation.ts';

const context: AnswerContext = { created: 1_700_000_000, includeUsage: false };
const fromAnthropic = translationBetween('openai-chat', 'anthropic-messages')!;
const fromChat = translationBetween('anthropic-messages', 'openai-chat')!;

const MESSAGE: JsonObject = {
  id: 'msg_1',
  type: 'message',
  role: 'assistant',
  model: 'claude-sonnet-5-5',
  content: [
    { type: 'text', text: 'Né ', citations: null },
    { type: 'text', text: '🚦.', citations: null },
    { type: 'tool_use', id: 'toolu_1', name: 'look', input: { at: [1] }, caller: { type: 'direct' } },
  ],
  container: null,
  diagnostics: null,
  stop_reason: 'tool_use',
  stop_sequence: null,
  stop_details: null,
  usage: {
    input_tokens: 12,
    cache_read_input_tokens: 5,
    cache_creation_input_tokens: 3,
    output_tokens: 9,
    output_tokens_details: { thinking_tokens: 2 },
    service_tier: 'standard',
  },
};

const COMPLETION: JsonObject = {
  id: 'chatcmpl-1',
  object: 'chat.completion',
  created: 1_700_000_000,
  model: 'gpt-4o',
  system_fingerprint: 'fp_1',
  choices: [
    {
      index: 0,
      message: {
        role: 'assistant',
        content: 'Né 🚦.',
        refusal: null,
        annotations: [],
        tool_calls: [
          { id: 'call_a', type: 'function', function: { name: 'look', arguments: '{"at": [1]}' } },
        ],
      },
      logprobs: null,
      finish_reason: 'tool_calls',
    },
  ],
  usage: {
    prompt_tokens: 20,
    completion_tokens: 9,
    total_tokens: 29,
    prompt_tokens_details: { cached_tokens: 5, cache_write_tokens: 3 },
    completion_tokens_details: { reasoning_tokens: 2 },
  },
};

describe("a message of Anthropic's to a chat client", () => {
  it('is a chat completion', () => {
    expect(fromAnthropic.answer(MESSAGE, context)).toEqual({
      ok: true,
      value: {
        leftOut: ['content[2].caller'],
        body: {
          id: 'msg_1',
          object: 'chat.completion',
          created: context.created,
          model: 'claude-sonnet-5-5',
          choices: [
            {
              index: 0,
              message: {
                role: 'assistant',
                content: 'Né 🚦.',
                refusal: null,
                tool_calls: [
                  { id: 'toolu_1', type: 'function', function: { name: 'look', arguments: '{"at":[1]}' } },
                ],
              },
              logprobs: null,
              finish_reason: 'tool_calls',
            },
          ],
          usage: COMPLETION['usage'],
        },
      },
    });
  });

  it('is what the openai SDK reads, with parsed arguments', async () => {
    const translated = fromAnthropic.answer(MESSAGE, context);
    const client = new OpenAI({
      apiKey: 'sk-test',
      baseURL: 'http://upstream.test/v1',
      fetch: async () => Response.json(translated.ok ? translated.value.body : {}),
    });
    const completion = await client.chat.completions.parse({
      model: 'm',
      messages: [{ role: 'user', content: 'hi' }],
      tools: [{ type: 'function', function: { name: 'look', strict: true, parameters: {} } }],
    });
    const [choice] = completion.choices;
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(choice?.message.tool_calls?.[0]).toMatchObject({
      function: { name: 'look', parsed_arguments: { at: [1] } },
    });
  });

  it.each([
    ['end_turn', 'stop'],
    ['stop_sequence', 'stop'],
    ['max_tokens', 'length'],
    ['model_context_window_exceeded', 'length'],
    ['refusal', 'content_filter'],
  ])('stops for %s as %s', (stop_reason, finish_reason) => {
    expect(fromAnthropic.answer({ ...MESSAGE, content: [], stop_reason }, context)).toMatchObject({
      ok: true,
      value: { body: { choices: [{ finish_reason, message: { content: null } }] } },
    });
  });

  it('explains a refusal', () => {
    const stop_details = { type: 'refusal', category: 'bio', explanation: 'This could do harm.' };
    const refused = { ...MESSAGE, content: [], stop_reason: 'refusal', stop_details };
    expect(fromAnthropic.answer(refused, context)).toMatchObject({
      value: { body: { choices: [{ message: { refusal: 'This could do harm.' } }] } },
    });
  });

  it('has no usage where none was said', () => {
    const translated = fromAnthropic.answer({ ...MESSAGE, usage: null }, context);
    expect(translated.ok && 'usage' in translated.value.body).toBe(false);
  });

  it.each([
    ['content[0]', { content: [{ type: 'thinking', thinking: 'Hm', signature: 'EqQB' }] }],
    ['content[0]', { content: [{ type: 'redacted_thinking', data: 'x' }] }],
    ['content[0]', { content: [{ type: 'server_tool_use', id: 'a', name: 'web_search', input: {} }] }],
    [
      'content[0].citations',
      { content: [{ type: 'text', text: 'a', citations: [{ type: 'page_location' }] }] },
    ],
    [
      'content[1]',
      {
        content: [
          { type: 'tool_use', id: 'a', name: 'f', input: {} },
          { type: 'text', text: 'a' },
        ],
      },
    ],
    ['content[0].input', { content: [{ type: 'tool_use', id: 'a', name: 'f', input: { n: 2 ** 53 } }] }],
    [
      'content[0].caller',
      { content: [{ type: 'tool_use', id: 'a', name: 'f', input: {}, caller: { type: 'x' } }] },
    ],
    ['stop_reason', { stop_reason: 'pause_turn' }],
    ['stop_reason', { stop_reason: 'brand_new' }],
    ['container', { container: { id: 'c' } }],
  ])('is refused for %s in %j', (field, more) => {
    expect(fromAnthropic.answer({ ...MESSAGE, ...more }, context)).toMatchObject({
      ok: false,
      error: [{ field }],
    });
  });
});

describe("a chat completion to a client of Anthropic's", () => {
  it('is a message', () => {
    expect(fromChat.answer(COMPLETION, context)).toEqual({
      ok: true,
      value: {
        leftOut: ['created', 'system_fingerprint', 'choices[0].message.annotations'],
        body: {
          id: 'chatcmpl-1',
          type: 'message',
          role: 'assistant',
          model: 'gpt-4o',
          content: [
            { type: 'text', text: 'Né 🚦.', citations: null },
            { type: 'tool_use', id: 'call_a', name: 'look', input: { at: [1] }, caller: { type: 'direct' } },
          ],
          container: null,
          diagnostics: null,
          stop_reason: 'tool_use',
          stop_sequence: null,
          stop_details: null,
          usage: {
            input_tokens: 12,
            cache_creation: null,
            cache_creation_input_tokens: 3,
            cache_read_input_tokens: 5,
            inference_geo: null,
            output_tokens: 9,
            output_tokens_details: { thinking_tokens: 2 },
            server_tool_use: null,
            service_tier: null,
            speed: null,
          },
        },
      },
    });
  });

  const choice = (message: object, finish_reason = 'stop', more: object = {}) => ({
    ...COMPLETION,
    choices: [{ index: 0, message: { role: 'assistant', content: 'a', ...message }, finish_reason, ...more }],
  });
  const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '' } };

  it.each([
    [{}, 'stop', 'end_turn'],
    [{}, 'length', 'max_tokens'],
    [{}, 'content_filter', 'refusal'],
    // A tool that was forced: OpenAI says "stop".
    [{ tool_calls: [call] }, 'stop', 'tool_use'],
    [{ tool_calls: [] }, 'tool_calls', 'end_turn'],
  ])('with %j stops for %s as %s', (message, finish, stop_reason) => {
    expect(fromChat.answer(choice(message, finish), context)).toMatchObject({
      value: { body: { stop_reason } },
    });
  });

  it("refuses in Anthropic's way", () => {
    expect(fromChat.answer(choice({ content: null, refusal: 'I will not.' }), context)).toMatchObject({
      value: {
        body: {
          content: [],
          stop_reason: 'refusal',
          stop_details: { type: 'refusal', category: null, explanation: 'I will not.' },
        },
      },
    });
  });

  it.each([
    ['choices', { ...COMPLETION, choices: [] }],
    ['choices', { ...COMPLETION, choices: [{}, {}] }],
    ['choices[0].logprobs', choice({}, 'stop', { logprobs: { content: [] } })],
    ['choices[0].finish_reason', choice({}, 'function_call')],
    ['choices[0].message.reasoning_content', choice({ reasoning_content: 'Hm' })],
    ['choices[0].message.annotations', choice({ annotations: [{ type: 'url_citation' }] })],
    ['choices[0].message.audio', choice({ audio: { id: 'a' } })],
    ['choices[0].message.brand_new', choice({ brand_new: 'content' })],
    ['choices[0].message.content', choice({ content: [{ type: 'text', text: 'a' }] })],
    ['choices[0].message.tool_calls[0]', choice({ tool_calls: [{ id: 'a', type: 'custom', custom: {} }] })],
    [
      'choices[0].message.tool_calls[0].function.arguments',
      choice({ tool_calls: [{ ...call, function: { name: 'f', arguments: '{"x":' } }] }, 'length'),
    ],
  ])('is refused for %s', (field, body) => {
    expect(fromChat.answer(body, context)).toMatchObject({ ok: false, error: [{ field }] });
  });
});

describe('an error across dialects', () => {
  it("has the client's shape, and a status that its SDK knows", () => {
    const overloaded = JSON.stringify({
      type: 'error',
      error: { type: 'overloaded_error', message: 'Overloaded' },
    });
    const toOpenai = translateError('openai', 529, overloaded);
    expect(toOpenai).toMatchObject({ status: 503, error: { code: 'overloaded_error', status: 529 } });
    expect(JSON.parse(toOpenai.body)).toEqual({
      error: { message: 'Overloaded', type: 'server_error', param: null, code: 'overloaded_error' },
    });
    const limited = JSON.stringify({
      error: { message: 'Slow down', type: 'requests', code: 'rate_limit_exceeded' },
    });
    const toAnthropic = translateError('anthropic', 429, limited);
    expect(toAnthropic.status).toBe(429);
    expect(JSON.parse(toAnthropic.body)).toMatchObject({
      type: 'error',
      error: {
        type: 'rate_limit_error',
        message: 'Slow down',
        details: { error_code: 'rate_limit_exceeded' },
      },
    });
    expect(translateError('anthropic', 529, '').status).toBe(529);
    const long = JSON.stringify({
      type: 'error',
      error: { type: 'invalid_request_error', message: 'prompt is too long: 2 tokens > 1 maximum' },
    });
    expect(JSON.parse(translateError('openai', 400, long, true).body)).toMatchObject({
      error: { code: 'context_length_exceeded', type: 'invalid_request_error' },
    });
  });
});

describe('a translation', () => {
  it('is there between Chat Completions and Messages only', () => {
    expect(translationBetween('openai-chat', 'openai-chat')).toBeUndefined();
    expect(translationBetween('openai-responses', 'anthropic-messages')).toBeUndefined();
    expect(translationBetween('anthropic-count-tokens', 'openai-chat')).toBeUndefined();
  });
});
