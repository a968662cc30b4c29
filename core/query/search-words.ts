import { fail, ok, type Result } from '../base/result.ts';

/** What has to be there: words that follow each other, the last of them perhaps only begun. */
export interface Phrase {
  readonly words: readonly string[];
  readonly prefix: boolean;
}

/** Letters, digits and marks make a word; of scripts without spaces, every character is one. */
const WORDS =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]|(?:(?![\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}])[\p{L}\p{N}\p{M}\p{Co}])+/gu;
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/gu;

/**
 * What a person wrote into a search field: every word has to be there; those in quotation marks one after the other; a word
 * that ends in `*` may go on.
 */
export function readSearch(text: string): Result<readonly Phrase[], { readonly message: string }> {
  const phrases: Phrase[] = [];
  for (const [, quoted, plain] of text.matchAll(/"([^"]*)"?|(\S+)/g)) {
    const source = quoted ?? plain ?? '';
    const words = source.match(WORDS) ?? [];
    if (words.length > 0) phrases.push({ words, prefix: plain !== undefined && plain.endsWith('*') });
  }
  return phrases.length > 0 ? ok(phrases) : fail({ message: 'there is no word in it to search for' });
}

/** In the language of FTS5 (https://www.sqlite.org/fts5.html#full_text_query_syntax). */
export function matchOf(phrases: readonly Phrase[]): string {
  return phrases.map(({ words, prefix }) => `"${words.join(' ')}"${prefix ? ' *' : ''}`).join(' ');
}

/** A text as it is indexed: with spaces between the characters of scripts that have none. */
export function spaced(text: string): string {
  return text.replace(UNSPACED, ' $& ');
}

/** Whether a word is a character of a script that has no spaces. */
export function isUnspaced(word: string): boolean {
  return spaced(word) !== word;
}
