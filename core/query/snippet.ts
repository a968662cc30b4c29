import { isUnspaced, type Phrase } from './search-words.ts';

/** A piece of a text, and where in it the words are that were searched for: offsets in UTF-16 units, the end exclusive. */
export interface Snippet {
  readonly text: string;
  readonly marks: readonly (readonly [start: number, end: number])[];
}

/** UTF-16 units before the first mark, and of all. */
const BEFORE = 40;
const LONGEST = 200;

/** The surroundings of the first place; the beginning of the text where the words are not found as they are written. */
export function snippetOf(text: string, phrases: readonly Phrase[]): Snippet {
  const found = new RegExp(phrases.map(sourceOf).join('|'), 'giu');
  const first = found.exec(text);
  const start = Math.max((first?.index ?? 0) - BEFORE, 0);
  const end = Math.min(start + LONGEST, text.length);
  const [before, after] = [start > 0 ? '…' : '', end < text.length ? '…' : ''];
  const piece = text.slice(start, end).replace(/\s/g, ' ');
  found.lastIndex = 0;
  const marks = Array.from(piece.matchAll(found), ({ index, 0: words }) => {
    const at = before.length + index;
    return [at, at + words.length] as const;
  });
  return { text: before + piece + after, marks };
}

/** Whether any of the words is there, as it is written. */
export function mentions(text: string, phrases: readonly Phrase[]): boolean {
  return new RegExp(phrases.map(sourceOf).join('|'), 'iu').test(text);
}

/** A word begins and ends where there is no other letter; of scripts without spaces, anywhere. */
function sourceOf({ words, prefix }: Phrase): string {
  const begin = isUnspaced(words[0]!) ? '' : '(?<![\\p{L}\\p{N}\\p{M}])';
  const end = prefix ? '[\\p{L}\\p{N}\\p{M}]*' : isUnspaced(words.at(-1)!) ? '' : '(?![\\p{L}\\p{N}\\p{M}])';
  return begin + words.join('[^\\p{L}\\p{N}]*') + end;
}
