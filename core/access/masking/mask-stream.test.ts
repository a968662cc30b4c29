import { createParser, type EventSourceMessage } from 'eventsource-parser';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maskContent } from './mask-body.ts';
import { CANARIES, search, SPIKED } from '../../node/test-secrets.ts';

const masked = (text: string) => maskContent(search, text);

/** How each protocol says a piece of what is generated; a place that is not 0 is another channel. */
const SHAPES = {
  'Chat Completions': (text: string, index = 0) => ({ choices: [{ index, delta: { content: text } }] }),
  'arguments of tools': (text: string, index = 0) => ({
    choices: [{ index: 0, delta: { tool_calls: [{ index, function: { arguments: text } }] } }],
  }),
  Responses: (text: string, index = 0) => ({ type: 'a.delta', output_index: index, delta: text }),
  Messages: (text: string, index = 0) => ({ type: 'x', index, delta: { type: 'text_delta', text } }),
  'input of tools': (text: string, index = 0) => ({ index, delta: { type: 'x', partial_json: text } }),
} as const;
type Shape = (text: string, index?: number) => object;

function streamOf(shape: Shape, pieces: readonly string[], end = '\n'): string {
  const events = pieces.map((piece) => `event: x${end}data: ${JSON.stringify(shape(piece))}${end}${end}`);
  return `${events.join('')}: ping${end}${end}data: [DONE]${end}${end}`;
}

function cut(text: string, length: number): readonly string[] {
  return Array.from({ length: Math.ceil(text.length / length) }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

function eventsOf(stream: string): readonly EventSourceMessage[] {
  const events: EventSourceMessage[] = [];
  createParser({ onEvent: (event) => events.push(event) }).feed(stream);
  return events;
}

/** What is generated in all events, in order. */
function textsIn(stream: string): readonly string[] {
  return eventsOf(stream).flatMap(({ data }) => (data === '[DONE]' ? [] : leaves(JSON.parse(data))));
}

function leaves(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => (key === 'type' ? [] : leaves(inner)));
}

describe('a stream', () => {
  const shapes = Object.entries<Shape>(SHAPES);

  it.each(shapes)('of %s loses every kind of secret, however it is cut', (_, shape) => {
    for (const { id, text, secret } of CANARIES) {
      for (const length of [3, 20, 1000]) {
        const stream = streamOf(shape, cut(`Here: ${text}, and so on.`, length));
        const said = textsIn(masked(stream)).join('');
        expect([id, said.includes(secret)]).toEqual([id, false]);
        expect(said).toContain('[redacted');
        expect(said).toMatch(/^Here: .*and so on\.$/s);
      }
    }
  });

  it('keeps apart what belongs to different choices and calls', () => {
    const [one, two] = ['sk-abcdefghijkl', 'mnopqrstuvwxyz12'];
    const events = [SHAPES.Messages(one, 0), SHAPES.Messages(two, 1)].map((event) => JSON.stringify(event));
    const stream = events.map((event) => `data: ${event}\n\n`).join('');
    expect(masked(stream)).toBe(stream);
    const together = [SHAPES.Messages(one, 1), SHAPES.Messages('x', 0), SHAPES.Messages(two, 1)];
    const mixed = together.map((event) => `data: ${JSON.stringify(event)}\n\n`).join('');
    expect(textsIn(masked(mixed)).filter((text) => text !== 'x')).toEqual(['sk-…[redacted:api-key]', '']);
  });

  it('keeps its events, their names, and everything else in them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...shapes.map(([, shape]) => shape)),
        SPIKED,
        fc.integer({ min: 1, max: 30 }),
        fc.constantFrom('\n', '\r\n', '\r'),
        (shape, text, length, end) => {
          const stream = streamOf(shape, cut(text.toWellFormed(), length), end);
          const result = masked(stream);
          const [now, before] = [eventsOf(result), eventsOf(stream)];
          expect(now.map(({ event }) => event)).toEqual(before.map(({ event }) => event));
          const blank = (data: string) =>
            data.replaceAll(/"(?:content|arguments|delta|text|partial_json)":"(?:[^"\\]|\\.)*"/g, '""');
          expect(now.map(({ data }) => blank(data))).toEqual(before.map(({ data }) => blank(data)));
          for (const { data } of now) if (data !== '[DONE]') JSON.parse(data);
          expect(masked(result)).toBe(result);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('is masked outside of what is generated, too', () => {
    const key = `ghp_${'Ab3dE6gH9'.repeat(4)}`;
    const stream = `:${key}\nid: 1\nevent: a\ndata: {"note":"${key}"}\ndata: ${key}\n\n`;
    expect(masked(stream)).toBe(stream.replaceAll(key, 'ghp_…[redacted:github-pat]'));
  });
});
