/** A string of a JSON text: what is between its quotes. */
export interface JsonString {
  readonly start: number;
  readonly end: number;
  /** Whether something in it is escaped, so that it has to be decoded before it can be read. */
  readonly isEscaped: boolean;
}

/** The strings of a JSON text, in order; of one that breaks off, or of several in lines, likewise. */
export function jsonStrings(text: string): readonly JsonString[] {
  const strings: JsonString[] = [];
  let backslash = text.indexOf('\\');
  for (let open = text.indexOf('"'); open !== -1;) {
    const start = open + 1;
    let end = text.indexOf('"', start);
    while (end !== -1 && isEscapedAt(text, start, end)) end = text.indexOf('"', end + 1);
    if (end === -1) break;
    while (backslash !== -1 && backslash < start) backslash = text.indexOf('\\', start);
    strings.push({ start, end, isEscaped: backslash !== -1 && backslash < end });
    open = text.indexOf('"', end + 1);
  }
  return strings;
}

/** The string that a place is in, quotes excluded. */
export function stringAt(strings: readonly JsonString[], place: number): JsonString | undefined {
  let low = 0;
  let high = strings.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (strings[middle]!.end <= place) low = middle + 1;
    else high = middle;
  }
  const found = strings[low];
  return found && found.start <= place ? found : undefined;
}

/** Whether what begins at a place of a string is no part of an escape sequence. */
export function isBetweenEscapes(text: string, { start }: JsonString, place: number): boolean {
  let at = start;
  for (let next = text.indexOf('\\', at); next !== -1 && next < place; next = text.indexOf('\\', at)) {
    at = next + (text[next + 1] === 'u' ? 6 : 2);
  }
  return at <= place;
}

function isEscapedAt(text: string, start: number, at: number): boolean {
  let backslashes = 0;
  while (at - backslashes - 1 >= start && text[at - backslashes - 1] === '\\') backslashes += 1;
  return backslashes % 2 === 1;
}
