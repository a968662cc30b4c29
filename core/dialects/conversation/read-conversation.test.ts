import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { WIRE_DIALECTS, type WireDialect } from '../dialect.ts';
import { readConversation } from './read-conversation.ts';

const read = (dialect: WireDialect, body: unknown) => readConversation(dialect, JSON.stringify(body));
const text = (said: string) => ({ kind: 'text', text: said });
const call = { kind: 'tool-call', id: 'call_a', name: 'look', arguments: '{"at":1}' };
const result = { kind: 'tool-result', callId: 'call_a', text: 'A signal.', failed: false };
const image = { kind: 'attachment', media: 'image', source: 'https://example.org/a.png' };

describe('a conversation', () => {
  it('of Chat Completions', () => {
    const conversation = read('openai-chat', {
      model: 'm',
      temperature: 0.5,
      tools: [
        { type: 'function', function: { name: 'look' } },
        { type: 'custom', custom: { name: 'sql' } },
      ],
      messages: [
        { role: 'developer', content: 'Be brief.' },
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image_url', image_url: { url: 'https://example.org/a.png' } },
          ],
        },
        {
          role: 'assistant',
          content: null,
          reasoning_content: 'Let me see.',
          tool_calls: [{ id: 'call_a', type: 'function', function: { name: 'look', arguments: '{"at":1}' } }],
        },
        { role: 'tool', tool_call_id: 'call_a', content: [{ type: 'text', text: 'A signal.' }] },
      ],
    });
    expect(conversation).toEqual({
      messages: [
        { role: 'developer', parts: [text('Be brief.')] },
        { role: 'user', parts: [text('What is this?'), image] },
        { role: 'assistant', parts: [{ kind: 'thinking', text: 'Let me see.' }, call] },
        { role: 'tool', parts: [result] },
      ],
      tools: ['look', 'sql'],
      settings: [
        ['model', '"m"'],
        ['temperature', '0.5'],
      ],
    });
  });

  it('of Anthropic, counted too', () => {
    const body = {
      model: 'm',
      max_tokens: 10,
      system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
      tools: [
        { name: 'look', input_schema: {} },
        { type: 'web_search_20260318', name: 'web_search' },
      ],
      messages: [
        {
          role: 'user',
          content: [
            { type: 'text', text: 'What is this?' },
            { type: 'image', source: { type: 'url', url: 'https://example.org/a.png' } },
          ],
        },
        {
          role: 'assistant',
          content: [
            { type: 'thinking', thinking: 'Let me see.', signature: 'EqQB' },
            { type: 'redacted_thinking', data: 'x' },
            { type: 'tool_use', id: 'call_a', name: 'look', input: { at: 1 } },
          ],
        },
        { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'call_a', content: 'A signal.' }] },
      ],
    };
    const expected = {
      messages: [
        { role: 'system', parts: [text('Be brief.')] },
        { role: 'user', parts: [text('What is this?'), image] },
        {
          role: 'assistant',
          parts: [{ kind: 'thinking', text: 'Let me see.' }, { kind: 'thinking', text: '' }, call],
        },
        { role: 'user', parts: [result] },
      ],
      tools: ['look', 'web_search'],
    };
    expect(read('anthropic-messages', body)).toEqual({
      ...expected,
      settings: [
        ['model', '"m"'],
        ['max_tokens', '10'],
      ],
    });
    expect(read('anthropic-count-tokens', body)).toMatchObject(expected);
  });

  it('of the Responses API, where the assistant speaks in several items', () => {
    const conversation = read('openai-responses', {
      model: 'm',
      instructions: 'Be brief.',
      tools: [{ type: 'function', name: 'look' }, { type: 'web_search' }],
      input: [
        {
          role: 'user',
          content: [
            { type: 'input_text', text: 'What is this?' },
            { type: 'input_image', image_url: 'https://example.org/a.png', detail: 'auto' },
          ],
        },
        { type: 'reasoning', id: 'rs_1', summary: [{ type: 'summary_text', text: 'Let me see.' }] },
        { type: 'function_call', id: 'fc_1', call_id: 'call_a', name: 'look', arguments: '{"at":1}' },
        { type: 'function_call_output', call_id: 'call_a', output: 'A signal.' },
        { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Yes.' }] },
        { type: 'item_reference', id: 'x' },
      ],
    });
    expect(conversation).toEqual({
      messages: [
        { role: 'system', parts: [text('Be brief.')] },
        { role: 'user', parts: [text('What is this?'), image] },
        { role: 'assistant', parts: [{ kind: 'thinking', text: 'Let me see.' }, call] },
        { role: 'tool', parts: [result] },
        { role: 'assistant', parts: [text('Yes.')] },
        { role: '?', parts: [{ kind: 'attachment', media: 'item_reference' }] },
      ],
      tools: ['look', 'web_search'],
      settings: [['model', '"m"']],
    });
  });

  it('may be one text', () => {
    expect(read('openai-responses', { input: 'hi' })?.messages).toEqual([
      { role: 'user', parts: [text('hi')] },
    ]);
    expect(read('anthropic-messages', { messages: [{ role: 'user', content: 'hi' }] })?.messages).toEqual([
      { role: 'user', parts: [text('hi')] },
    ]);
  });

  it.each([
    ['a', [[text('a')]]],
    [
      ['a', 'b'],
      [[text('a')], [text('b')]],
    ],
    [[1, 2], [[{ kind: 'attachment', media: 'tokens' }]]],
    [
      [[1], [2]],
      [[{ kind: 'attachment', media: 'tokens' }], [{ kind: 'attachment', media: 'tokens' }]],
    ],
  ])('of embeddings is what is embedded: %j', (input, parts) => {
    expect(read('openai-embeddings', { input })?.messages.map((message) => message.parts)).toEqual(parts);
  });

  it.each([
    [
      { type: 'input_audio', input_audio: { data: 'AA==', format: 'wav' } },
      { media: 'audio', source: 'data:audio/wav;base64,AA==' },
    ],
    [
      { type: 'file', file: { file_data: 'data:application/pdf;base64,AA==' } },
      { media: 'file', source: 'data:application/pdf;base64,AA==' },
    ],
    [{ type: 'file', file: { file_id: 'f' } }, { media: 'file' }],
    [{ type: 'brand_new' }, { media: 'brand_new' }],
    [{}, { media: '?' }],
  ])('may hold what is not text: %j', (part, expected) => {
    expect(
      read('openai-chat', { messages: [{ role: 'user', content: [part] }] })?.messages[0]?.parts,
    ).toEqual([{ kind: 'attachment', ...expected }]);
  });

  it('tells a tool that failed, and shows what it gave besides text', () => {
    const content = [
      { type: 'text', text: 'a' },
      { type: 'image', source: { type: 'base64', media_type: 'image/png', data: 'AA==' } },
      { type: 'text', text: 'b' },
    ];
    const block = { type: 'tool_result', tool_use_id: 'x', is_error: true, content };
    expect(
      read('anthropic-messages', { messages: [{ role: 'user', content: [block] }] })?.messages[0]?.parts,
    ).toEqual([
      { kind: 'tool-result', callId: 'x', text: 'a\nb', failed: true },
      { kind: 'attachment', media: 'image', source: 'data:image/png;base64,AA==' },
    ]);
  });

  it('shows tools that the provider runs itself', () => {
    const content = [
      { type: 'server_tool_use', id: 's', name: 'web_search', input: { query: 'x' } },
      { type: 'web_search_tool_result', tool_use_id: 's', content: [{ url: 'u' }] },
      { type: 'web_fetch_tool_result', tool_use_id: 's', content: { type: 'web_fetch_tool_result_error' } },
    ];
    expect(
      read('anthropic-messages', { messages: [{ role: 'assistant', content }] })?.messages[0]?.parts,
    ).toEqual([
      { kind: 'tool-call', id: 's', name: 'web_search', arguments: '{"query":"x"}' },
      { kind: 'tool-result', callId: 's', text: '[{"url":"u"}]', failed: false },
      { kind: 'tool-result', callId: 's', text: '{"type":"web_fetch_tool_result_error"}', failed: true },
    ]);
    const input = [
      { type: 'web_search_call', id: 'w', status: 'completed', action: { query: 'x' } },
      { type: 'mcp_call', id: 'm', name: 'roll', arguments: '{}', output: '7', error: null },
      { type: 'mcp_call', id: 'n', name: 'roll', arguments: '{}', error: 'lost' },
    ];
    expect(read('openai-responses', { input })?.messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'tool-call', id: 'w', name: 'web_search_call', arguments: '{"action":{"query":"x"}}' },
          { kind: 'tool-call', id: 'm', name: 'roll', arguments: '{}' },
          { kind: 'tool-result', callId: 'm', text: '7', failed: false },
          { kind: 'tool-call', id: 'n', name: 'roll', arguments: '{}' },
          { kind: 'tool-result', callId: 'n', text: 'lost', failed: true },
        ],
      },
    ]);
  });

  it.each([
    ['openai-chat', { input: 'hi' }],
    ['openai-responses', { messages: [] }],
    ['anthropic-messages', { model: 'm' }],
    ['openai-models', { messages: [] }],
    ['openai-chat', []],
    ['openai-chat', 'hi'],
  ] as const)('is not in a body of %s like %j', (dialect, body) => {
    expect(read(dialect, body)).toBeUndefined();
    expect(readConversation(dialect, '{')).toBeUndefined();
  });

  it('is never a crash', () => {
    const body = fc.dictionary(
      fc.constantFrom('messages', 'input', 'system', 'tools', 'instructions'),
      fc.jsonValue(),
    );
    const item = fc.dictionary(
      fc.constantFrom(
        'role',
        'type',
        'content',
        'tool_calls',
        'function_call',
        'summary',
        'input',
        'output',
        'audio',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom('user', 'tool', 'tool_use', 'tool_result', 'mcp_call', 'message'),
      ),
    );
    const likely = fc.array(item).map((list) => ({ messages: list, input: list, system: list, tools: list }));
    fc.assert(
      fc.property(fc.constantFrom(...WIRE_DIALECTS), fc.oneof(body, likely), (dialect, given) => {
        for (const message of read(dialect, given)?.messages ?? []) {
          expect(typeof message.role).toBe('string');
          for (const part of message.parts) expect(part).toHaveProperty('kind');
        }
      }),
    );
  });
});
