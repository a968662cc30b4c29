import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isBetweenEscapes, jsonStrings, stringAt } from './json-strings.ts';

describe('the strings of a JSON text', () => {
  it('are those of the document, keys and values, in order', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        const read = jsonStrings(text).map(
          ({ start, end }) => JSON.parse(`"${text.slice(start, end)}"`) as string,
        );
        expect(read).toEqual(stringsOf(JSON.parse(text)));
      }),
    );
  });

  it('say whether they have to be decoded', () => {
    const text = String.raw`{"a":"b\"c","d":"\\","e":"f"} "open`;
    expect(jsonStrings(text).map(({ start, end, isEscaped }) => [text.slice(start, end), isEscaped])).toEqual(
      [
        ['a', false],
        [String.raw`b\"c`, true],
        ['d', false],
        [String.raw`\\`, true],
        ['e', false],
        ['f', false],
      ],
    );
  });

  it('are found by a place in them', () => {
    const text = '{"ab":"cd"}';
    const strings = jsonStrings(text);
    const at = Array.from(text, (_, place) => stringAt(strings, place)?.start);
    expect(at).toEqual([
      undefined,
      undefined,
      2,
      2,
      undefined,
      undefined,
      undefined,
      7,
      7,
      undefined,
      undefined,
    ]);
  });

  it('tell what is a part of an escape sequence', () => {
    const text = String.raw`"a\nb\u0041c\\n"`;
    const [string] = jsonStrings(text);
    const between = Array.from(text).flatMap((_, place) =>
      place >= string!.start && place <= string!.end && isBetweenEscapes(text, string!, place) ? [place] : [],
    );
    expect(between).toEqual([1, 2, 4, 5, 11, 12, 14, 15]);
  });
});

/** Keys before their values, as they are written. */
function stringsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(stringsOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...stringsOf(inner)]);
}
