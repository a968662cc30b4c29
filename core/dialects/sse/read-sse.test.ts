import fc from 'fast-check';
import { createParser } from 'eventsource-parser';
import { describe, expect, it } from 'vitest';
import { LARGEST_EVENT, readSse } from './read-sse.ts';

type Found =
  | { readonly name: string; readonly data: string }
  | { readonly errorField: string }
  | { readonly tooLarge: string };

function read(bytes: Uint8Array, cuts: readonly number[] = []) {
  const found: Found[] = [];
  const reader = readSse({
    event: (name, data) => found.push({ name, data }),
    errorField: (errorField) => found.push({ errorField }),
    tooLarge: (name) => found.push({ tooLarge: name }),
  });
  const edges = [0, ...cuts.toSorted((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) reader.feed(bytes.subarray(edges[index], edge));
  const { atBoundary } = reader;
  reader.end();
  return { found, atBoundary };
}

const encode = (text: string) => new TextEncoder().encode(text);
const cutsIn = (length: number) => fc.array(fc.integer({ min: 0, max: length }), { maxLength: 12 });

/** Pieces of streams, good and bad, of which an event stream may be made. */
const pieces = fc.constantFrom(
  'data: x',
  'data:né🚦',
  'data',
  'event: ping',
  'event:',
  ': comment',
  ':',
  'id: 1',
  'retry: 10',
  'error: {"code":500}',
  'unknown: y',
  'dat',
  ' data: z',
  '\uFEFF',
  '\n',
  '\r',
  '\r\n',
  '\n\n',
  '\r\n\r\n',
  '\r\r',
);
const streams = fc.array(pieces, { maxLength: 25 }).map((parts) => parts.join(''));

describe('server-sent events', () => {
  it('are the same however the bytes are cut, inside characters and line ends too', () => {
    fc.assert(
      fc.property(
        streams.chain((text) => fc.tuple(fc.constant(text), cutsIn(encode(text).length))),
        ([text, cuts]) => {
          expect(read(encode(text), cuts)).toEqual(read(encode(text)));
        },
      ),
      { numRuns: 500 },
    );
  });

  it('are those of eventsource-parser, once the last one has its blank line', () => {
    fc.assert(
      fc.property(streams, (text) => {
        const whole = `${text}\n\n`;
        const expected: Found[] = [];
        createParser({
          onEvent: ({ event, data }) => expected.push({ name: event ?? '', data }),
        }).feed(whole);
        const events = read(encode(whole)).found.filter((one) => typeof one === 'object' && 'name' in one);
        expect(events).toEqual(expected);
      }),
      { numRuns: 500 },
    );
  });

  it.each([
    ['data: x\n\ndata: y', ['x', 'y']],
    ['data: x\n\ndata: y\n', ['x', 'y']],
    ['data: x\r\n\r\ndata: y\r', ['x', 'y']],
    ['data: x\n\nevent: y\n', ['x']],
  ])('of %j are read to the end, without the last blank line', (text, expected) => {
    expect(
      read(encode(text)).found.map((one) => typeof one === 'object' && 'data' in one && one.data),
    ).toEqual(expected);
  });

  it.each([
    ['', true],
    ['data: x\n\n', true],
    ['data: x\r\n\r\n', true],
    ['data: x\r\r', true],
    ['data: x\n\r\n', true],
    ['data: x\n\n: comment\n', true],
    ['data: x\n\n: comm', false],
    ['data: x\n', false],
    ['data: x\r\n\r', true],
    ['data: x\n\nevent: y\n', false],
    ['data: x', false],
  ])('after %j leave room for another one: %s', (text, expected) => {
    expect(read(encode(text)).atBoundary).toBe(expected);
  });

  it('leave no room inside a character', () => {
    expect(read(encode('data: x\n\né').subarray(0, -1)).atBoundary).toBe(false);
  });

  it.each([
    ['in one line', `data: ${'x'.repeat(LARGEST_EVENT)}\n\n`],
    ['in many lines', `${`data: ${'x'.repeat(1000)}\n`.repeat(LARGEST_EVENT / 1000 + 1)}\n`],
  ])('that are too large %s pass by their names, and those after them are read', (_, huge) => {
    const bytes = encode(`data: a\n\nevent: big\n${huge}data: b\n\n`);
    const expected = [{ name: '', data: 'a' }, { tooLarge: 'big' }, { name: '', data: 'b' }];
    expect(read(bytes).found).toEqual(expected);
    expect(read(bytes, [9, 15, 500_000, 1_000_000, bytes.length - 10]).found).toEqual(expected);
  });

  it('may be followed by an error field, which is no event', () => {
    const text = 'data: a\n\nerror: {"code":500}\n\ndata: [DONE]\n\n';
    fc.assert(
      fc.property(cutsIn(text.length), (cuts) => {
        expect(read(encode(text), cuts).found).toEqual([
          { name: '', data: 'a' },
          { errorField: '{"code":500}' },
          { name: '', data: '[DONE]' },
        ]);
      }),
    );
  });
});
