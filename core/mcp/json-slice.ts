import { memberRange, memberRanges } from '../base/json-ranges.ts';

/** The text of a member inside a valid JSON text, down a path of keys; nothing where one of them is not there. */
export function sliceOf(json: string, ...path: readonly string[]): string | undefined {
  let text = json;
  for (const key of path) {
    const range = memberRange(text, key);
    if (!range) return undefined;
    text = text.slice(range.start, range.end);
  }
  return text;
}

/** The texts of all members of the object there. */
export function membersAt(json: string, ...path: readonly string[]): ReadonlyMap<string, string> {
  const text = sliceOf(json, ...path) ?? '{}';
  return new Map([...memberRanges(text)].map(([key, { start, end }]) => [key, text.slice(start, end)]));
}
