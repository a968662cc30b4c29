/** A place in a text; both count from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface FoundPlace extends Place {
  /** How many parts of the path are written there: fewer than all where a key is missing. */
  readonly depth: number;
}

/** Keys, and indices of arrays in decimal. */
type Path = readonly string[];

/**
 * Where the keys of a TOML text stand, tables, inline tables and elements of arrays included. The text must be valid:
 * the parser has decided that, and gives no places.
 *
 * @returns a function that finds the key, else the nearest one above it; nothing where not even the first part is written
 */
export function keyPlaces(text: string): (path: Path) => FoundPlace | undefined {
  const offsets = scan(text);
  return (path) => {
    for (let depth = path.length; depth > 0; depth--) {
      const offset = offsets.get(idOf(path.slice(0, depth)));
      if (offset !== undefined) return { ...placeAt(text, offset), depth };
    }
    return undefined;
  };
}

const idOf = (path: Path): string => JSON.stringify(path);

function placeAt(text: string, offset: number): Place {
  const before = text.slice(0, offset);
  return { line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
}

const BLANK = /[ \t]*/y;
/** Blanks, line ends and comments. */
const GAP = /(?:\s|#[^\n]*)*/y;
const BARE_KEY = /[A-Za-z0-9_-]+/y;
const BASIC_STRING = /"(?:[^"\\]|\\.)*"/y;
const LITERAL_STRING = /'[^']*'/y;
/** The closing marks are the last three of up to five. */
const STRING = /"""(?:[^\\]|\\[^])*?"{3,5}(?!")|'''[^]*?'{3,5}(?!')|"(?:[^"\\]|\\.)*"|'[^']*'/y;
const SCALAR = /[^,\]}#\n]+/y;

function scan(text: string): ReadonlyMap<string, number> {
  const offsets = new Map<string, number>();
  /** Elements that an array of tables has so far. */
  const lengths = new Map<string, number>();
  let at = 0;

  function take(pattern: RegExp): string {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0] ?? '';
    at += found.length;
    return found;
  }

  function takeKey(): string[] {
    const parts: string[] = [];
    do {
      take(BLANK);
      const quoted = take(BASIC_STRING);
      const literal = quoted === '' ? take(LITERAL_STRING) : '';
      if (quoted !== '') parts.push(unescaped(quoted));
      else if (literal !== '') parts.push(literal.slice(1, -1));
      else parts.push(take(BARE_KEY));
      take(BLANK);
    } while (text[at] === '.' && ++at);
    return parts;
  }

  /** The place of a key, and of the tables that it makes by being dotted. */
  function enter(above: Path, parts: Path, offset: number): string[] {
    const path = [...above];
    for (const part of parts) {
      path.push(part);
      const id = idOf(path);
      if (!offsets.has(id)) offsets.set(id, offset);
    }
    return path;
  }

  /** The path of a header: below an array of tables it means the newest element. */
  function takeHeader(): string[] {
    const start = at;
    const isElement = text.startsWith('[[', at);
    at += isElement ? 2 : 1;
    const parts = takeKey();
    at += isElement ? 2 : 1;
    let path: string[] = [];
    for (const [index, part] of parts.entries()) {
      path = enter(path, [part], start);
      const isLast = index === parts.length - 1;
      const length = lengths.get(idOf(path));
      if (isLast && isElement) {
        lengths.set(idOf(path), (length ?? 0) + 1);
        path = enter(path, [String(length ?? 0)], start);
      } else if (isLast) offsets.set(idOf(path), start);
      else if (length !== undefined) path.push(String(length - 1));
    }
    return path;
  }

  function takePair(above: Path): void {
    const start = at;
    const path = enter(above, takeKey(), start);
    at++; // the equals sign
    take(BLANK);
    takeValue(path);
  }

  function takeValue(path: Path): void {
    if (text[at] !== '[' && text[at] !== '{') {
      if (take(STRING) === '') take(SCALAR);
      return;
    }
    const [inArray, close] = text[at] === '[' ? [true, ']'] : [false, '}'];
    at++;
    for (let index = 0; at < text.length; index++) {
      take(GAP);
      if (text[at] === close) break;
      if (inArray) takeValue(enter(path, [String(index)], at));
      else takePair(path);
      take(GAP);
      if (text[at] === ',') at++;
    }
    at++;
  }

  let table: Path = [];
  for (take(GAP); at < text.length; take(GAP)) {
    if (text[at] === '[') table = takeHeader();
    else takePair(table);
  }
  return offsets;
}

/** TOML's escapes in a key are those of JSON but for a few that nobody writes in one. */
function unescaped(quoted: string): string {
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted.slice(1, -1);
  }
}
