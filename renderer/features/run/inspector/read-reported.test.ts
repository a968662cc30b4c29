import { expect, test } from 'vitest';
import { readReported } from './read-reported.ts';

const read = (value: unknown) => readReported(JSON.stringify(value));

test('messages in the form of the GenAI conventions', () => {
  const parts = [
    { type: 'reasoning', content: 'Hm.' },
    { type: 'text', content: 'Look:' },
    { type: 'tool_call', id: 'a', name: 'look', arguments: { at: 1 } },
    { type: 'uri', modality: 'image', uri: 'https://example.org/a.png' },
  ];
  const answer = { type: 'tool_call_response', id: 'a', response: { seen: true } };
  expect(
    read({
      system: [{ type: 'text', content: 'Be brief.' }],
      tools: [{ name: 'look' }, { function: { name: 'sql' } }],
      messages: [
        { role: 'assistant', parts },
        { role: 'tool', parts: [answer] },
      ],
      temperature: 0,
    }),
  ).toEqual({
    messages: [
      { role: 'system', parts: [{ kind: 'text', text: 'Be brief.' }] },
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm.' },
          { kind: 'text', text: 'Look:' },
          { kind: 'tool-call', id: 'a', name: 'look', arguments: '{"at":1}' },
          { kind: 'attachment', media: 'image', source: 'https://example.org/a.png' },
        ],
      },
      { role: 'tool', parts: [{ kind: 'tool-result', callId: 'a', text: '{"seen":true}', failed: false }] },
    ],
    tools: ['look', 'sql'],
    settings: [['temperature', '0']],
  });
});

test('other JSON, and text, is none; strange messages do no harm', () => {
  expect(read({ query: 'x' })).toBeUndefined();
  expect(readReported('plain')).toBeUndefined();
  expect(read({ messages: [null, { parts: [null] }] })?.messages).toEqual([
    { role: '?', parts: [] },
    { role: '?', parts: [{ kind: 'attachment', media: '?' }] },
  ]);
});
