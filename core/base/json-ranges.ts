/**
 * Where the values of a JSON text stand, so that a part can be cut out or replaced without touching any other
 * byte. The text must already have been accepted by `JSON.parse`: nothing is validated here.
 */
export interface Range {
  /** Offset of the first UTF-16 unit. */
  readonly start: number;
  /** Offset after the last one. */
  readonly end: number;
}

/** The value of every key of the outermost object (the last one where a key is repeated, as in `JSON.parse`). */
export function memberRanges(json: string): ReadonlyMap<string, Range> {
  const members = new Map<string, Range>();
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return members;
  at = skipSpace(json, at + 1);
  while (at < json.length && json[at] !== '}') {
    const keyEnd = skipValue(json, at);
    const key = JSON.parse(json.slice(at, keyEnd)) as string;
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = skipValue(json, start);
    members.set(key, { start, end });
    at = skipSeparator(json, end);
  }
  return members;
}

/** The value of one key of the outermost object, as `memberRanges` has it, without a look at any other. */
export function memberRange(json: string, name: string): Range | undefined {
  const written = JSON.stringify(name);
  let found: Range | undefined;
  let at = skipSpace(json, 0);
  if (json[at] !== '{') return undefined;
  at = skipSpace(json, at + 1);
  while (at < json.length && json[at] !== '}') {
    const keyEnd = skipValue(json, at);
    const start = skipSpace(json, skipSpace(json, keyEnd) + 1);
    const end = skipValue(json, start);
    if (isKey(json, at, keyEnd, name, written)) found = { start, end };
    at = skipSeparator(json, end);
  }
  return found;
}

/** The elements of the array at `range`; empty where something else stands there. */
export function elementRanges(json: string, range: Range): readonly Range[] {
  const elements: Range[] = [];
  if (json[range.start] !== '[') return elements;
  let start = skipSpace(json, range.start + 1);
  while (start < range.end && json[start] !== ']') {
    const end = skipValue(json, start);
    elements.push({ start, end });
    start = skipSeparator(json, end);
  }
  return elements;
}

/** A key can be written with escapes that it does not need. */
function isKey(json: string, start: number, end: number, name: string, written: string): boolean {
  if (end - start === written.length && json.startsWith(written, start)) return true;
  const key = json.slice(start, end);
  return key.includes('\\') && JSON.parse(key) === name;
}

const QUOTE = 0x22;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
/** What a number or a word ends at: white space, `,`, `:`, or what closes around it. */
const ENDS_PLAIN: ReadonlySet<number> = new Set(Array.from(' \t\n\r,:]}', (unit) => unit.charCodeAt(0)));

function skipSpace(json: string, from: number): number {
  let at = from;
  while (at < json.length && json.charCodeAt(at) <= 0x20) at++;
  return at;
}

function skipSeparator(json: string, from: number): number {
  const at = skipSpace(json, from);
  return json[at] === ',' ? skipSpace(json, at + 1) : at;
}

function skipString(json: string, from: number): number {
  for (let at = from + 1; ;) {
    const quote = json.indexOf('"', at);
    if (quote === -1) return json.length;
    let first = quote;
    while (first > at && json[first - 1] === '\\') first--;
    // An even number of backslashes escape each other.
    if ((quote - first) % 2 === 0) return quote + 1;
    at = quote + 1;
  }
}

function skipValue(json: string, from: number): number {
  const first = json[from];
  if (first === '"') return skipString(json, from);
  if (first !== '{' && first !== '[') {
    let at = from;
    while (at < json.length && !ENDS_PLAIN.has(json.charCodeAt(at))) at++;
    return at;
  }
  let depth = 0;
  let at = from;
  while (at < json.length) {
    const unit = json.charCodeAt(at);
    if (unit === QUOTE) {
      at = skipString(json, at);
      continue;
    }
    if (unit === OPEN_BRACE || unit === OPEN_BRACKET) depth++;
    if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--;
    at++;
    if (depth === 0) return at;
  }
  return at;
}
