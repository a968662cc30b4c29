import { describe, expect, it } from 'vitest';
import { matchOf, readSearch, spaced } from './search-words.ts';
import { searchableText } from './searchable-text.ts';
import { snippetOf } from './snippet.ts';

const phrasesOf = (text: string) => {
  const read = readSearch(text);
  return read.ok ? read.value : [];
};

describe('what is searched for', () => {
  it.each([
    ['two words', '"two" "words"'],
    ['"two words" more', '"two words" "more"'],
    ['conn* AND OR NOT (x:y', '"conn" * "AND" "OR" "NOT" "x y"'],
    ['429-rate_limit', '"429 rate limit"'],
    ['运行 ok', '"运 行" "ok"'],
    ['an "open end', '"an" "open end"'],
  ])('%s', (text, match) => expect(matchOf(phrasesOf(text))).toBe(match));

  it.each(['', '  ', '"" * --'])('is refused where it has no word: %j', (text) => {
    expect(readSearch(text)).toMatchObject({ ok: false });
  });

  it('has spaces between the characters of a script that has none', () => {
    expect(spaced('the 运行 run').split(/\s+/)).toEqual(['the', '运', '行', 'run']);
  });
});

describe('what is searched', () => {
  it.each([
    ['plain words: a log', 'plain words: a log'],
    ['{"role":"user","content":"say \\"hi\\"\\n\\u8fd0"}', 'user\nsay "hi"\n运'],
    [',{"role":"user","n":1}', 'user'],
    ['{"model":"m","messages":[', 'm'],
    ['],"stop":"x"}', 'x'],
  ])('%s', (body, text) => expect(searchableText(body)).toBe(text));

  it('puts the pieces of a stream together', () => {
    const chunk = (content: string) =>
      `data: ${JSON.stringify({ model: 'm', choices: [{ delta: { content } }] })}\n\n`;
    expect(
      searchableText(`${chunk('unbe')}${chunk('ha')}${chunk('ha')}${chunk('lievable')}data: [DONE]\n\n`),
    ).toBe('m\nunbehahalievable');
  });
});

describe('a snippet', () => {
  const marked = (text: string, words: string) => {
    const snippet = snippetOf(text, phrasesOf(words));
    return snippet.marks.map(([start, end]) => snippet.text.slice(start, end));
  };

  it('marks what was searched for, and not within other words', () => {
    expect(marked('A Timeout, no timeouts; overtime', 'timeout')).toEqual(['Timeout']);
    expect(marked('connection refused: conn', 'conn*')).toEqual(['connection', 'conn']);
    expect(marked('这次运行失败', '运行')).toEqual(['运行']);
  });

  it('is a piece around the first of them', () => {
    const { text, marks } = snippetOf(`${'x '.repeat(500)}needle ${'y '.repeat(500)}`, phrasesOf('needle'));
    expect(text).toMatch(/^….*needle.*…$/);
    expect(text.length).toBeLessThan(210);
    expect(marks.map(([start, end]) => text.slice(start, end))).toEqual(['needle']);
  });

  it('is the beginning where the words are not as they are written', () => {
    expect(snippetOf('café', phrasesOf('cafe'))).toEqual({ text: 'café', marks: [] });
  });
});
