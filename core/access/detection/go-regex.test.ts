import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseGoRegex } from './go-regex.ts';
import { printRegex } from './regex-pieces.ts';

function translated(source: string): RegExp {
  const parsed = parseGoRegex(source);
  if (!parsed.ok) throw new Error(parsed.error);
  return new RegExp(printRegex(parsed.value));
}

describe('an expression of Go', () => {
  // What each finds and does not find was taken from golang.org/s/re2syntax.
  it.each<[source: string, found: readonly string[], notFound: readonly string[]]>([
    ['^ab+c{2}[^x-z]?$', ['abbcc', 'abccw'], ['acc', 'abccx', 'abccz']],
    ['^(?i)key=[a-c]$', ['KEY=B', 'key=b'], ['key=d']],
    ['^a(?i)b|c$', ['aB...', '...C'], ['AB', 'xd']],
    ['^(a(?i)b)c$', ['aBc'], ['aBC', 'ABc']],
    ['^(?i:a(?-i:b)c)$', ['AbC'], ['ABC']],
    ['^(?i)[a-c]+[^m]$', ['AbCd'], ['abcM']],
    ['^a.c$', ['abc'], ['a\nc']],
    ['^a(?s:.)c.$', ['a\ncd'], ['a\nc\n']],
    [String.raw`^a\z`, ['a'], ['a\n', 'ab']],
    [String.raw`\Aa`, ['ab'], ['ba']],
    [String.raw`^[[:alnum:]][[:xdigit:]]$`, ['zf', '9A'], ['zg', '-a']],
    ['^[]a]+[^]]$', [']ab'], [']a]']],
    [String.raw`^\x60\$\{a}{{b}}$`, ['`${a}{{b}}'], ['`$a']],
    ['^(?P<name>a|b)(?:c)$', ['ac', 'bc'], ['c']],
    [String.raw`^\d\w\s\.\-\/$`, ['1_ .-/'], ['a_ .-/']],
    [String.raw`^(?i)\x41$`, ['a', 'A'], ['b']],
    [String.raw`^[\w.-]{0,3}?a$`, ['..-a', 'a'], ['....a']],
  ])('%s finds what it finds there', (source, found, notFound) => {
    const expression = translated(source);
    expect(found.filter((text) => !expression.test(text))).toEqual([]);
    expect(notFound.filter((text) => expression.test(text))).toEqual([]);
  });

  it.each([
    [String.raw`\Qa.b\E`, String.raw`\Q`],
    ['(?m)^a$', '(?m)'],
    ['(?=a)b', '(?=a…'],
    [String.raw`\pL`, String.raw`\p`],
    ['[[:han:]]', '[:han:]'],
    ['(a', 'a group without its end'],
    ['a)', '")" without "(" at 1'],
    ['[a', 'a class without its end'],
  ])('%s is refused, with what has no counterpart', (source, expected) => {
    expect(parseGoRegex(source)).toEqual({ ok: false, error: expected });
  });

  it('finds words whatever their case, and none that are others', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z]{1,8}$/), fc.string(), (word, other) => {
        const expression = translated(`^(?i)${word}$`);
        expect(expression.test(word.toUpperCase())).toBe(true);
        expect(expression.test(other)).toBe(other.toLowerCase() === word && /^[a-z]*$/i.test(other));
      }),
    );
  });

  it('goes no further than a thousand characters with a dot', () => {
    expect(translated('a.*b').test(`a${'-'.repeat(1000)}b`)).toBe(true);
    expect(translated('a.*b').test(`a${'-'.repeat(1001)}b`)).toBe(false);
  });
});
