import { expect, test } from 'vitest';
import { readChatRequest } from './chat-request.ts';

const read = (body: unknown) => readChatRequest(JSON.stringify(body));

test('messages, tools and the rest', () => {
  const request = read({
    model: 'fast',
    stream: true,
    tools: [{ type: 'function', function: { name: 'search' } }],
    messages: [
      { role: 'system', content: 'Be brief.' },
      {
        role: 'user',
        content: [
          { type: 'text', text: 'What is this?' },
          { type: 'image_url', image_url: {} },
        ],
      },
      { role: 'assistant', content: null, tool_calls: [{ function: { name: 'search', arguments: '{}' } }] },
      { role: 'tool', tool_call_id: 'call_1', content: 'nothing' },
    ],
  });
  expect(request?.tools).toEqual(['search']);
  expect(request?.settings).toEqual([
    ['model', '"fast"'],
    ['stream', 'true'],
  ]);
  expect(request?.messages).toEqual([
    { role: 'system', text: 'Be brief.', attachments: [], toolCalls: [] },
    { role: 'user', text: 'What is this?', attachments: ['image_url'], toolCalls: [] },
    { role: 'assistant', text: '', attachments: [], toolCalls: [{ name: 'search', arguments: '{}' }] },
    { role: 'tool', text: 'nothing', attachments: [], toolCalls: [], answers: 'call_1' },
  ]);
});

test('a body that is no chat is not read as one, and a strange message does no harm', () => {
  expect(readChatRequest('not json')).toBeUndefined();
  expect(read({ input: 'text' })).toBeUndefined();
  expect(read({ messages: [null, 17, { role: 'user' }] })?.messages.map(({ role }) => role)).toEqual([
    '?',
    '?',
    'user',
  ]);
});
