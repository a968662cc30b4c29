import { expect, test } from 'vitest';
import { pairTools, type ToolCall, type ToolResult } from './tool-pairs.ts';

const call = (id: string, name = 'look'): ToolCall => ({ kind: 'tool-call', id, name, arguments: '{}' });
const result = (callId: string, text = 'seen'): ToolResult => {
  return { kind: 'tool-result', callId, text, failed: false };
};
const text = { kind: 'text', text: 'And?' } as const;

test('a result stands at its call, and a message that held nothing else is gone', () => {
  const paired = pairTools([
    { role: 'assistant', parts: [call('a'), call('b')] },
    { role: 'tool', parts: [result('b', 'B')] },
    { role: 'user', parts: [result('a', 'A'), text] },
  ]);
  expect(paired).toEqual([
    {
      role: 'assistant',
      parts: [
        { ...call('a'), result: result('a', 'A') },
        { ...call('b'), result: result('b', 'B') },
      ],
    },
    { role: 'user', parts: [text] },
  ]);
});

test('a result without its call stays where it is, and so does a call without a result', () => {
  const messages = [
    { role: 'tool', parts: [result('a'), result('')] },
    { role: 'assistant', parts: [call('a'), call('')] },
    { role: 'user', parts: [] },
  ];
  expect(pairTools(messages)).toEqual(messages);
});

test('where an id is used again, each result goes to the call before it', () => {
  const turns = [
    { role: 'assistant', parts: [call('a', 'one')] },
    { role: 'tool', parts: [result('a', '1')] },
    { role: 'assistant', parts: [call('a', 'two')] },
    { role: 'tool', parts: [result('a', '2')] },
  ];
  const told = pairTools(turns).flatMap(({ parts }) =>
    parts.map((part) => part.kind === 'tool-call' && `${part.name} ${part.result?.text}`),
  );
  expect(told).toEqual(['one 1', 'two 2']);
});
