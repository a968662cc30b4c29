import { expect, test } from 'vitest';
import { linesOf, prettyJson, tokenize } from './json-lines.ts';

const kinds = (line: string) =>
  tokenize(line)
    .filter(({ kind }) => kind !== 'plain')
    .map(({ kind, text }) => `${kind} ${text}`);

test('keys, strings, numbers and words', () => {
  expect(kinds('  "a": "b\\"c: 1", "n": -1.5e3, "t": true, "z": null')).toEqual([
    'key "a"',
    'string "b\\"c: 1"',
    'key "n"',
    'number -1.5e3',
    'key "t"',
    'word true',
    'key "z"',
    'word null',
  ]);
});

test('no character is lost, whatever the text', () => {
  for (const line of ['{"a": [1, 2', 'data: {"x":1}', '"open', '<script>', '']) {
    expect(
      tokenize(line)
        .map(({ text }) => text)
        .join(''),
    ).toBe(line);
  }
});

test('JSON is indented and anything else is left alone', () => {
  expect(prettyJson('{"a":1}')).toBe('{\n  "a": 1\n}');
  expect(prettyJson('{"a":')).toBe('{"a":');
});

test('long lines come in pieces', () => {
  expect(linesOf('abcdef\ngh', 4)).toEqual(['abcd', 'ef', 'gh']);
});
