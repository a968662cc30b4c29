import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anthropicRequestToChat } from './anthropic-request-to-chat.ts';
import { chatRequestToAnthropic } from './chat-request-to-anthropic.ts';
import type { RequestOptions } from './translation.ts';

const options: RequestOptions = { maxTokens: 4096 };
const png = 'iVBORw0KGgo=';

const word = fc.string({ minLength: 1, unit: 'grapheme' }).filter((text) => text.trim() !== '');
const texts = fc.oneof(
  word,
  fc.array(word, { minLength: 2, maxLength: 3 }).map((list) => list.map((text) => ({ type: 'text', text }))),
);
const imagePart = fc
  .constantFrom(`data:image/webp;base64,${png}`, 'http://example.org/x.gif')
  .map((url) => ({ type: 'image_url', image_url: { url } }));
const input = fc
  .dictionary(fc.string(), fc.jsonValue())
  .filter((value) => !/-?\d{16,}|e\+/.test(JSON.stringify(value)) && !JSON.stringify(value).includes('-0'));
const toolRound = fc
  .tuple(fc.option(word), fc.array(fc.tuple(input, texts), { minLength: 1, maxLength: 3 }))
  .map(([content, calls]) => [
    {
      role: 'assistant',
      content,
      tool_calls: calls.map(([value], index) => ({
        id: `call_${index}`,
        type: 'function',
        function: { name: `tool_${index}`, arguments: JSON.stringify(value) },
      })),
    },
    ...calls.map(([, result], index) => ({ role: 'tool', tool_call_id: `call_${index}`, content: result })),
  ]);
const turn = fc.oneof(
  texts.map((content) => [{ role: 'user', content }]),
  fc
    .tuple(imagePart, word)
    .map(([part, text]) => [{ role: 'user', content: [part, { type: 'text', text }] }]),
  texts.map((content) => [{ role: 'assistant', content }]),
  toolRound,
);
const tool = fc.record({
  type: fc.constant('function'),
  function: fc.record(
    {
      name: fc.stringMatching(/^[a-z_]{1,20}$/),
      description: word,
      parameters: fc.constant({ type: 'object', properties: { x: { type: 'string' } }, required: ['x'] }),
      strict: fc.constant(true),
    },
    { requiredKeys: ['name', 'parameters'] },
  ),
});
const share = fc
  .double({ min: 0, max: 0.99, noNaN: true })
  .map((value) => (Object.is(value, -0) ? 0 : value));

/** Chat requests in the form in which they come back; everything in them is faithful. */
const faithful = fc
  .tuple(
    fc.option(texts, { nil: undefined }),
    fc.array(turn, { maxLength: 5 }),
    fc.record(
      {
        temperature: share,
        top_p: share,
        stop: fc.array(word, { minLength: 1, maxLength: 4 }),
        tools: fc.array(tool, { minLength: 1, maxLength: 2 }),
        user: word,
      },
      { requiredKeys: [] },
    ),
    fc.constantFrom(
      {},
      { tool_choice: 'auto' },
      { tool_choice: 'none' },
      { tool_choice: 'required', parallel_tool_calls: false },
      { tool_choice: { type: 'function', function: { name: 'f' } } },
    ),
  )
  .map(([system, turns, settings, choice]) => ({
    model: 'm',
    messages: [
      ...(system === undefined ? [] : [{ role: 'system', content: system }]),
      ...turns.flat(),
      { role: 'user', content: 'And?' },
    ],
    max_completion_tokens: 50,
    ...settings,
    ...choice,
  }));

describe('what is faithful', () => {
  it("comes back from Anthropic's dialect as it was", () => {
    fc.assert(
      fc.property(faithful, (body) => {
        const there = chatRequestToAnthropic(body, options);
        if (!there.ok) throw new Error(JSON.stringify(there.error));
        expect(there.value.leftOut).toEqual([]);
        const back = anthropicRequestToChat(there.value.body, options);
        expect(back).toEqual({
          ok: true,
          value: { path: '/chat/completions', headers: [], body, leftOut: [] },
        });
      }),
    );
  });

  it('is never a crash for any JSON, and nothing is lost without a word', () => {
    const anything = fc.dictionary(
      fc.constantFrom(
        'messages',
        'system',
        'tools',
        'tool_choice',
        'stop',
        'temperature',
        'odd',
        '__proto__',
      ),
      fc.jsonValue(),
    );
    fc.assert(
      fc.property(anything, (body) => {
        for (const translate of [chatRequestToAnthropic, anthropicRequestToChat]) {
          const translated = translate(body, options);
          const isOdd = 'odd' in body && body['odd'] !== null;
          expect(translated.ok && isOdd).toBe(false);
        }
        expect(Object.prototype).toEqual({});
      }),
    );
  });
});
