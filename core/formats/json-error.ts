/** Where a text that `JSON.parse` refuses stops to be JSON, and why: what the parser says differs, and quotes. */
export function findJsonError(text: string): JsonError {
  const closers: string[] = [];
  let at = skipSpace(text, 0);
  let wanted: 'value' | 'first' | 'key' | 'after' = 'value';
  while (at < text.length) {
    const unit = text[at]!;
    const inArray = closers.at(-1) === ']';
    if (wanted === 'after') {
      if (unit === closers.at(-1)) closers.pop();
      else if (unit === ',' && closers.length > 0) wanted = inArray ? 'value' : 'key';
      else return expected(closers.length === 0 ? 'the end' : `a comma or ${closers.at(-1)}`, unit, at);
      at = skipSpace(text, at + 1);
      continue;
    }
    if (wanted === 'first' && unit === closers.at(-1)) {
      closers.pop();
      wanted = 'after';
      at = skipSpace(text, at + 1);
      continue;
    }
    if (wanted === 'key' || (wanted === 'first' && !inArray)) {
      const end = endOfString(text, at);
      if (typeof end !== 'number') return end;
      at = skipSpace(text, end);
      if (text[at] !== ':') return expected('a colon', text[at], at);
      at = skipSpace(text, at + 1);
      wanted = 'value';
      continue;
    }
    if (unit === '[' || unit === '{') {
      closers.push(unit === '[' ? ']' : '}');
      wanted = 'first';
      at = skipSpace(text, at + 1);
      continue;
    }
    if (unit === '"') {
      const end = endOfString(text, at);
      if (typeof end !== 'number') return end;
      at = end;
    } else {
      const end = matchAt(SCALAR, text, at);
      if (end === undefined) return expected('a value', unit, at);
      at = end;
    }
    at = skipSpace(text, at);
    wanted = 'after';
  }
  return { at: text.length, reason: 'It breaks off' };
}

/** The offset of the first byte that is no UTF-8, by halving. */
export function findUtf8Error(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length];
  while (good + 1 < bad) {
    const middle = (good + bad) >>> 1;
    if (isUtf8(bytes.subarray(0, middle))) good = middle;
    else bad = middle;
  }
  return good;
}

/** Whether these bytes can begin a text; a character at their end may be cut. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

const SCALAR = /(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)(?![\w.+-])/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

interface JsonError {
  readonly at: number;
  readonly reason: string;
}

/** The offset after a string, or what is wrong with it. A loop: a pattern would need a stack for a long one. */
function endOfString(text: string, start: number): number | JsonError {
  if (text[start] !== '"') return expected('a name in quotes', text[start], start);
  let at = start + 1;
  for (; at < text.length; at += 1) {
    const unit = text[at]!;
    if (unit === '"') return at + 1;
    if (unit < ' ') return { at, reason: 'A string has a control character' };
    if (unit !== '\\') continue;
    const end = matchAt(ESCAPE, text, at);
    if (end === undefined) return { at, reason: 'A string has an unknown escape' };
    at = end - 1;
  }
  return { at, reason: 'A string breaks off' };
}

function matchAt(pattern: RegExp, text: string, at: number): number | undefined {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : undefined;
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text[at]!)) at += 1;
  return at;
}

function expected(what: string, found: string | undefined, at: number): JsonError {
  if (found === undefined) return { at, reason: 'It breaks off' };
  const printable = found > ' ' && found < '\u007f';
  const code = found.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return { at, reason: `Expected ${what}, found ${printable ? `"${found}"` : `U+${code}`}` };
}
