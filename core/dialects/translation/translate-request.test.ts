import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../json-access.ts';
import { anthropicRequestToChat } from './anthropic-request-to-chat.ts';
import { chatRequestToAnthropic } from './chat-request-to-anthropic.ts';
import type { RequestOptions } from './translation.ts';

const options: RequestOptions = { maxTokens: 4096 };
const png = 'iVBORw0KGgo=';

function toAnthropic(body: JsonObject, given = options) {
  const translated = chatRequestToAnthropic(body, given);
  return translated.ok ? translated.value.body : translated.error;
}

function toChat(body: JsonObject, given = options) {
  const translated = anthropicRequestToChat(body, given);
  return translated.ok ? translated.value.body : translated.error;
}

const CHAT: JsonObject = {
  model: 'gpt-4o',
  messages: [
    { role: 'system', content: 'Be brief.' },
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } },
        { type: 'image_url', image_url: { url: 'https://example.org/a.jpg' } },
      ],
    },
    {
      role: 'assistant',
      content: 'I shall look.',
      tool_calls: [
        { id: 'call_a', type: 'function', function: { name: 'look', arguments: '{"at":[1,2.5],"né":"🚦"}' } },
        { id: 'call_b', type: 'function', function: { name: 'now', arguments: '{}' } },
      ],
    },
    { role: 'tool', tool_call_id: 'call_a', content: 'A signal.' },
    {
      role: 'tool',
      tool_call_id: 'call_b',
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
    },
    { role: 'user', content: 'And now?' },
  ],
  max_completion_tokens: 100,
  temperature: 0.5,
  top_p: 0.9,
  stop: ['END'],
  tools: [
    {
      type: 'function',
      function: {
        name: 'look',
        description: 'Looks.',
        parameters: { type: 'object', properties: { at: { type: 'array' } } },
        strict: true,
      },
    },
    { type: 'function', function: { name: 'now', parameters: { type: 'object', properties: {} } } },
  ],
  tool_choice: 'required',
  parallel_tool_calls: false,
  user: 'user-1',
  stream: true,
  stream_options: { include_usage: true },
};

const ANTHROPIC: JsonObject = {
  model: 'gpt-4o',
  max_tokens: 100,
  system: 'Be brief.',
  messages: [
    {
      role: 'user',
      content: [
        { type: 'text', text: 'What is this?' },
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } },
        { type: 'image', source: { type: 'url', url: 'https://example.org/a.jpg' } },
      ],
    },
    {
      role: 'assistant',
      content: [
        { type: 'text', text: 'I shall look.' },
        { type: 'tool_use', id: 'call_a', name: 'look', input: { at: [1, 2.5], né: '🚦' } },
        { type: 'tool_use', id: 'call_b', name: 'now', input: {} },
      ],
    },
    {
      role: 'user',
      content: [
        { type: 'tool_result', tool_use_id: 'call_a', content: 'A signal.' },
        {
          type: 'tool_result',
          tool_use_id: 'call_b',
          content: [
            { type: 'text', text: 'a' },
            { type: 'text', text: 'b' },
          ],
        },
      ],
    },
    { role: 'user', content: 'And now?' },
  ],
  temperature: 0.5,
  top_p: 0.9,
  stop_sequences: ['END'],
  tools: [
    {
      name: 'look',
      description: 'Looks.',
      input_schema: { type: 'object', properties: { at: { type: 'array' } } },
      strict: true,
    },
    { name: 'now', input_schema: { type: 'object', properties: {} } },
  ],
  tool_choice: { type: 'any', disable_parallel_tool_use: true },
  metadata: { user_id: 'user-1' },
  stream: true,
};

const ask = { model: 'm', messages: [{ role: 'user', content: 'hi' }] };
const askAnthropic = { ...ask, max_tokens: 10 };

describe('a chat request at Anthropic', () => {
  it('says the same in every field', () => {
    expect(toAnthropic(CHAT)).toEqual(ANTHROPIC);
  });

  it('goes to the version of the API that knows temperatures', () => {
    expect(chatRequestToAnthropic(CHAT, options)).toMatchObject({
      ok: true,
      value: { path: '/messages', headers: [['anthropic-version', '2023-06-01']] },
    });
  });

  it('gets the limit that Anthropic needs where it has none', () => {
    expect(toAnthropic(ask)).toMatchObject({ max_tokens: 4096 });
    expect(toAnthropic({ ...ask, max_tokens: 7, max_completion_tokens: 7 })).toMatchObject({ max_tokens: 7 });
  });

  it('is told not to think where the instance needs that', () => {
    expect(toAnthropic(ask, { ...options, disableThinking: true })).toMatchObject({
      thinking: { type: 'disabled' },
    });
  });

  it('leaves out what changes nothing, and says so', () => {
    const translated = chatRequestToAnthropic(
      {
        ...ask,
        n: 1,
        temperature: 1,
        logprobs: false,
        logit_bias: {},
        store: null,
        seed: null,
        response_format: { type: 'text' },
        modalities: ['text'],
        prompt_cache_key: 'k',
        frequency_penalty: 0,
        service_tier: 'auto',
      },
      options,
    );
    expect(translated).toMatchObject({
      ok: true,
      value: {
        leftOut: [
          'n',
          'logprobs',
          'logit_bias',
          'response_format',
          'modalities',
          'prompt_cache_key',
          'frequency_penalty',
          'service_tier',
          'temperature',
        ],
      },
    });
  });

  it.each([
    ['n', { n: 2 }],
    ['logprobs', { logprobs: true }],
    ['top_logprobs', { top_logprobs: 3 }],
    ['frequency_penalty', { frequency_penalty: 0.5 }],
    ['presence_penalty', { presence_penalty: -1 }],
    ['logit_bias', { logit_bias: { 50256: -100 } }],
    ['seed', { seed: 0 }],
    ['response_format', { response_format: { type: 'json_object' } }],
    ['response_format', { response_format: { type: 'json_schema', json_schema: { name: 'x', schema: {} } } }],
    ['reasoning_effort', { reasoning_effort: 'high' }],
    ['verbosity', { verbosity: 'low' }],
    ['modalities', { modalities: ['text', 'audio'] }],
    ['audio', { audio: { voice: 'alloy', format: 'wav' } }],
    ['web_search_options', { web_search_options: {} }],
    ['functions', { functions: [] }],
    ['function_call', { function_call: 'auto' }],
    ['service_tier', { service_tier: 'flex' }],
    ['store', { store: true }],
    ['moderation', { moderation: { model: 'm' } }],
    ['max_tokens', { max_tokens: 7, max_completion_tokens: 8 }],
    ['temperature', { temperature: 1.5 }],
    ['top_p', { top_p: '1' }],
    ['stop', { stop: ['\n\n'] }],
    ['stop', { stop: [7] }],
    ['tools[0]', { tools: [{ type: 'custom', custom: { name: 'x' } }] }],
    [
      'tools[0].function.parameters.type',
      { tools: [{ type: 'function', function: { name: 'x', parameters: { type: 'string' } } }] },
    ],
    ['tools[0].function.new', { tools: [{ type: 'function', function: { name: 'x', new: 1 } }] }],
    ['tool_choice', { tool_choice: { type: 'allowed_tools', allowed_tools: { mode: 'auto', tools: [] } } }],
    ['tool_choice', { tool_choice: { type: 'custom', custom: { name: 'x' } } }],
    ['stream_options.new', { stream_options: { new: 1 } }],
    ['min_p', { min_p: 0.1 }],
  ])('is refused for %s', (field, more) => {
    expect(toAnthropic({ ...ask, ...more })).toMatchObject([{ field, reason: expect.stringMatching(/./) }]);
  });

  it('is refused for a field that would reach into every object', () => {
    const body = JSON.parse(
      '{"model":"m","messages":[{"role":"user","content":"hi"}],"__proto__":{"a":1}}',
    ) as JsonObject;
    expect(toAnthropic(body)).toMatchObject([{ field: '__proto__' }]);
  });

  it.each([
    ['messages[0].name', [{ role: 'user', content: 'hi', name: 'Ann' }]],
    ['messages[0].content', [{ role: 'user', content: '' }]],
    ['messages[0].content', [{ role: 'user', content: [{ type: 'text', text: '' }] }]],
    ['messages[0].content', [{ role: 'user', content: 7 }]],
    [
      'messages[0].content[0]',
      [
        {
          role: 'user',
          content: [
            { type: 'input_audio', input_audio: {} },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    ],
    [
      'messages[0].content[0]',
      [
        {
          role: 'user',
          content: [
            { type: 'file', file: {} },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    ],
    [
      'messages[0].content[0].image_url.detail',
      [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a/b', detail: 'low' } }] }],
    ],
    [
      'messages[0].content[0].image_url.url',
      [
        {
          role: 'user',
          content: [
            { type: 'image_url', image_url: { url: 'data:image/tiff;base64,AA==' } },
            { type: 'text', text: 'a' },
          ],
        },
      ],
    ],
    [
      'messages[1].role',
      [
        { role: 'user', content: 'a' },
        { role: 'system', content: 'b' },
      ],
    ],
    [
      'messages[0].role',
      [
        { role: 'function', name: 'f', content: 'b' },
        { role: 'user', content: 'a' },
      ],
    ],
    ['messages[0]', ['hi', { role: 'user', content: 'a' }]],
    ['messages', []],
    ['messages', [{ role: 'system', content: 'alone' }]],
    [
      'messages',
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'The answer is (' },
      ],
    ],
    [
      'messages[0].refusal',
      [
        { role: 'assistant', content: 'x', refusal: 'no' },
        { role: 'user', content: 'a' },
      ],
    ],
    [
      'messages[0].audio',
      [
        { role: 'assistant', content: 'x', audio: { id: 'a' } },
        { role: 'user', content: 'a' },
      ],
    ],
    [
      'messages[0].reasoning_content',
      [
        { role: 'assistant', content: 'x', reasoning_content: 'Hm' },
        { role: 'user', content: 'a' },
      ],
    ],
    [
      'messages[0].content',
      [
        { role: 'assistant', content: null },
        { role: 'user', content: 'a' },
      ],
    ],
  ])('is refused for %s in %j', (field, messages) => {
    expect(toAnthropic({ ...ask, messages })).toMatchObject([{ field }]);
  });

  it.each(['{"x":', '[1]', '"x"', 'null', '{"id":12345678901234567890}', '{"a":[{"b":9007199254740993}]}'])(
    'is refused for a call with %s, which is no object or would lose digits',
    (text) => {
      const calls = [{ id: 'a', type: 'function', function: { name: 'f', arguments: text } }];
      const messages = [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: null, tool_calls: calls },
        { role: 'tool', tool_call_id: 'a', content: 'b' },
      ];
      expect(toAnthropic({ ...ask, messages })).toMatchObject([
        { field: 'messages[1].tool_calls[0].function.arguments' },
      ]);
    },
  );

  it('takes what the openai SDK gave as an answer back into the conversation', () => {
    const answer = {
      role: 'assistant',
      content: 'x',
      refusal: null,
      annotations: [],
      audio: null,
      function_call: null,
    };
    const messages = [answer, { role: 'user', content: 'a' }];
    expect(toAnthropic({ ...ask, messages })).toMatchObject({
      messages: [{ role: 'assistant', content: 'x' }, {}],
    });
  });

  it('overlooks what @openai/agents repeats of an answer within its text, and nothing else', () => {
    const tool_calls = [{ id: 'call_1', type: 'function', function: { name: 'now', arguments: '{}' } }];
    const text = { type: 'text', text: 'Let me see.', role: 'assistant', refusal: null, annotations: [] };
    const asked = (repeated: object) => {
      const answer = { role: 'assistant', tool_calls, content: [{ ...text, ...repeated }] };
      const result = { role: 'tool', tool_call_id: 'call_1', content: 'noon' };
      return toAnthropic({ ...ask, messages: [...ask.messages, answer, result] });
    };
    expect(asked({ tool_calls })).toMatchObject({
      messages: [{}, { content: [{ type: 'text', text: 'Let me see.' }, { type: 'tool_use' }] }, {}],
    });
    expect(asked({ tool_calls: [] })).toMatchObject([{ field: 'messages[1].content[0].tool_calls' }]);
  });

  it('puts all instructions before the conversation', () => {
    const messages = [
      { role: 'system', content: 'a' },
      { role: 'developer', content: [{ type: 'text', text: 'b' }] },
      { role: 'system', content: '' },
      { role: 'user', content: 'c' },
    ];
    expect(toAnthropic({ ...ask, messages })).toMatchObject({
      system: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b' },
      ],
      messages: [{ role: 'user', content: 'c' }],
    });
  });

  it('names every field that stands in its way', () => {
    expect(
      toAnthropic({ ...ask, n: 2, seed: 1, messages: [{ role: 'user', content: 'a', name: 'b' }] }),
    ).toMatchObject([{ field: 'n' }, { field: 'seed' }, { field: 'messages[0].name' }]);
  });
});

describe("a request of Anthropic's in a chat", () => {
  it('says the same in every field', () => {
    expect(toChat(ANTHROPIC)).toEqual(CHAT);
  });

  it('says its limit where the server reads it', () => {
    expect(toChat(askAnthropic, { ...options, limitField: 'max_tokens' })).toMatchObject({ max_tokens: 10 });
    expect(toChat(askAnthropic)).toMatchObject({ max_completion_tokens: 10 });
  });

  it('leaves out what changes nothing, and says so', () => {
    const content = [{ type: 'text', text: 'hi', cache_control: { type: 'ephemeral' }, citations: [] }];
    const body = {
      ...askAnthropic,
      messages: [{ role: 'user', content }],
      cache_control: { type: 'ephemeral' },
      thinking: { type: 'disabled' },
      service_tier: 'auto',
      tools: [{ name: 'f', input_schema: { type: 'object' }, type: 'custom', eager_input_streaming: true }],
    };
    expect(anthropicRequestToChat(body, options)).toMatchObject({
      ok: true,
      value: {
        leftOut: [
          'cache_control',
          'thinking',
          'service_tier',
          'messages[0].content[0].cache_control',
          'messages[0].content[0].citations',
          'tools[0].eager_input_streaming',
        ],
      },
    });
  });

  it('may give instructions within the conversation', () => {
    const messages = [
      { role: 'user', content: 'a' },
      { role: 'system', content: [{ type: 'text', text: 'b' }] },
      { role: 'user', content: 'c' },
    ];
    expect(toChat({ ...askAnthropic, messages })).toMatchObject({
      messages: [{ content: 'a' }, { role: 'system', content: 'b' }, { content: 'c' }],
    });
  });

  it.each([
    ['thinking', { thinking: { type: 'enabled', budget_tokens: 2048 } }],
    ['thinking', { thinking: { type: 'adaptive' } }],
    ['top_k', { top_k: 5 }],
    ['output_config', { output_config: { effort: 'high' } }],
    ['container', { container: 'c' }],
    ['diagnostics', { diagnostics: {} }],
    ['inference_geo', { inference_geo: 'eu' }],
    ['speed', { speed: 'fast' }],
    ['mcp_servers', { mcp_servers: [] }],
    ['metadata.other', { metadata: { other: 1 } }],
    ['max_tokens', { max_tokens: 0 }],
    ['stop_sequences', { stop_sequences: ['a', 'b', 'c', 'd', 'e'] }],
    ['tools[0]', { tools: [{ type: 'web_search_20260318', name: 'web_search' }] }],
    ['tools[0].name', { tools: [{ name: 'x'.repeat(65), input_schema: {} }] }],
    ['tools[0].defer_loading', { tools: [{ name: 'x', input_schema: {}, defer_loading: true }] }],
    ['tools[0].input_examples', { tools: [{ name: 'x', input_schema: {}, input_examples: [{}] }] }],
    [
      'tools[0].allowed_callers',
      { tools: [{ name: 'x', input_schema: {}, allowed_callers: ['code_execution_20260120'] }] },
    ],
    ['tool_choice.type', { tool_choice: { type: 'some' } }],
    ['system[0]', { system: [{ type: 'image' }, { type: 'text', text: 'a' }] }],
  ])('is refused for %s', (field, more) => {
    expect(toChat({ ...askAnthropic, ...more })).toMatchObject([{ field }]);
  });

  const toolUse = { type: 'tool_use', id: 'a', name: 'f', input: {} };
  const result = { type: 'tool_result', tool_use_id: 'a', content: 'b' };
  it.each([
    [
      'messages[0].content[0]',
      [
        { role: 'assistant', content: [{ type: 'thinking', thinking: 'Hm', signature: 'x' }] },
        { role: 'user', content: 'a' },
      ],
    ],
    [
      'messages[0].content[0]',
      [
        { role: 'assistant', content: [{ type: 'redacted_thinking', data: 'x' }] },
        { role: 'user', content: 'a' },
      ],
    ],
    ['messages[0].content[0]', [{ role: 'user', content: [{ type: 'document', source: {} }] }]],
    [
      'messages[0].content[0].source',
      [{ role: 'user', content: [{ type: 'image', source: { type: 'file', file_id: 'x' } }] }],
    ],
    [
      'messages[0].content[0].citations',
      [{ role: 'user', content: [{ type: 'text', text: 'a', citations: [{}] }] }],
    ],
    [
      'messages[0].content[1]',
      [
        { role: 'assistant', content: [toolUse, { type: 'text', text: 'then' }] },
        { role: 'user', content: [result] },
      ],
    ],
    [
      'messages[0].content[0].caller',
      [
        { role: 'assistant', content: [{ ...toolUse, caller: { type: 'code_execution_20260120' } }] },
        { role: 'user', content: [result] },
      ],
    ],
    [
      'messages[0].content[0].toolset_name',
      [
        { role: 'assistant', content: [{ ...toolUse, toolset_name: 'browser' }] },
        { role: 'user', content: [result] },
      ],
    ],
    [
      'messages[0].content[0].input',
      [
        { role: 'assistant', content: [{ ...toolUse, input: { id: 2 ** 60 } }] },
        { role: 'user', content: [result] },
      ],
    ],
    ['messages[0].content[0].is_error', [{ role: 'user', content: [{ ...result, is_error: true }] }]],
    [
      'messages[0].content[0].content[0]',
      [{ role: 'user', content: [{ ...result, content: [{ type: 'image', source: {} }] }] }],
    ],
    ['messages[0].content[1]', [{ role: 'user', content: [{ type: 'text', text: 'a' }, result] }]],
    [
      'messages',
      [
        { role: 'user', content: 'a' },
        { role: 'assistant', content: 'The answer is (' },
      ],
    ],
    ['messages[0].role', [{ role: 'tool', content: 'a' }]],
  ])('is refused for %s in %j', (field, messages) => {
    expect(toChat({ ...askAnthropic, messages })).toMatchObject([{ field }]);
  });
});
