import { describe, expect, it } from 'vitest';
import type { WireDialect } from '../dialects/dialect.ts';
import { translationBetween } from '../dialects/translation/translation-between.ts';
import { PassingAnswer } from './passing-answer.ts';
import type { HeaderList } from './upstream.ts';

const MEBIBYTE = 1024 * 1024;
const sse: HeaderList = [['content-type', 'text/event-stream']];
const json: HeaderList = [['content-type', 'application/json']];
const gzip = ['content-encoding', 'gzip'] as const;

function answerOf(headers: HeaderList, client?: WireDialect): PassingAnswer {
  const translation = client && translationBetween(client, 'openai-chat');
  return new PassingAnswer({ status: 200, headers }, 'openai-chat', translation, {
    created: 0,
    includeUsage: false,
  });
}

const bytes = (text: string) => new TextEncoder().encode(text);

describe('an answer that is encoded although nobody asked for it', () => {
  it('begins with its first byte and moves on with each: its events cannot be seen', () => {
    const answer = answerOf([...sse, gzip]);
    expect(answer.hasBegun).toBe(false);
    answer.feed(Uint8Array.of(0x1f));
    expect([answer.hasBegun, answer.progress]).toEqual([true, 1]);
    answer.feed(Uint8Array.of(0x8b));
    expect([answer.progress, answer.end().verdict]).toEqual([2, 'complete']);
  });

  it.each([sse, json])(
    'cannot be said in another dialect (%j), before anything of it is passed on',
    (...type) => {
      const answer = answerOf([...type, gzip], 'anthropic-messages');
      expect(answer.failedAtOnce).toEqual({
        code: 'translation_refused',
        message: "the answer cannot be said in the client's dialect (it is encoded (gzip))",
      });
    },
  );
});

describe('a whole answer', () => {
  it('is held while it is short, since it may be an error, and no longer', () => {
    const answer = answerOf(json);
    answer.feed(bytes(' '.repeat(4096)));
    expect(answer.hasBegun).toBe(false);
    answer.feed(bytes(' '));
    expect(answer.hasBegun).toBe(true);
  });

  it('is collected for another dialect up to 32 MiB', () => {
    const answer = answerOf(json, 'anthropic-messages');
    const piece = bytes(' '.repeat(MEBIBYTE));
    for (let count = 0; count < 32; count++) answer.feed(piece);
    expect(answer.failedAtOnce).toBeUndefined();
    answer.feed(piece);
    expect(answer.failedAtOnce?.message).toMatch(/it is too long/);
  });
});

const DOCUMENT = {
  id: 'chatcmpl-1',
  model: 'm',
  choices: [{ index: 0, message: { role: 'assistant', content: 'hi' }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 3, completion_tokens: 2 },
};

describe('a document that is called a stream', () => {
  it('is read as what it is, and passes as it came', () => {
    const answer = answerOf(sse);
    const text = `\n${JSON.stringify(DOCUMENT)}`;
    expect(new TextDecoder().decode(answer.feed(bytes(text)))).toBe(text);
    expect([answer.isStream, answer.hasBegun, answer.failedBeforeBeginning]).toEqual([
      false,
      false,
      undefined,
    ]);
    expect(answer.end()).toMatchObject({ verdict: 'complete', usage: { input: 3, output: 2 }, unparsed: 0 });
  });

  it('is said as a document in another dialect', () => {
    const answer = answerOf(sse, 'anthropic-messages');
    expect(answer.feed(bytes(JSON.stringify(DOCUMENT)))).toHaveLength(0);
    const said: unknown = JSON.parse(new TextDecoder().decode(answer.finish().rest));
    expect(said).toMatchObject({ type: 'message', content: [{ type: 'text', text: 'hi' }] });
  });
});

describe('a stream', () => {
  it.each([
    ['is cut between two events', 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n', 'cut'],
    ['is cut within one', 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\ndata: {"cho', 'cut'],
    ['says what is no JSON', 'data: {"oops\n\n', 'error-in-200'],
  ])('that %s ends so in another dialect, too', (_, text, verdict) => {
    const answer = answerOf(sse, 'anthropic-messages');
    answer.feed(bytes(text));
    expect(answer.finish()).toMatchObject({ verdict, error: expect.anything() as object });
  });

  it('is held back in another dialect until it is known to be one, and loses nothing', () => {
    const text = 'data: {"choices":[{"index":0,"delta":{"content":"a"}}]}\n\n';
    const whole = answerOf(sse, 'anthropic-messages');
    const expected = whole.feed(bytes(text));
    const answer = answerOf(json, 'anthropic-messages');
    const pieces = Array.from(bytes(text), (byte) => answer.feed(Uint8Array.of(byte)));
    expect(pieces.slice(0, 'data'.length).map(({ length }) => length)).toEqual([0, 0, 0, 0]);
    expect(Buffer.concat(pieces).toString()).toBe(Buffer.from(expected).toString());
    expect([answer.isStream, answer.hasBegun]).toEqual([true, true]);
  });

  it('that is empty was cut, also in another dialect', () => {
    expect(answerOf(sse).failedBeforeBeginning?.code).toBe('stream_truncated');
    expect(answerOf(sse, 'anthropic-messages').failedBeforeBeginning?.code).toBe('stream_truncated');
  });

  it('is one however its type is written', () => {
    expect(answerOf([['content-type', ' Text/Event-Stream; charset=utf-8']]).isStream).toBe(true);
  });
});
