import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONVERSATION_DIALECTS } from '../dialect.ts';
import { errorEvent } from '../errors/own-error.ts';
import { writeAnswer } from '../writing/write-answer.ts';
import { sseEvent, typedEvent } from '../sse/write-sse.ts';
import {
  ANTHROPIC_STREAM,
  ANTHROPIC_THINKING,
  CHAT_STREAM,
  RESPONSES_DOCUMENT,
  RESPONSES_STREAM,
} from '../test-streams.ts';
import { readAnswer } from './read-answer.ts';

const said = { kind: 'text', text: 'Né 🚦.' };
const weather = { kind: 'tool-call', id: 'call_a', name: 'weather', arguments: '{"city":"Paris"}' };
const now = { kind: 'tool-call', id: 'call_b', name: 'now', arguments: '{}' };
const thought = { kind: 'thinking', text: 'Let me see.' };

describe('an answer in a stream', () => {
  it.each([
    ['openai-chat', CHAT_STREAM, [said, weather, now], 'tool_calls'],
    ['anthropic-messages', ANTHROPIC_STREAM, [said, weather, now], 'tool_use'],
    ['anthropic-messages', ANTHROPIC_THINKING, [thought, { kind: 'text', text: 'Yes.' }], 'end_turn'],
    ['openai-responses', RESPONSES_STREAM, [thought, said, weather], 'completed'],
  ] as const)('of %s is put together', (dialect, events, parts, finishReason) => {
    expect(readAnswer(dialect, events.join(''), true)).toMatchObject({
      messages: [{ role: 'assistant', parts }],
      finishReason,
      verdict: 'complete',
      events: events.length,
    });
  });

  it('of the Responses API is put together from its pieces where the end is missing', () => {
    expect(readAnswer('openai-responses', RESPONSES_STREAM.slice(0, -1).join(''), true)).toMatchObject({
      messages: [{ role: 'assistant', parts: [thought, said, weather] }],
      verdict: 'cut',
    });
    // Before any item was done: from the deltas alone.
    const pieces = RESPONSES_STREAM.filter((event) => !/output_item\.done|response\.completed/.test(event));
    expect(readAnswer('openai-responses', pieces.join(''), true)?.messages).toEqual([
      { role: 'assistant', parts: [thought, said, weather] },
    ]);
  });

  it('of the Responses API may refuse, think in full, and call tools of any kind', () => {
    const delta = (type: string, text: string, at: number) =>
      typedEvent({ type: `response.${type}.delta`, output_index: at, content_index: 0, delta: text });
    const item = (type: string, at: number, more: object = {}) =>
      typedEvent({ type: 'response.output_item.added', output_index: at, item: { type, ...more } });
    const events = [
      item('reasoning', 0),
      delta('reasoning_text', 'Hm.', 0),
      item('message', 1, { role: 'assistant' }),
      delta('refusal', 'I will ', 1),
      delta('refusal', 'not.', 1),
      item('custom_tool_call', 2, { call_id: 'c', name: 'sql' }),
      delta('custom_tool_call_input', 'SELECT 1', 2),
    ];
    expect(readAnswer('openai-responses', events.join(''), true)?.messages).toEqual([
      {
        role: 'assistant',
        parts: [
          { kind: 'thinking', text: 'Hm.' },
          { kind: 'refusal', text: 'I will not.' },
          { kind: 'tool-call', id: 'c', name: 'sql', arguments: 'SELECT 1' },
        ],
      },
    ]);
  });

  it('may be several answers', () => {
    const chunk = (index: number, content: string) => sseEvent({ choices: [{ index, delta: { content } }] });
    const body = [chunk(1, 'c'), chunk(0, 'a'), chunk(1, 'd'), chunk(0, 'b'), 'data: [DONE]\n\n'].join('');
    expect(readAnswer('openai-chat', body, true)?.messages).toEqual([
      { role: 'assistant', parts: [{ kind: 'text', text: 'ab' }] },
      { role: 'assistant', parts: [{ kind: 'text', text: 'cd' }] },
    ]);
  });

  it.each([
    ['openai-chat', CHAT_STREAM, 5],
    ['openai-responses', RESPONSES_STREAM, 11],
    ['anthropic-messages', ANTHROPIC_STREAM, 8],
  ] as const)('of %s that broke off says so, and what it had said', (dialect, events, kept) => {
    const error = { code: 'stream_truncated', message: 'It broke off.' };
    const body = [...events.slice(0, kept), errorEvent(dialect, error)].join('');
    const answer = readAnswer(dialect, body, true);
    expect(answer).toMatchObject({ verdict: 'error-in-200', error, events: kept + 1 });
    expect(answer?.messages[0]?.parts).toContainEqual(said);
    // The recording may end within an event.
    const half = events.join('').slice(0, events.slice(0, kept).join('').length + 20);
    expect(readAnswer(dialect, half, true)).toMatchObject({ verdict: 'cut' });
    expect(readAnswer(dialect, half, true)?.messages[0]?.parts).toContainEqual(said);
  });
});

describe('an answer in one piece', () => {
  it('of the Responses API is what its stream says', () => {
    const whole = readAnswer('openai-responses', RESPONSES_DOCUMENT, false);
    const streamed = readAnswer('openai-responses', RESPONSES_STREAM.join(''), true);
    expect(whole).toEqual({ ...streamed, events: 0 });
  });

  it('of Chat Completions', () => {
    const message = {
      role: 'assistant',
      content: null,
      refusal: 'No.',
      audio: { transcript: 'Yes.' },
      function_call: { name: 'f', arguments: '{}' },
    };
    const body = JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] });
    expect(readAnswer('openai-chat', body, false)).toMatchObject({
      messages: [
        {
          role: 'assistant',
          parts: [
            { kind: 'refusal', text: 'No.' },
            { kind: 'text', text: 'Yes.' },
            { kind: 'attachment', media: 'audio' },
            { kind: 'tool-call', id: '', name: 'f', arguments: '{}' },
          ],
        },
      ],
      finishReason: 'stop',
      events: 0,
    });
  });

  it.each(CONVERSATION_DIALECTS)('of %s is a preset, which reads the same as its stream', (dialect) => {
    const preset = {
      id: 'p',
      model: 'm',
      created: 1,
      pieces: ['Not now.'],
      toolCalls: [],
      finish: 'stop',
      usage: { input: 0, output: 0 },
    } as const;
    const body = (streaming: boolean) =>
      new TextDecoder().decode(writeAnswer(dialect, preset, streaming).body);
    const messages = [{ role: 'assistant', parts: [{ kind: 'text', text: 'Not now.' }] }];
    expect(readAnswer(dialect, body(false), false)).toMatchObject({ messages });
    expect(readAnswer(dialect, body(true), true)).toMatchObject({ messages });
  });

  it.each(CONVERSATION_DIALECTS)('of %s is not what is none', (dialect) => {
    for (const body of ['', '{', '[]', '{}', '{"error":{"message":"no"}}']) {
      expect(readAnswer(dialect, body, false)).toBeUndefined();
    }
  });

  it('is never a crash, nor a stream', () => {
    const event = fc.dictionary(
      fc.constantFrom(
        'type',
        'choices',
        'output',
        'content',
        'item',
        'delta',
        'output_index',
        'index',
        'response',
      ),
      fc.oneof(
        fc.jsonValue(),
        fc.constantFrom(
          'message',
          'response.output_item.added',
          'response.refusal.delta',
          'content_block_start',
          2 ** 40,
        ),
      ),
    );
    fc.assert(
      fc.property(fc.constantFrom(...CONVERSATION_DIALECTS), fc.array(event), (dialect, events) => {
        for (const one of events) expect(() => readAnswer(dialect, JSON.stringify(one), false)).not.toThrow();
        expect(() => readAnswer(dialect, events.map((one) => sseEvent(one)).join(''), true)).not.toThrow();
      }),
    );
  });
});
