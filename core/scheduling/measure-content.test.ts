import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureContent } from './measure-content.ts';

const nothing = { textBytes: 0, otherTokens: 0, images: 0, sounds: 0, hasCode: false };
const base64 = 'iVBORw0KGgo'.repeat(10_000);
const user = (...content: readonly unknown[]) => [{ role: 'user', content }];

describe('the measure of a content', () => {
  it.each<[string, readonly unknown[], Partial<typeof nothing>]>([
    ['a text', ['four'], { textBytes: 4 }],
    ['a message', user({ type: 'text', text: 'four' }), { textBytes: 4 }],
    [
      'a message with a name, which the model sees',
      [{ role: 'user', name: 'eve', content: 'four' }],
      { textBytes: 7 },
    ],
    [
      'a picture at Chat Completions',
      user({ type: 'image_url', image_url: { url: `data:image/png;base64,${base64}` } }),
      { images: 1, otherTokens: 765 },
    ],
    [
      'a small picture at Chat Completions',
      user({ type: 'image_url', image_url: { url: 'https://example.org/a.png', detail: 'low' } }),
      { images: 1, otherTokens: 85 },
    ],
    [
      'a small picture at Responses',
      user({ type: 'input_image', image_url: 'https://example.org/a.png', detail: 'low' }),
      { images: 1, otherTokens: 85 },
    ],
    [
      'a picture in the result of a tool at Anthropic',
      user({
        type: 'tool_result',
        tool_use_id: 'toolu_01',
        content: [
          { type: 'text', text: 'done' },
          { type: 'image', source: { type: 'base64', media_type: 'image/png', data: base64 } },
        ],
      }),
      { textBytes: 4, images: 1, otherTokens: 765 },
    ],
    [
      'a sound',
      user({ type: 'input_audio', input_audio: { data: base64, format: 'wav' } }),
      { sounds: 1, otherTokens: 2000 },
    ],
    [
      'a PDF at Anthropic',
      user({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: base64 } }),
      { otherTokens: 2000 },
    ],
    [
      'a document of text at Anthropic',
      user({
        type: 'document',
        title: 'Tea',
        source: { type: 'text', media_type: 'text/plain', data: 'Boil water.' },
      }),
      { textBytes: 'Tea'.length + 'text/plain'.length + 'Boil water.'.length },
    ],
    [
      'a file at Responses',
      user({ type: 'input_file', filename: 'a.pdf', file_data: base64 }),
      { otherTokens: 2000 },
    ],
    ['a data URL anywhere', [`data:video/mp4;base64,${base64}`], { otherTokens: 2000 }],
    [
      'a tool call at Chat Completions',
      [
        {
          role: 'assistant',
          content: null,
          tool_calls: [{ id: 'c1', type: 'function', function: { name: 'get', arguments: '{"a":1}' } }],
        },
      ],
      { textBytes: 3 + 7 },
    ],
    [
      'a tool call at Anthropic, whose input is the caller’s JSON with whatever keys',
      user({ type: 'tool_use', id: 'toolu_01', name: 'get', input: { type: 'image', id: 7 } }),
      { textBytes: 3 + '{"type":"image","id":7,}'.length },
    ],
    [
      'what only the provider can read',
      [
        { type: 'reasoning', id: 'rs_1', summary: [], encrypted_content: base64 },
        ...user({ type: 'thinking', thinking: 'Hm.', signature: base64 }),
        ...user({ type: 'redacted_thinking', data: base64 }),
      ],
      { textBytes: 3 },
    ],
    ['tokens', [[15_339, 1917, 100]], { otherTokens: 3 }],
    ['code', user({ type: 'text', text: '```\n1\n```' }), { textBytes: 9, hasCode: true }],
  ])('is right for %s', (_, content, expected) => {
    expect(measureContent(content, [])).toEqual({ ...nothing, ...expected });
  });

  it('takes definitions as long as they are written, give or take a comma', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const written = new TextEncoder().encode(JSON.stringify(value)).length;
        const { textBytes } = measureContent([], [value]);
        // Escapes are undone, and a comma is counted behind every member, also the last.
        const escapes = (JSON.stringify(value).match(/\\/g) ?? []).length;
        expect(textBytes).toBeGreaterThanOrEqual(written - 5 * escapes);
        expect(textBytes).toBeLessThanOrEqual(written + countLists(value));
      }),
    );
  });

  it('counts text in UTF-8', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(measureContent([`.${text}`], []).textBytes).toBe(new TextEncoder().encode(text).length + 1);
      }),
    );
  });

  it('goes as deep as JSON does', () => {
    const depth = 200_000;
    const deep: unknown = JSON.parse(`${'['.repeat(depth)}"four"${']'.repeat(depth)}`);
    expect(measureContent([deep], [])).toEqual({ ...nothing, textBytes: 4 });
    expect(measureContent([], [deep]).textBytes).toBe(3 * depth + 6);
  });

  it('takes lists of any length', () => {
    const tokens = Array.from({ length: 500_000 }, () => 1);
    expect(measureContent([tokens], []).otherTokens).toBe(500_000);
  });
});

/** Lists and objects that are not empty: a comma too many is counted for each. */
function countLists(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  const inner: readonly unknown[] = Object.values(value);
  return (inner.length > 0 ? 1 : 0) + inner.reduce<number>((sum, each) => sum + countLists(each), 0);
}
