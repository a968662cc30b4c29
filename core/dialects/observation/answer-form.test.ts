import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { declaredForm, seenForm } from './answer-form.ts';

const SSE = 'text/event-stream';
const JSON_TYPE = 'application/json';

/** What was given, and the form in the end, of a body that came in these pieces. */
function take(type: string, pieces: readonly Uint8Array[], form = seenForm(type)) {
  const given = pieces.map((piece) => form.take(piece));
  const text = Buffer.concat([...given, form.rest()]).toString();
  return { text, isStream: form.isStream, given: given.map(({ length }) => length) };
}

const bytesOf = (text: string) => Array.from(new TextEncoder().encode(text), (byte) => Uint8Array.of(byte));

describe('the form of an answer', () => {
  it.each([
    ['a document', JSON_TYPE, '{"a":1}', false],
    ['a document that is called a stream', SSE, '{"a":1}', false],
    ['a document after white space, which keeps a connection open', SSE, '\n\n\r\n {"a":1}', false],
    ['a document with a mark of the byte order', SSE, '\uFEFF{"a":1}', false],
    ['a stream', 'Text/Event-Stream; charset=utf-8', 'data: {}\n\n', true],
    ['a stream that is called JSON', JSON_TYPE, 'data: {}\n\n', true],
    ['a stream that begins with a name', JSON_TYPE, 'event: ping\ndata: {}\n\n', true],
    ['a stream that begins with a comment', '', ': hold on\n\ndata: {}\n\n', true],
    ['a stream that begins with an id', 'text/plain', 'id: 1\ndata: {}\n\n', true],
    ['a stream with a field of its own', SSE, 'odd: 1\ndata: {}\n\n', true],
    ['a text that begins like a field', JSON_TYPE, 'database error', false],
    ['a text', 'text/html', '<p>no</p>', false],
    ['a number', JSON_TYPE, '7', false],
    ['nothing', SSE, '', true],
    ['half a field', JSON_TYPE, 'dat', false],
  ])('is told by its beginning: %s', (_, type, body, isStream) => {
    expect(take(type, bytesOf(body))).toMatchObject({ text: body, isStream });
    expect(take(type, [new TextEncoder().encode(body)])).toMatchObject({ text: body, isStream });
  });

  it('is held back only until it is known', () => {
    expect(take(JSON_TYPE, bytesOf('data: 1')).given).toEqual([0, 0, 0, 0, 5, 1, 1]);
    expect(take(SSE, bytesOf(' {}')).given).toEqual([0, 2, 1]);
  });

  it('is what the type says where white space does not end', () => {
    const spaces = new TextEncoder().encode(' '.repeat(1024));
    const form = seenForm(SSE);
    expect(form.take(spaces)).toHaveLength(1024);
    expect(take(SSE, bytesOf('{}'), form)).toMatchObject({ given: [1, 1], isStream: true });
  });

  it('loses and changes nothing, whatever comes however it is cut', () => {
    const pieces = fc.array(fc.uint8Array({ maxLength: 8 }), { maxLength: 20 });
    fc.assert(
      fc.property(pieces, fc.constantFrom(SSE, JSON_TYPE, ''), (chunks, type) => {
        const form = seenForm(type);
        const given = [...chunks.map((chunk) => form.take(chunk)), form.rest()];
        expect(Buffer.concat(given)).toEqual(Buffer.concat(chunks));
      }),
    );
  });

  it('is only what the type says where nobody looks', () => {
    expect(take(SSE, bytesOf('{}'), declaredForm(SSE))).toEqual({
      text: '{}',
      isStream: true,
      given: [1, 1],
    });
  });
});
