import { fail, ok, type Result } from '../../base/result.ts';
import type { Branches, Piece } from './regex-pieces.ts';

/** Where Go's engine needs time in proportion to the text, ours goes back and forth: no dot repeats further than this. */
const LONGEST_DOTS = 1000;
/** Of a class that is told character by character. */
const FEW = 8;

const POSIX: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  word: '\\w',
  xdigit: '0-9a-fA-F',
};

/**
 * Reads a regular expression in the syntax of Go (RE2, golang.org/s/re2syntax) as far as secret rules use it.
 * Differences from ECMAScript that are translated: flags of a part (`a(?i)b`, `(?s:.)`), `\z` and `\A`, classes with a
 * name, a `]` that begins a class; names of groups are dropped. A failure names what has no counterpart.
 *
 * Letters whose case does not matter are written in both: ECMAScript 2025 has `(?i:…)`, but V8 13.6 does not find
 * `aX=` with `(?i:\w{10}|[a-z][a-z0-9]+=)`.
 */
export function parseGoRegex(source: string): Result<Branches, string> {
  const reader = new Reader(source);
  try {
    return ok(reader.readAll());
  } catch (error) {
    if (!(error instanceof Untranslatable)) throw error;
    return fail(error.message);
  }
}

class Untranslatable extends Error {}

class Reader {
  private readonly source: string;
  private at = 0;

  constructor(source: string) {
    this.source = source;
  }

  readAll(): Branches {
    const branches = this.readBranches({ ignoreCase: false, dotAll: false });
    if (this.at < this.source.length) throw new Untranslatable(`")" without "(" at ${this.at}`);
    return branches;
  }

  /** Up to the end of the group; a flag in the middle holds to its end, across the branches. */
  private readBranches(outer: Flags): Branches {
    const branches: Piece[][] = [[]];
    let flags = outer;
    while (this.at < this.source.length && this.source[this.at] !== ')') {
      const given = this.take(/\(\?([a-z-]+)\)/iy);
      if (given) flags = withFlags(flags, given[1]!);
      else if (this.take(/\|/y)) branches.push([]);
      else branches.at(-1)!.push(this.readRepeated(flags));
    }
    return branches;
  }

  private readRepeated(flags: Flags): Piece {
    const of = this.readPiece(flags);
    const quantifier = this.take(/(?:[*+?]|\{(\d+)(,?)(\d*)\})(\??)/y);
    if (!quantifier) return of;
    const [sign, from, comma, to, lazy] = quantifier;
    const [min, max] = boundsOf(sign[0]!, from, comma, to);
    const isDot = of.kind === 'class' && of.source === '.';
    const bounded = isDot && max === Infinity ? Math.max(min, LONGEST_DOTS) : max;
    return { kind: 'repeat', of, min, max: bounded, lazy: lazy === '?' };
  }

  private readPiece(flags: Flags): Piece {
    const char = this.source[this.at]!;
    switch (char) {
      case '(':
        return this.readGroup(flags);
      case '[':
        return this.readClass(flags);
      case '\\':
        return this.readEscape(flags);
      case '^':
      case '$':
        this.at += 1;
        return { kind: 'assertion', source: char };
      case '.':
        this.at += 1;
        return { kind: 'class', source: flags.dotAll ? '[\\s\\S]' : '.' };
      default:
        this.at += 1;
        return charPiece(char, flags);
    }
  }

  private readGroup(outer: Flags): Piece {
    const opened = this.take(/\((?:\?P?<\w+>|\?([a-z-]*):|(?!\?))/iy);
    if (!opened) throw new Untranslatable(`${this.source.slice(this.at, this.at + 4)}…`);
    const branches = this.readBranches(withFlags(outer, opened[1] ?? ''));
    if (!this.take(/\)/y)) throw new Untranslatable('a group without its end');
    return { kind: 'group', open: opened[0] === '(' ? '(' : '(?:', branches };
  }

  private readEscape(flags: Flags): Piece {
    const [escaped] = this.take(/\\(?:x[0-9a-f]{2}|[^])/iy) ?? [];
    if (escaped === undefined) throw new Untranslatable('a "\\" at the end');
    const letter = escaped[1]!;
    if (letter === 'z') return { kind: 'assertion', source: '$' };
    if (letter === 'A') return { kind: 'assertion', source: '^' };
    if (/[bB]/.test(letter)) return { kind: 'assertion', source: escaped };
    if (/[dDsSwWnrtfv]/.test(letter)) return { kind: 'class', source: escaped };
    if (letter === 'x') return charPiece(String.fromCharCode(Number.parseInt(escaped.slice(2), 16)), flags);
    if (/[a-z0-9]/i.test(letter)) throw new Untranslatable(escaped);
    return charPiece(letter, flags);
  }

  private readClass({ ignoreCase }: Flags): Piece {
    const [begin] = this.take(/\[\^?/y)!;
    let inner = '';
    const chars: string[] = [];
    for (let first = true; first || this.source[this.at] !== ']'; first = false) {
      const token = this.take(
        /\[:(\w+):\]|(\\x[0-9a-f]{2}|\\[^]|[^\\])(?:-(\\x[0-9a-f]{2}|\\[^]|[^\\\]]))?/iy,
      );
      if (!token) throw new Untranslatable('a class without its end');
      const [, named, from, to] = token;
      inner += named === undefined ? rangeOf(from!, to, ignoreCase) : posixClass(named);
      if (from !== undefined && to === undefined && !/^\\[a-z]/i.test(from)) chars.push(from.at(-1)!);
      else chars.length = FEW + 1;
    }
    this.at += 1;
    const isFew = begin === '[' && chars.length <= FEW;
    return { kind: 'class', source: `${begin}${inner}]`, ...(isFew && { chars }) };
  }

  /** What stands here, if it is this, which must be sticky. */
  private take(expected: RegExp): RegExpExecArray | undefined {
    expected.lastIndex = this.at;
    const taken = expected.exec(this.source) ?? undefined;
    if (taken) this.at = expected.lastIndex;
    return taken;
  }
}

interface Flags {
  readonly ignoreCase: boolean;
  readonly dotAll: boolean;
}

function withFlags(flags: Flags, given: string): Flags {
  const [on = '', off = ''] = given.split('-');
  if (!/^[is]*$/.test(on + off)) throw new Untranslatable(`(?${given})`);
  return {
    ignoreCase: on.includes('i') || (flags.ignoreCase && !off.includes('i')),
    dotAll: on.includes('s') || (flags.dotAll && !off.includes('s')),
  };
}

function charPiece(char: string, { ignoreCase }: Flags): Piece {
  const source = ignoreCase && isLetter(char) ? `[${bothCases(char)}]` : escapedChar(char);
  return { kind: 'char', char, source };
}

function escapedChar(char: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(char) ? `\\${char}` : char;
}

function isLetter(char: string): boolean {
  return /^[a-z]$/i.test(char);
}

function bothCases(text: string): string {
  return text.toLowerCase() + text.toUpperCase();
}

/** One member of a class. */
function rangeOf(from: string, to: string | undefined, ignoreCase: boolean): string {
  const source = to === undefined ? safeInClass(from) : `${safeInClass(from)}-${safeInClass(to)}`;
  if (!ignoreCase || !/^(?:[a-z]{1,2}|[A-Z]{1,2})$/.test(from + (to ?? ''))) return source;
  const other = (letter: string) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase();
  return source + (to === undefined ? other(from) : `${other(from)}-${other(to)}`);
}

function safeInClass(token: string): string {
  return /^[[\]^]$/.test(token) ? `\\${token}` : token;
}

function posixClass(name: string): string {
  const chars = POSIX[name];
  if (chars === undefined) throw new Untranslatable(`[:${name}:]`);
  return chars;
}

function boundsOf(
  sign: string,
  from: string | undefined,
  comma: string | undefined,
  to: string | undefined,
): readonly [min: number, max: number] {
  if (sign === '*') return [0, Infinity];
  if (sign === '+') return [1, Infinity];
  if (sign === '?') return [0, 1];
  const min = Number(from);
  return [min, comma === '' ? min : to === '' ? Infinity : Number(to)];
}
