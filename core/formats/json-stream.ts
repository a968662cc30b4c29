import { concat } from '../base/bytes.ts';
import type { JsonValue } from '../base/json.ts';
import { DamagedFile } from './damaged-file.ts';
import { findJsonError, findUtf8Error } from './json-error.ts';
import type { Shape } from './json-shape.ts';

/** What was found, in the order of the file. */
export type JsonPiece = JsonFound | JsonEdge<'begin'> | JsonEdge<'end'>;

export interface JsonFound {
  readonly kind: 'value';
  readonly name: string;
  /** Of a member of an object. */
  readonly key?: string;
  readonly value: JsonValue;
  readonly offset: number;
  /** Bytes that it has in the file. */
  readonly length: number;
}

/** Of an array or an object that has a name. */
interface JsonEdge<Kind> {
  readonly kind: Kind;
  readonly name: string;
  readonly key?: string;
  readonly offset: number;
}

export interface JsonLimits {
  /** Of one value that is parsed. Bytes; a text of JavaScript cannot be longer than 2^29. */
  readonly largestValue: number;
  /** Arrays and objects in each other. */
  readonly deepest: number;
  /** Documents may follow each other, with or without white space between them (JSON lines, concatenated JSON). */
  readonly documents: 'one' | 'many';
}

export const JSON_LIMITS: JsonLimits = { largestValue: 64 * 2 ** 20, deepest: 256, documents: 'one' };

/**
 * Reads what a shape asks for out of a JSON text, holding one value at a time. Throws `DamagedFile` where the text is no
 * JSON, is not of the shape, or is past a limit. Gives the pieces of one chunk at a time.
 */
export async function* readJson(
  chunks: AsyncIterable<Uint8Array>,
  shape: Shape,
  limits: JsonLimits = JSON_LIMITS,
): AsyncGenerator<readonly JsonPiece[]> {
  const splitter = new JsonSplitter(shape, limits);
  for await (const chunk of chunks) {
    const pieces = splitter.push(chunk);
    if (pieces.length > 0) yield pieces;
  }
  const pieces = splitter.end();
  if (pieces.length > 0) yield pieces;
}

const [QUOTE, BACKSLASH, COMMA, COLON] = [0x22, 0x5c, 0x2c, 0x3a];
const [OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x5b, 0x5d, 0x7b, 0x7d];
/** Separates the records of RFC 7464. */
const RECORD_SEPARATOR = 0x1e;
const BYTE_ORDER_MARK = [0xef, 0xbb, 0xbf];
/** Of a number or a word. */
const LONGEST_SCALAR = 1_000;
const LONGEST_KEY = 1_000_000;
/** Of a text for which a decoder is not worth its call. Bytes. */
const SHORT = 24;

type Expected = 'document' | 'first-item' | 'item' | 'first-key' | 'key' | 'colon' | 'member' | 'separator';

interface Frame {
  readonly shape: Shape & { readonly kind: 'object' | 'array' };
  readonly key: string | undefined;
  readonly offset: number;
}

/** What is being gathered over the borders of chunks. */
interface Capture {
  readonly form: 'string' | 'container' | 'scalar';
  /** Absent for the key of a member. */
  readonly shape: (Shape & { readonly kind: 'value' | 'skip' }) | undefined;
  readonly key: string | undefined;
  readonly offset: number;
  readonly before: Uint8Array[];
  length: number;
  depth: number;
  inString: boolean;
  escaped: boolean;
}

class JsonSplitter {
  private readonly root: Shape;
  private readonly limits: JsonLimits;
  private readonly stack: Frame[] = [];
  private readonly decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  private expected: Expected = 'document';
  private documents = 0;
  private key: string | undefined;
  private capture: Capture | undefined;
  /** Offset in the file of the chunk at hand. */
  private base = 0;
  private pieces: JsonPiece[] = [];

  constructor(root: Shape, limits: JsonLimits) {
    this.root = root;
    this.limits = limits;
  }

  push(chunk: Uint8Array): readonly JsonPiece[] {
    this.pieces = [];
    let at = 0;
    while (at < chunk.length) at = this.capture ? this.gather(chunk, at) : this.step(chunk[at]!, at);
    this.base += chunk.length;
    return this.pieces;
  }

  /** The text is over. */
  end(): readonly JsonPiece[] {
    this.pieces = [];
    const { capture } = this;
    if (capture?.form === 'scalar') this.finish(capture, concat(capture.before));
    if (this.capture) throw new DamagedFile('The file ends in the middle of a value', this.base);
    if (this.stack.length > 0 && !this.mayEndHere()) {
      throw new DamagedFile(`The file ends in the middle of ${this.inWords()}`, this.base);
    }
    if (this.documents === 0) throw new DamagedFile('The file is empty', this.base);
    while (this.stack.length > 0) this.leave(this.base);
    return this.pieces;
  }

  private mayEndHere(): boolean {
    const { shape } = this.stack.at(-1)!;
    return this.stack.length === 1 && shape.kind === 'array' && shape.mayEndOpen === true;
  }

  private inWords(): string {
    return this.stack.at(-1)!.shape.kind === 'array' ? 'an array' : 'an object';
  }

  /** One byte between values. Gives where to go on. */
  private step(byte: number, at: number): number {
    if (byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09) return at + 1;
    switch (this.expected) {
      case 'document':
        return this.startDocument(at, byte);
      case 'first-item':
        if (byte === CLOSE_BRACKET) return this.close(at);
        return this.startValue(at, byte);
      case 'item':
        if (byte === CLOSE_BRACKET && this.mayEndHere()) return this.close(at);
        return this.startValue(at, byte);
      case 'first-key':
        if (byte === CLOSE_BRACE) return this.close(at);
        return this.startKey(at, byte);
      case 'key':
        return this.startKey(at, byte);
      case 'colon':
        if (byte !== COLON) throw this.unexpected('a colon', byte, at);
        this.expected = 'member';
        return at + 1;
      case 'member':
        return this.startValue(at, byte);
      case 'separator':
        return this.separate(at, byte);
    }
  }

  private startDocument(at: number, byte: number): number {
    const offset = this.base + at;
    if (offset < BYTE_ORDER_MARK.length && byte === BYTE_ORDER_MARK[offset]) return at + 1;
    if (byte === RECORD_SEPARATOR && this.limits.documents === 'many') return at + 1;
    if (this.documents > 0 && this.limits.documents === 'one') {
      throw this.unexpected('the end of the file', byte, at);
    }
    this.documents += 1;
    return this.startValue(at, byte);
  }

  private separate(at: number, byte: number): number {
    const isArray = this.stack.at(-1)!.shape.kind === 'array';
    if (byte === COMMA) {
      this.expected = isArray ? 'item' : 'key';
      return at + 1;
    }
    if (byte === (isArray ? CLOSE_BRACKET : CLOSE_BRACE)) return this.close(at);
    throw this.unexpected(isArray ? 'a comma or ]' : 'a comma or }', byte, at);
  }

  private close(at: number): number {
    this.leave(this.base + at);
    this.afterValue();
    return at + 1;
  }

  private leave(offset: number): void {
    const { shape, key } = this.stack.pop()!;
    if (shape.name !== undefined) {
      this.pieces.push({ kind: 'end', name: shape.name, offset, ...(key !== undefined && { key }) });
    }
  }

  private afterValue(): void {
    this.key = undefined;
    this.expected = this.stack.length === 0 ? 'document' : 'separator';
  }

  private startKey(at: number, byte: number): number {
    if (byte !== QUOTE) throw this.unexpected('a name in quotes', byte, at);
    this.capture = this.newCapture('string', undefined, undefined, at);
    return at;
  }

  private startValue(at: number, byte: number): number {
    const offset = this.base + at;
    const form = formOf(byte);
    if (!form) throw this.unexpected('a value', byte, at);
    let shape = this.shapeHere();
    if (shape.kind === 'either') {
      if (form !== 'container') throw this.unexpected('an object or an array', byte, at);
      shape = byte === OPEN_BRACE ? shape.object : shape.array;
    }
    if (shape.kind === 'value' || shape.kind === 'skip') {
      this.capture = this.newCapture(form, shape, this.key, at);
      return at;
    }
    const opens = shape.kind === 'object' ? OPEN_BRACE : OPEN_BRACKET;
    if (byte !== opens) {
      // `null` is how many say that there is none.
      if (form !== 'scalar')
        throw this.unexpected(shape.kind === 'object' ? 'an object' : 'an array', byte, at);
      this.capture = this.newCapture(form, { kind: 'value', name: NOTHING }, this.key, at);
      return at;
    }
    if (shape.name !== undefined) {
      const { key } = this;
      this.pieces.push({ kind: 'begin', name: shape.name, offset, ...(key !== undefined && { key }) });
    }
    this.stack.push({ shape, key: this.key, offset });
    if (this.stack.length > this.limits.deepest) throw this.tooDeep(offset);
    this.expected = shape.kind === 'object' ? 'first-key' : 'first-item';
    this.key = undefined;
    return at + 1;
  }

  private shapeHere(): Shape {
    const frame = this.stack.at(-1);
    if (!frame) return this.root;
    const { shape } = frame;
    if (shape.kind === 'array') return shape.items;
    return shape.members.get(this.key!) ?? shape.rest;
  }

  private newCapture(
    form: Capture['form'],
    shape: Capture['shape'],
    key: string | undefined,
    at: number,
  ): Capture {
    const offset = this.base + at;
    return { form, shape, key, offset, before: [], length: 0, depth: 0, inString: false, escaped: false };
  }

  /** Goes on to the end of what is being gathered, or of the chunk. */
  private gather(chunk: Uint8Array, from: number): number {
    const capture = this.capture!;
    const end = capture.form === 'scalar' ? endOfScalar(chunk, from) : this.endOfNested(capture, chunk, from);
    const isOver = capture.form === 'scalar' ? end < chunk.length : end > 0;
    const to = isOver ? end : chunk.length;
    capture.length += to - from;
    if (capture.length > this.largest(capture)) throw this.tooLarge(capture);
    const bytes = chunk.subarray(from, to);
    if (isOver)
      this.finish(capture, capture.before.length === 0 ? bytes : concat([...capture.before, bytes]));
    else if (capture.shape?.kind !== 'skip' || capture.form === 'scalar') capture.before.push(bytes);
    return to;
  }

  /** The offset after its last byte, or 0 where the chunk has no such. */
  private endOfNested(capture: Capture, chunk: Uint8Array, from: number): number {
    let { depth, inString, escaped } = capture;
    const { length } = chunk;
    for (let at = from; at < length; at += 1) {
      if (inString) {
        if (escaped) {
          escaped = false;
          continue;
        }
        let byte = chunk[at]!;
        while (byte !== QUOTE && byte !== BACKSLASH && at + 1 < length) byte = chunk[++at]!;
        if (byte === BACKSLASH) escaped = true;
        else if (byte === QUOTE) {
          inString = false;
          if (depth === 0) return at + 1;
        }
        continue;
      }
      switch (chunk[at]) {
        case QUOTE:
          inString = true;
          break;
        case OPEN_BRACE:
        case OPEN_BRACKET:
          depth += 1;
          if (depth + this.stack.length > this.limits.deepest) throw this.tooDeep(this.base + at);
          break;
        case CLOSE_BRACE:
        case CLOSE_BRACKET:
          depth -= 1;
          if (depth === 0) return at + 1;
          break;
      }
    }
    capture.depth = depth;
    capture.inString = inString;
    capture.escaped = escaped;
    return 0;
  }

  private finish(capture: Capture, bytes: Uint8Array): void {
    this.capture = undefined;
    const { shape, key, offset } = capture;
    if (!shape) {
      this.key = parse(this.decode(bytes, offset), offset) as string;
      this.expected = 'colon';
      return;
    }
    if (shape.kind === 'value') {
      const text = this.decode(bytes, offset);
      const { name, containing } = shape;
      if (containing !== undefined && !text.includes(containing)) return this.afterValue();
      const value = parse(text, offset);
      if (name !== NOTHING) {
        const { length } = capture;
        this.pieces.push({ kind: 'value', name, value, offset, length, ...(key !== undefined && { key }) });
      } else if (value !== null) throw new DamagedFile(`Expected ${this.wantedHere(key)}`, offset);
    }
    this.afterValue();
  }

  private wantedHere(key: string | undefined): string {
    this.key = key;
    const what = this.shapeHere().kind === 'object' ? 'an object' : 'an array';
    return key === undefined ? what : `"${key.slice(0, 100)}" to be ${what}`;
  }

  private decode(bytes: Uint8Array, offset: number): string {
    if (bytes.length <= SHORT && bytes.every((byte) => byte < 0x80)) return String.fromCharCode(...bytes);
    try {
      return this.decoder.decode(bytes);
    } catch {
      throw new DamagedFile('Not UTF-8', offset + findUtf8Error(bytes));
    }
  }

  private largest({ form, shape }: Capture): number {
    if (!shape) return LONGEST_KEY;
    if (form === 'scalar') return LONGEST_SCALAR;
    return shape.kind === 'skip' ? Infinity : this.limits.largestValue;
  }

  private tooLarge(capture: Capture): DamagedFile {
    return new DamagedFile(`A value is larger than ${this.largest(capture)} bytes`, capture.offset);
  }

  private tooDeep(offset: number): DamagedFile {
    return new DamagedFile(`Deeper than ${this.limits.deepest} arrays and objects in each other`, offset);
  }

  private unexpected(wanted: string, byte: number, at: number): DamagedFile {
    return new DamagedFile(`Expected ${wanted}, found ${sayByte(byte)}`, this.base + at);
  }
}

function parse(text: string, offset: number): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    const { at, reason } = findJsonError(text);
    throw new DamagedFile(reason, offset + new TextEncoder().encode(text.slice(0, at)).length);
  }
}

/** Stands where an object or an array should, and is not one: only `null` may. */
const NOTHING = '\u0000nothing';

function formOf(byte: number): Capture['form'] | undefined {
  if (byte === OPEN_BRACE || byte === OPEN_BRACKET) return 'container';
  if (byte === QUOTE) return 'string';
  const isWord = byte === 0x74 || byte === 0x66 || byte === 0x6e;
  return isWord || byte === 0x2d || (byte >= 0x30 && byte <= 0x39) ? 'scalar' : undefined;
}

function endOfScalar(chunk: Uint8Array, from: number): number {
  let at = from;
  for (; at < chunk.length; at += 1) {
    const byte = chunk[at]!;
    if (byte <= 0x20 || byte === COMMA || byte === CLOSE_BRACKET || byte === CLOSE_BRACE) return at;
  }
  return at;
}

function sayByte(byte: number): string {
  return byte > 0x20 && byte < 0x7f
    ? `"${String.fromCharCode(byte)}"`
    : `the byte 0x${byte.toString(16).padStart(2, '0')}`;
}
