import { expect, test } from 'vitest';
import { assembleChatStream, readChatAnswer } from './chat-answer.ts';

const stream = (...chunks: unknown[]) =>
  chunks.map((chunk) => `data: ${typeof chunk === 'string' ? chunk : JSON.stringify(chunk)}\n\n`).join('');
const delta = (given: unknown, finish_reason: string | null = null) => ({
  choices: [{ index: 0, delta: given, finish_reason }],
});

test('text adds up', () => {
  const answer = assembleChatStream(
    stream(
      delta({ role: 'assistant', content: '' }),
      delta({ content: '你' }),
      delta({ content: '好' }, 'stop'),
      '[DONE]',
    ),
  );
  expect(answer).toMatchObject({
    text: '你好',
    finishReason: 'stop',
    chunks: 3,
    complete: true,
    toolCalls: [],
  });
});

test('tool calls come in pieces and side by side', () => {
  const call = (index: number, work: unknown) => delta({ tool_calls: [{ index, function: work }] });
  const answer = assembleChatStream(
    stream(
      call(1, { name: 'read', arguments: '' }),
      call(0, { name: 'search', arguments: '{"q":' }),
      call(0, { arguments: '"raft"}' }),
      call(1, { arguments: '{}' }),
      delta({}, 'tool_calls'),
    ),
  );
  expect(answer.toolCalls).toEqual([
    { name: 'search', arguments: '{"q":"raft"}' },
    { name: 'read', arguments: '{}' },
  ]);
  expect(answer.complete).toBe(false);
});

test('a stream that ends in an error keeps what came before it', () => {
  const answer = assembleChatStream(
    `${stream(delta({ content: 'half' }), { error: { message: 'upstream went away' } })}data: {"choices":[{"del`,
  );
  expect(answer).toMatchObject({ text: 'half', error: 'upstream went away', complete: false });
});

test('only the first choice is the answer, and nonsense is passed over', () => {
  const other = { choices: [{ index: 1, delta: { content: 'other' } }] };
  const answer = assembleChatStream(stream(other, 'not json', 'null', '17', delta({ content: 'mine' })));
  expect(answer.text).toBe('mine');
});

test('comments, other line ends and usage chunks are no text', () => {
  const text = `: keep-alive\r\n\r\n${stream(delta({ content: 'a' }), { choices: [], usage: {} }).replaceAll('\n', '\r\n')}`;
  expect(assembleChatStream(text)).toMatchObject({ text: 'a', chunks: 2 });
});

test('an answer in one piece', () => {
  const message = {
    role: 'assistant',
    content: null,
    tool_calls: [{ function: { name: 'f', arguments: '{}' } }],
  };
  expect(
    readChatAnswer(JSON.stringify({ choices: [{ message, finish_reason: 'tool_calls' }] })),
  ).toMatchObject({
    text: '',
    toolCalls: [{ name: 'f', arguments: '{}' }],
    finishReason: 'tool_calls',
    complete: true,
  });
  expect(readChatAnswer('{"data":[]}')).toBeUndefined();
  expect(readChatAnswer('<html>')).toBeUndefined();
});
