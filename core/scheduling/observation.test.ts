import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { observeAnswer } from './observation.ts';

const events = [
  { model: 'gpt-x', choices: [{ index: 0, delta: { role: 'assistant', content: '' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: { content: 'né 🚦' }, finish_reason: null }] },
  { choices: [{ index: 0, delta: {}, finish_reason: 'length' }] },
  {
    choices: [],
    usage: { prompt_tokens: 7, completion_tokens: 4, prompt_tokens_details: { cached_tokens: 5 } },
  },
];
const lines = events.map((event) => `: comment\ndata: ${JSON.stringify(event)}\n\n`);
const facts = {
  answeredModel: 'gpt-x',
  finishReason: 'length',
  usage: { input: 7, output: 4, cachedInput: 5 },
};

function observe(contentType: string, bytes: Uint8Array, cuts: readonly number[] = []) {
  const observer = observeAnswer('openai', contentType, false);
  const edges = [0, ...cuts.filter((cut) => cut < bytes.length).toSorted((a, b) => a - b), bytes.length];
  for (const [index, edge] of edges.slice(1).entries()) observer.feed(bytes.subarray(edges[index], edge));
  return observer;
}

describe('what an answer says of itself', () => {
  it('is read from a stream however its bytes are cut, inside characters too', () => {
    const bytes = new TextEncoder().encode(`${lines.join('')}data: [DONE]\n\n`);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: bytes.length - 1 })), (cuts) => {
        const observer = observe('text/event-stream', bytes, cuts);
        expect(observer.sawFirstToken).toBe(true);
        expect(observer.end()).toEqual({ ...facts, complete: true });
      }),
    );
  });

  it('is complete with a finish reason, also without [DONE]', () => {
    expect(observe('text/event-stream', new TextEncoder().encode(lines.join(''))).end().complete).toBe(true);
    expect(
      observe('text/event-stream', new TextEncoder().encode(lines.slice(0, 2).join(''))).end().complete,
    ).toBe(false);
  });

  it.each([
    ['\n\n', true],
    ['\r\n\r\n', true],
    ['\n', false],
    ['', false],
  ])('after %j is at the boundary of an event: %s', (end, expected) => {
    expect(observe('text/event-stream', new TextEncoder().encode(`data: {}${end}`)).atBoundary).toBe(
      expected,
    );
  });

  it('goes on after an event that is too large to be read', () => {
    const huge = `data: ${'x'.repeat(3 * 1024 * 1024)}\n\n`;
    const bytes = new TextEncoder().encode(`${lines.slice(0, 2).join('')}${huge}${lines.slice(2).join('')}`);
    expect(observe('text/event-stream', bytes, [1_000_000, 2_000_000]).end()).toEqual({
      ...facts,
      complete: true,
    });
  });

  it('is read from a document, and nothing from what is not one', () => {
    const document = { model: 'gpt-x', choices: [{ finish_reason: 'length' }], usage: events[3]!.usage };
    expect(observe('application/json', new TextEncoder().encode(JSON.stringify(document))).end()).toEqual({
      ...facts,
      complete: true,
    });
    expect(observe('application/json', new TextEncoder().encode('<html>')).end()).toEqual({ complete: true });
    expect(
      observe('application/json', new TextEncoder().encode('{"usage":null,"choices":null}')).end(),
    ).toEqual({ complete: true });
  });
});
