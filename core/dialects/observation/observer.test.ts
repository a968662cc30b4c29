import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { WireDialect } from '../dialect.ts';
import { errorEvent } from '../errors/own-error.ts';
import { LARGEST_EVENT } from '../sse/read-sse.ts';
import { sseEvent } from '../sse/write-sse.ts';
import {
  ANTHROPIC_STREAM,
  ANTHROPIC_THINKING,
  CHAT_STREAM,
  RESPONSES_DOCUMENT,
  RESPONSES_STREAM,
  responsesEnd,
} from '../test-streams.ts';
import { observeAnswer, observeEncoded } from './observer.ts';

const encode = (text: string) => new TextEncoder().encode(text);

function observe(
  dialect: WireDialect,
  isStream: boolean,
  body: string | Uint8Array,
  cuts: readonly number[] = [],
) {
  const observer = observeAnswer(dialect, isStream);
  const bytes = typeof body === 'string' ? encode(body) : body;
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) observer.feed(bytes.subarray(edges[index], edge));
  return observer;
}

const stream = (dialect: WireDialect, events: readonly string[]) => observe(dialect, true, events.join(''));
const document = (dialect: WireDialect, body: unknown) =>
  observe(dialect, false, typeof body === 'string' ? body : JSON.stringify(body));

const usage = { input: 20, output: 9, cachedInput: 5, cacheWrite: 3, reasoning: 2 };
/** Text, names and arguments of `CHAT_STREAM` and `ANTHROPIC_STREAM`. */
const generated = 'Né 🚦.weather{"city":"Paris"}now{}'.length;

const STREAMS = [
  [
    'openai-chat',
    CHAT_STREAM,
    {
      usage,
      generated,
      finishReason: 'tool_calls',
      answeredModel: 'gpt-4o-2024-08-06',
      answerId: 'chatcmpl-1',
    },
  ],
  [
    'openai-responses',
    RESPONSES_STREAM,
    {
      usage,
      generated: 'Let me see.Né 🚦.weather{"city":"Paris"}'.length,
      finishReason: 'completed',
      answeredModel: 'gpt-5.5-2026-04-01',
      answerId: 'resp_1',
    },
  ],
  [
    'anthropic-messages',
    ANTHROPIC_STREAM,
    {
      usage: { ...usage, longCacheWrite: 0 },
      generated,
      finishReason: 'tool_use',
      answeredModel: 'claude-sonnet-5-5',
      answerId: 'msg_1',
    },
  ],
] as const satisfies readonly (readonly [WireDialect, readonly string[], object])[];

describe.each(STREAMS)('a stream of %s', (dialect, events, facts) => {
  it('is read however its bytes are cut', () => {
    const variants = [events.join(''), events.join('').replaceAll('\n', '\r\n'), `\uFEFF${events.join('')}`];
    for (const text of variants) {
      const bytes = encode(text);
      fc.assert(
        fc.property(fc.array(fc.nat({ max: bytes.length }), { maxLength: 20 }), (cuts) => {
          const observer = observe(dialect, true, bytes, cuts);
          expect(observer).toMatchObject({ sawFirstToken: true, atBoundary: true, events: events.length });
          expect(observer.end()).toEqual({ verdict: 'complete', ...facts, unparsed: 0 });
        }),
        { numRuns: 30 },
      );
    }
  });

  it('is cut where the end is missing', () => {
    // After the last event that a chat needs only the usage and [DONE] are missing.
    const needed = dialect === 'openai-chat' ? events.length - 3 : events.length - 1;
    for (let kept = 0; kept < events.length; kept++) {
      const observer = stream(dialect, events.slice(0, kept));
      expect(observer.end().verdict, `${kept} events`).toBe(kept > needed ? 'complete' : 'cut');
    }
  });

  it('is cut wherever the bytes of its last needed event end too early', () => {
    const bytes = encode(events.join(''));
    const lastNeeded = dialect === 'openai-chat' ? encode(events.slice(0, -2).join('')).length : bytes.length;
    for (let length = lastNeeded - 300; length < lastNeeded - 2; length++) {
      const observer = observe(dialect, true, bytes.subarray(0, length));
      expect(observer.end().verdict, `${length} of ${lastNeeded}`).toBe('cut');
    }
    // The line ends are all that is missing: nothing was lost.
    expect(observe(dialect, true, bytes.subarray(0, lastNeeded - 2)).end().verdict).toBe('complete');
  });

  it('that goes on with an error did not succeed, also if it then says that it is done', () => {
    const error = { code: 'stream_truncated', message: 'It broke off.', status: 500 };
    const observer = stream(dialect, [...events.slice(0, 3), errorEvent(dialect, error, 3), events.at(-1)!]);
    expect(observer.error).toMatchObject({ code: error.code, message: error.message });
    expect(observer.end()).toMatchObject({ verdict: 'error-in-200', error: { code: error.code } });
  });

  it('passes over what is not JSON, and counts it', () => {
    const observer = stream(dialect, [events[0]!, sseEvent('{"broken'), ...events.slice(1), sseEvent('7')]);
    expect(observer.end()).toMatchObject({ verdict: 'complete', ...facts, unparsed: 2 });
  });

  it('knows the end of an answer that is too large to be read again at its end', () => {
    const huge = RESPONSES_STREAM.at(-1)!.replace('data: {', `data: {"x":"${'x'.repeat(LARGEST_EVENT)}",`);
    const observer = stream('openai-responses', [...RESPONSES_STREAM.slice(0, -1), huge]);
    expect(observer.end()).toMatchObject({ verdict: 'complete', unparsed: 1 });
  });

  it('passes over what is too large', () => {
    const huge = sseEvent({ type: 'x', choices: 'x'.repeat(LARGEST_EVENT) });
    const observer = stream(dialect, [events[0]!, huge, ...events.slice(1)]);
    expect(observer.end()).toMatchObject({ verdict: 'complete', ...facts, unparsed: 1 });
  });

  it('survives any JSON', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.string(), fc.jsonValue())), (list) => {
        const text = list.map(([name, body]) => sseEvent(JSON.stringify(body), name.replaceAll(/\s/g, '')));
        expect(() => stream(dialect, text).end()).not.toThrow();
        for (const [, body] of list) expect(() => document(dialect, body).end()).not.toThrow();
      }),
    );
  });
});

describe('the first token', () => {
  const chat = (delta: object) => sseEvent({ choices: [{ index: 0, delta, finish_reason: null }] });
  const block = (content_block: object) => sseEvent({ type: 'content_block_start', index: 0, content_block });
  const delta = (delta: object) => sseEvent({ type: 'content_block_delta', index: 0, delta });

  it.each([
    ['openai-chat', chat({ content: 'a' })],
    ['openai-chat', chat({ refusal: 'I' })],
    ['openai-chat', chat({ reasoning_content: 'Hm' })],
    ['openai-chat', chat({ reasoning: 'Hm' })],
    ['openai-chat', chat({ tool_calls: [{ index: 0, id: 'a', function: { name: 'f', arguments: '' } }] })],
    ['openai-chat', chat({ tool_calls: [{ index: 0, custom: { input: 'x' } }] })],
    ['openai-chat', chat({ function_call: { name: 'f' } })],
    ['openai-chat', chat({ audio: { transcript: 'a' } })],
    ['openai-responses', sseEvent({ type: 'response.output_text.delta', delta: 'a' })],
    ['openai-responses', sseEvent({ type: 'response.refusal.delta', delta: 'a' })],
    ['openai-responses', sseEvent({ type: 'response.reasoning_text.delta', delta: 'a' })],
    ['openai-responses', sseEvent({ type: 'response.custom_tool_call_input.delta', delta: 'a' })],
    ['openai-responses', sseEvent({ delta: 'a' }, 'response.output_text.delta')],
    [
      'openai-responses',
      sseEvent({ type: 'response.output_item.added', item: { type: 'function_call', name: 'f' } }),
    ],
    ['openai-responses', sseEvent({ type: 'response.output_item.added', item: { type: 'web_search_call' } })],
    ['anthropic-messages', delta({ type: 'text_delta', text: 'a' })],
    ['anthropic-messages', delta({ type: 'thinking_delta', thinking: 'a' })],
    ['anthropic-messages', delta({ type: 'input_json_delta', partial_json: '{' })],
    ['anthropic-messages', block({ type: 'tool_use', id: 'a', name: 'f', input: {} })],
    ['anthropic-messages', block({ type: 'text', text: 'a' })],
  ] as const)('of %s is %j', (dialect, event) => {
    expect(stream(dialect, [event]).sawFirstToken).toBe(true);
  });

  it.each([
    ['openai-chat', chat({ role: 'assistant', content: '', refusal: null, tool_calls: [] })],
    ['openai-chat', chat({})],
    ['openai-responses', RESPONSES_STREAM.slice(0, 4).join('')],
    ['openai-responses', sseEvent({ type: 'response.output_item.added', item: { type: 'message' } })],
    ['anthropic-messages', ANTHROPIC_STREAM.slice(0, 3).join('')],
    ['anthropic-messages', delta({ type: 'input_json_delta', partial_json: '' })],
  ] as const)('of %s is not %j', (dialect, event) => {
    expect(stream(dialect, [event]).sawFirstToken).toBe(false);
  });
});

describe('a chat stream', () => {
  const part = (index: number, finish_reason: string | null) =>
    sseEvent({ choices: [{ index, delta: { content: 'a' }, finish_reason }] });

  it('with several choices is done when all of them are', () => {
    expect(stream('openai-chat', [part(0, null), part(1, null), part(0, 'stop')]).end().verdict).toBe('cut');
    const all = stream('openai-chat', [part(1, null), part(0, null), part(1, 'length'), part(0, 'stop')]);
    expect(all.end()).toMatchObject({ verdict: 'complete', finishReason: 'stop' });
  });

  it('is done with [DONE] though no reason was given', () => {
    expect(stream('openai-chat', [part(0, null), 'data: [DONE]\n\n']).end().verdict).toBe('complete');
    expect(stream('openai-chat', [part(0, ''), 'data: [DONE]']).end().verdict).toBe('complete');
  });

  it('of llama.cpp may tell of an error in a field that SSE does not have', () => {
    const error = { code: 400, message: 'too long', type: 'exceed_context_size_error' };
    const text = `${part(0, null)}error: ${JSON.stringify(error)}\n\ndata: [DONE]\n\n`;
    expect(stream('openai-chat', [text]).end()).toMatchObject({
      verdict: 'error-in-200',
      error: { code: 'exceed_context_size_error', message: 'too long', status: 400 },
    });
  });

  it('of LM Studio names its error event', () => {
    const event = sseEvent({ error: 'The model has crashed.' }, 'error');
    expect(stream('openai-chat', [event]).error).toEqual({
      code: 'upstream_error',
      message: 'The model has crashed.',
    });
  });

  it('has its usage where Groq and llama.cpp put it', () => {
    const groq = sseEvent({ choices: [], x_groq: { usage: { prompt_tokens: 3, completion_tokens: 2 } } });
    expect(stream('openai-chat', [groq]).end().usage).toEqual({ input: 3, output: 2 });
    const llama = sseEvent({ choices: [], timings: { cache_n: 2, prompt_n: 3, predicted_n: 4 } });
    expect(stream('openai-chat', [llama]).end().usage).toEqual({ input: 5, output: 4, cachedInput: 2 });
  });
});

describe('a Responses stream', () => {
  it('that is incomplete is whole, and says why it is short', () => {
    const end = responsesEnd('incomplete', { incomplete_details: { reason: 'max_output_tokens' } });
    expect(stream('openai-responses', [RESPONSES_STREAM[0]!, end]).end()).toMatchObject({
      verdict: 'complete',
      finishReason: 'max_output_tokens',
    });
  });

  it('that failed did not succeed', () => {
    const end = responsesEnd('failed', { error: { code: 'rate_limit_exceeded', message: 'Slow down.' } });
    expect(stream('openai-responses', [RESPONSES_STREAM[0]!, end]).end()).toMatchObject({
      verdict: 'error-in-200',
      error: { code: 'rate_limit_exceeded', message: 'Slow down.', status: 429 },
    });
    expect(stream('openai-responses', [responsesEnd('failed', {})]).end().verdict).toBe('error-in-200');
  });

  it('is not done with [DONE] alone', () => {
    expect(stream('openai-responses', [RESPONSES_STREAM[0]!, 'data: [DONE]\n\n']).end().verdict).toBe('cut');
  });

  it('knows the number of the next event', () => {
    expect(stream('openai-responses', RESPONSES_STREAM.slice(0, 3)).nextSequence).toBe(3);
    expect(stream('openai-responses', []).nextSequence).toBe(0);
  });
});

describe('an Anthropic stream', () => {
  it('that breaks off says what it had cost until then', () => {
    expect(stream('anthropic-messages', ANTHROPIC_STREAM.slice(0, 5)).end()).toMatchObject({
      usage: { input: 20, output: 1 },
      usageIsPartial: true,
    });
  });

  it('thinks aloud, and that counts as generated', () => {
    expect(stream('anthropic-messages', ANTHROPIC_THINKING).end()).toMatchObject({
      verdict: 'complete',
      finishReason: 'end_turn',
      generated: 'Let me see.Yes.'.length,
      usage: { input: 20, output: 30 },
    });
  });
});

describe('a whole answer', () => {
  const chat = {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    model: 'gpt-x',
    choices: [
      { index: 1, message: { role: 'assistant', content: 'b' }, finish_reason: 'length' },
      { index: 0, message: { role: 'assistant', content: 'a', tool_calls: [] }, finish_reason: 'stop' },
    ],
    usage: { prompt_tokens: 7, completion_tokens: 4 },
  };
  const message = {
    type: 'message',
    id: 'msg_1',
    model: 'claude-x',
    content: [
      { type: 'text', text: 'ab' },
      { type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } },
    ],
    stop_reason: 'tool_use',
    usage: { input_tokens: 7, output_tokens: 4 },
  };

  it.each([
    [
      'openai-chat',
      chat,
      { finishReason: 'stop', answeredModel: 'gpt-x', answerId: 'chatcmpl-1', generated: 2 },
    ],
    [
      'anthropic-messages',
      message,
      { finishReason: 'tool_use', answeredModel: 'claude-x', answerId: 'msg_1', generated: 2 + 1 + 7 },
    ],
  ] as const)('of %s is read', (dialect, body, facts) => {
    expect(document(dialect, body).end()).toEqual({
      verdict: 'complete',
      usage: { input: 7, output: 4 },
      ...facts,
      unparsed: 0,
    });
  });

  it('of the Responses API is read as its stream is', () => {
    expect(document('openai-responses', RESPONSES_DOCUMENT).end()).toEqual(
      stream('openai-responses', RESPONSES_STREAM).end(),
    );
  });

  it('of embeddings has a usage; a token count and a list of models cost nothing', () => {
    const embeddings = { object: 'list', data: [], model: 'e', usage: { prompt_tokens: 8, total_tokens: 8 } };
    expect(document('openai-embeddings', embeddings).end()).toMatchObject({
      usage: { input: 8, output: 0 },
      answeredModel: 'e',
    });
    const nothing = { verdict: 'complete', generated: 0, unparsed: 0 };
    expect(document('anthropic-count-tokens', { input_tokens: 5 }).end()).toEqual(nothing);
    expect(document('openai-models', { object: 'list', data: [] }).end()).toEqual(nothing);
    expect(document('anthropic-models', { data: [], has_more: false }).end()).toEqual(nothing);
  });

  it.each([
    ['openai-chat', { error: { message: 'no', code: 503 } }, 503],
    ['anthropic-messages', { type: 'error', error: { type: 'overloaded_error', message: 'no' } }, 529],
    ['openai-responses', { status: 'failed', error: { code: 'server_error', message: 'no' } }, 500],
    ['openai-embeddings', { error: { message: 'no', type: 'server_error' } }, 500],
  ] as const)('of %s may be an error all the same: %j', (dialect, body, status) => {
    expect(document(dialect, body).end()).toMatchObject({
      verdict: 'error-in-200',
      error: { message: 'no', status },
    });
  });

  it('that is not JSON passes unread', () => {
    expect(document('openai-chat', '<html>').end()).toEqual({
      verdict: 'complete',
      generated: 0,
      unparsed: 1,
    });
  });

  it('that is empty has nothing that could not be read', () => {
    expect(document('openai-chat', '').end()).toMatchObject({ verdict: 'complete', unparsed: 0 });
  });

  it('that is encoded is not looked at', () => {
    const observer = observeEncoded();
    observer.feed(encode('data: x'));
    expect(observer).toMatchObject({ atBoundary: false, events: 0 });
    expect(observer.end()).toEqual({ verdict: 'complete', generated: 0, unparsed: 0 });
  });
});
