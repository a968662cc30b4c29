import { concat } from '../base/bytes.ts';
import { DamagedFile } from './damaged-file.ts';

/** Which fields of a message lead to others (`inside`), and which are given whole (a name). */
export interface WireShape {
  readonly fields: ReadonlyMap<number, { readonly name: string } | { readonly inside: WireShape }>;
}

export interface WirePiece {
  /** Of a field that is given; `begin` and `end` are of a message that is gone into, by its depth from 1. */
  readonly kind: 'value' | 'begin' | 'end';
  readonly name: string;
  readonly depth: number;
  readonly bytes: Uint8Array;
  readonly offset: number;
}

/** How messages follow each other: one alone, or each after its length as a varint or as four bytes, the highest first. */
export type Framing = 'none' | 'varint' | 'fixed32';

/** Of one field that is given whole. Bytes. */
const LARGEST = 64 * 2 ** 20;
const NOTHING = new Uint8Array(0);

/**
 * Goes into messages of Protocol Buffers and gives the fields that a shape names, holding one of them at a time. Throws
 * `DamagedFile`.
 */
export async function* readWire(
  chunks: AsyncIterable<Uint8Array>,
  shape: WireShape,
  framing: Framing,
): AsyncGenerator<readonly WirePiece[]> {
  const splitter = new WireSplitter(shape, framing);
  for await (const chunk of chunks) yield splitter.push(chunk);
  splitter.end();
}

interface Level {
  readonly shape: WireShape;
  /** Offset in the file after its last byte. */
  readonly end: number;
}

class WireSplitter {
  private readonly root: WireShape;
  private readonly framing: Framing;
  private readonly levels: Level[] = [];
  private buffer: Uint8Array = NOTHING;
  /** Chunks that wait until there is enough for the field at hand. */
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private needed = 0;
  /** Offset in the file of the buffer. */
  private base = 0;
  /** Bytes to be passed over. */
  private skip = 0;
  private at = 0;
  private pieces: WirePiece[] = [];

  constructor(root: WireShape, framing: Framing) {
    this.root = root;
    this.framing = framing;
    if (framing === 'none') this.levels.push({ shape: root, end: Infinity });
  }

  push(chunk: Uint8Array): readonly WirePiece[] {
    this.pieces = [];
    this.waiting.push(chunk);
    this.waitingBytes += chunk.length;
    if (this.waitingBytes < this.needed) return [];
    this.base += this.at;
    this.buffer = concat([this.buffer.subarray(this.at), ...this.waiting]);
    this.at = 0;
    [this.waiting, this.waitingBytes, this.needed] = [[], 0, 0];
    while (this.step());
    return this.pieces;
  }

  end(): void {
    const left = this.skip > 0 || this.at < this.buffer.length || this.waitingBytes > 0;
    const open = this.levels.length > (this.framing === 'none' ? 1 : 0);
    if (left || open) {
      throw new DamagedFile(
        'The file ends in the middle of a message',
        this.base + this.buffer.length + this.waitingBytes,
      );
    }
  }

  /** Takes one field; false where its bytes have not all come. */
  private step(): boolean {
    if (this.skip > 0) {
      const some = Math.min(this.skip, this.buffer.length - this.at);
      this.at += some;
      this.skip -= some;
      if (this.skip > 0) return false;
    }
    this.leave();
    if (this.at >= this.buffer.length) return false;
    const level = this.levels.at(-1);
    if (!level) return this.frame();
    const start = this.at;
    const tag = this.varint();
    if (tag === undefined) return false;
    const [no, type] = [Math.floor(tag / 8), tag % 8];
    if (no === 0) throw this.damaged('A field has the number 0', start);
    const done = type === 2 ? this.lengthDelimited(level, no, start) : this.scalar(type, start);
    if (!done) this.at = start;
    return done;
  }

  private leave(): void {
    while (this.levels.length > 0 && this.base + this.at >= this.levels.at(-1)!.end) {
      const offset = this.base + this.at;
      const { end } = this.levels.pop()!;
      if (offset > end) throw new DamagedFile('A field is longer than the message around it', offset);
      this.pieces.push({ kind: 'end', name: '', depth: this.levels.length, bytes: NOTHING, offset });
    }
  }

  private frame(): boolean {
    const start = this.at;
    const length = this.framing === 'varint' ? this.varint() : this.fixed32();
    if (length === undefined) {
      this.at = start;
      return false;
    }
    this.levels.push({ shape: this.root, end: this.base + this.at + length });
    return true;
  }

  private lengthDelimited({ shape, end }: Level, no: number, start: number): boolean {
    const length = this.varint();
    if (length === undefined) return false;
    const offset = this.base + this.at;
    if (offset + length > end) throw this.damaged('A field is longer than the message around it', start);
    const field = shape.fields.get(no);
    if (!field) {
      this.skip = length;
      return true;
    }
    if ('inside' in field) {
      this.levels.push({ shape: field.inside, end: offset + length });
      const depth = this.levels.length - 1;
      this.pieces.push({ kind: 'begin', name: '', depth, bytes: NOTHING, offset });
      return true;
    }
    if (length > LARGEST) throw this.damaged(`A field is larger than ${LARGEST} bytes`, start);
    const missing = this.at + length - this.buffer.length;
    if (missing > 0) {
      this.needed = missing;
      return false;
    }
    const bytes = this.buffer.subarray(this.at, this.at + length);
    this.at += length;
    this.pieces.push({ kind: 'value', name: field.name, depth: this.levels.length, bytes, offset });
    return true;
  }

  private scalar(type: number, start: number): boolean {
    if (type === 0) return this.varint() !== undefined;
    if (type !== 1 && type !== 5) throw this.damaged(`There is no wire type ${type} here`, start);
    const length = type === 1 ? 8 : 4;
    if (this.at + length > this.buffer.length) return false;
    this.at += length;
    return true;
  }

  private varint(): number | undefined {
    let [value, factor] = [0, 1];
    for (let at = this.at; at < this.buffer.length; at += 1) {
      const byte = this.buffer[at]!;
      value += (byte & 0x7f) * factor;
      factor *= 128;
      if (byte < 0x80) {
        this.at = at + 1;
        return value;
      }
      if (at - this.at >= 9) throw this.damaged('A number is longer than ten bytes', this.at);
    }
    return undefined;
  }

  private fixed32(): number | undefined {
    if (this.at + 4 > this.buffer.length) return undefined;
    const bytes = this.buffer.subarray(this.at, this.at + 4);
    this.at += 4;
    return bytes.reduce((value, byte) => value * 256 + byte, 0);
  }

  private damaged(reason: string, at: number): DamagedFile {
    return new DamagedFile(reason, this.base + at);
  }
}
