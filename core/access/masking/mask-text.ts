import { isBetweenEscapes, jsonStrings, stringAt, type JsonString } from './json-strings.ts';
import { applyMasks, type Mask } from './masks.ts';
import type { FoundPlaces, SecretSearch } from './secret-search.ts';

/** JSON in a string of JSON in a string of JSON is read, and what a tool was told to write into a file, too. */
const DEEPEST = 4;
/** What stood beside a secret may be recognised once that is gone. */
const MOST_ROUNDS = 4;

/** A text without its secrets. JSON stays valid, and otherwise equal. */
export function maskText(search: SecretSearch, text: string, depth = 0): string {
  let masked = text;
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const masks = masksIn(search, masked, depth);
    if (masks.length === 0) break;
    masked = applyMasks(masked, masks);
  }
  return masked;
}

/** What of a text is to be masked. */
export function masksIn(search: SecretSearch, text: string, depth = 0): readonly Mask[] {
  const places = search.in(text);
  if (places.isEmpty) return NOTHING;
  return /^\s*[[{"]/.test(text) ? masksInJson(search, text, places, depth) : places.masks();
}

/**
 * What names a secret may stand in one string and the secret in the next, so strings are read as they are written; those
 * with escapes are decoded besides, since they hide what a secret begins and ends with.
 */
function masksInJson(
  search: SecretSearch,
  text: string,
  places: FoundPlaces,
  depth: number,
): readonly Mask[] {
  if (!text.includes('\\')) {
    const masks = places.masks();
    return masks.length === 0 ? masks : withinStrings(text, jsonStrings(text), masks);
  }
  const strings = jsonStrings(text);
  const decoded = new Map<JsonString, string | undefined>();
  const raw = places.masks((place) => {
    const string = stringAt(strings, place);
    if (!string?.isEscaped || depth >= DEEPEST) return true;
    if (!decoded.has(string)) decoded.set(string, decode(text, string));
    return decoded.get(string) === undefined;
  });
  const masks: Mask[] = [...withinStrings(text, strings, raw)];
  for (const [string, inner] of decoded) {
    if (inner === undefined) continue;
    const masked = maskText(search, inner, depth + 1);
    if (masked === inner || masks.some(({ start }) => start >= string.start && start < string.end)) continue;
    masks.push({ start: string.start, end: string.end, text: JSON.stringify(masked).slice(1, -1) });
  }
  return masks;
}

/** Those that replace nothing but the content of one string; outside of strings only where the text is no JSON after all. */
function withinStrings(
  text: string,
  strings: readonly JsonString[],
  masks: readonly Mask[],
): readonly Mask[] {
  let isJson: boolean | undefined;
  return masks.filter((mask) => {
    const string = stringAt(strings, mask.start);
    if (string && mask.end <= string.end) {
      const { start, end } = mask;
      return (
        !string.isEscaped || (isBetweenEscapes(text, string, start) && isBetweenEscapes(text, string, end))
      );
    }
    return !(isJson ??= isJsonText(text));
  });
}

/** Whether it is one document, or one in each line. */
function isJsonText(text: string): boolean {
  return isDocument(text) || text.trim().split('\n').every(isDocument);
}

function isDocument(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function decode(text: string, { start, end }: JsonString): string | undefined {
  try {
    const decoded: unknown = JSON.parse(`"${text.slice(start, end)}"`);
    return typeof decoded === 'string' ? decoded : undefined;
  } catch {
    return undefined;
  }
}

const NOTHING: readonly Mask[] = [];
