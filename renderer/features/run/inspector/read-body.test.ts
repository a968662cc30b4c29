import { expect, test } from 'vitest';
import { readBody } from './read-body.ts';

const body = (value: unknown, encoding: 'utf-8' | 'base64' = 'utf-8') => {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return { text, encoding, bytes: text.length, truncated: false };
};
const document = { type: 'message', role: 'assistant', content: [{ type: 'text', text: 'hi' }] };

test('an answer is read in one piece and as a stream', () => {
  expect(readBody('response', body(document), 'anthropic-messages')).toMatchObject({
    kind: 'answer',
    answer: { events: 0, messages: [{ parts: [{ text: 'hi' }] }] },
  });
  const stream = 'data: {"choices":[{"index":0,"delta":{"content":"hi"}}]}\n\n';
  expect(readBody('response', body(stream), 'openai-chat')).toMatchObject({
    answer: { events: 1, verdict: 'cut', messages: [{ parts: [{ text: 'hi' }] }] },
  });
});

test.each([
  ['a page', body('<html>'), 'openai-chat'],
  ['a list', body([]), 'anthropic-messages'],
  ['an error', body({ error: { message: 'no' } }), 'openai-chat'],
  ['bytes', body(document, 'base64'), 'anthropic-messages'],
  ['what is only passed on', body(document), undefined],
  ['embeddings', body({ data: [] }), 'openai-embeddings'],
  ['a notification', body({ jsonrpc: '2.0' }), 'mcp'],
] as const)('%s has no more to say than is on the wire', (_, given, dialect) => {
  expect(readBody('response', given, dialect)).toBeUndefined();
});

test('a request of MCP is its arguments, else its parameters; its answer the result or the error', () => {
  const params = { name: 'search', arguments: { q: 'raft' }, _meta: {} };
  const text = (kind: 'request' | 'response', value: unknown) => readBody(kind, body(value), 'mcp');
  expect(text('request', { id: 1, params })).toEqual({ kind: 'json', text: '{"q":"raft"}' });
  expect(text('request', { id: 1, params: { uri: 'file:///a' } })).toEqual({
    kind: 'json',
    text: '{"uri":"file:///a"}',
  });
  expect(text('response', { id: 1, result: { content: [] } })).toEqual({
    kind: 'json',
    text: '{"content":[]}',
  });
  expect(text('response', { id: 1, error: { code: -1 } })).toEqual({ kind: 'json', text: '{"code":-1}' });
});
