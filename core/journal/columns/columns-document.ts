import type { RunSummary } from '../run-state.ts';
import type { ColumnChanges } from './column-changes.ts';
import {
  bytesOfSpans,
  CHUNK_BYTES,
  CHUNK_SPANS,
  SPAN_BYTES,
  spanChunk,
  type SpanChunk,
} from './span-chunk.ts';

/**
 * Columns, or changes of them, as bytes. All numbers are little endian and every part begins at a multiple of 8:
 *
 *     0  u32  0x43_58_42_53, "SBXC"
 *     4  u32  version of the document, 1
 *     8  u32  bytes of the head, filled up with spaces
 *    12  u32  bytes of the whole document, so that several can follow each other
 *    16       head: JSON, UTF-8: `Head` below
 *             u32 for each of `rows`: the ordinals of single spans, filled up with zeros
 *             single spans, 1,024 at a time: the columns in the order and the widths of `span-chunk.ts`, filled up with zeros
 *             for each of `chunks`: its columns, always of 1,024 spans
 */
interface Head {
  readonly run: RunSummary;
  readonly spans: number;
  readonly whole: boolean;
  readonly names: ColumnChanges['names'];
  /** Places of the chunks that follow. */
  readonly chunks: readonly number[];
  /** Single spans that follow. */
  readonly rows: number;
}

/** What a host says where it cannot go on. */
interface Failure {
  readonly problem: { readonly code: string; readonly message: string };
}

/** Of chunks that are given whole only the bytes matter. */
type Given = Omit<ColumnChanges, 'chunks'> & {
  readonly chunks: readonly { readonly index: number; readonly chunk: Pick<SpanChunk, 'bytes'> }[];
};

const MAGIC = 0x43_58_42_53;
const VERSION = 1;
const START_BYTES = 16;
/** The largest piece that is given out, in bytes: chunks that lie side by side in memory go together. */
const PIECE_BYTES = 16 * CHUNK_BYTES;

/** The document piece by piece; chunks are not copied. */
export function* encodeChanges(changes: Given): Generator<Uint8Array, void> {
  const { run, spans, whole, names, chunks, ordinals, rows } = changes;
  const places = new Uint8Array(aligned(ordinals.byteLength));
  const view = new DataView(places.buffer);
  for (const [place, ordinal] of ordinals.entries()) view.setUint32(place * 4, ordinal, true);
  const single = rows.map((chunk, index) => padded(bytesOfSpans(chunk, rowsIn(ordinals.length, index))));
  const behind = [places, ...single].reduce((sum, part) => sum + part.length, chunks.length * CHUNK_BYTES);
  const head: Head = {
    run,
    spans,
    whole,
    names,
    chunks: chunks.map(({ index }) => index),
    rows: ordinals.length,
  };
  yield start(head, behind);
  if (places.length > 0) yield places;
  yield* single;
  yield* joined(chunks.map(({ chunk }) => chunk.bytes));
}

export function encodeFailure(problem: Failure['problem']): Uint8Array {
  return start({ problem }, 0);
}

/** How long the document is whose first bytes these are; nothing where more of them are needed. */
export function lengthOf(bytes: Uint8Array): number | undefined {
  if (bytes.length < START_BYTES) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  const [magic, version] = [view.getUint32(0, true), view.getUint32(4, true)];
  if (magic !== MAGIC) throw new Error('these bytes are no columns of a run');
  if (version !== VERSION)
    throw new Error(`columns of version ${version}, and this window knows version ${VERSION}`);
  return view.getUint32(12, true);
}

/** Chunks are views of the given memory, which is the document's from now on and begins at a multiple of 8. */
export function decodeChanges(bytes: Uint8Array): ColumnChanges | Failure {
  const length = lengthOf(bytes);
  if (length !== bytes.length) throw new Error(`columns of ${length} bytes came as ${bytes.length}`);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  let offset = START_BYTES + view.getUint32(8, true);
  const text = new TextDecoder().decode(bytes.subarray(START_BYTES, offset));
  const head = JSON.parse(text) as Head | Failure;
  if ('problem' in head) return head;
  const take = (size: number) => bytes.subarray(offset, (offset += aligned(size)));
  const ordinals = new Uint32Array(head.rows);
  const places = offset;
  for (let place = 0; place < head.rows; place++) ordinals[place] = view.getUint32(places + place * 4, true);
  take(head.rows * 4);
  const rows = Array.from({ length: Math.ceil(head.rows / CHUNK_SPANS) }, (_, index) => {
    const size = rowsIn(head.rows, index) * SPAN_BYTES;
    return spanChunk(take(size).subarray(0, size));
  });
  const chunks = head.chunks.map((index) => ({ index, chunk: spanChunk(take(CHUNK_BYTES)) }));
  const { run, spans, whole, names } = head;
  return { run, spans, whole, names, chunks, ordinals, rows };
}

function start(head: Head | Failure, behind: number): Uint8Array {
  const text = new TextEncoder().encode(JSON.stringify(head));
  const bytes = new Uint8Array(START_BYTES + aligned(text.length)).fill(0x20, START_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC, true);
  view.setUint32(4, VERSION, true);
  view.setUint32(8, bytes.length - START_BYTES, true);
  view.setUint32(12, bytes.length + behind, true);
  bytes.set(text, START_BYTES);
  return bytes;
}

/** Rows of the chunk at `index`, of so many in all. */
function rowsIn(rows: number, index: number): number {
  return Math.min(rows - index * CHUNK_SPANS, CHUNK_SPANS);
}

function aligned(size: number): number {
  return Math.ceil(size / 8) * 8;
}

function padded(bytes: Uint8Array): Uint8Array {
  if (bytes.length % 8 === 0) return bytes;
  const filled = new Uint8Array(aligned(bytes.length));
  filled.set(bytes);
  return filled;
}

/** Neighbours in one piece of memory as one. */
function* joined(parts: readonly Uint8Array[]): Generator<Uint8Array, void> {
  let last: Uint8Array | undefined;
  for (const part of parts) {
    const follows = last?.buffer === part.buffer && last.byteOffset + last.length === part.byteOffset;
    if (last && follows && last.length < PIECE_BYTES)
      last = new Uint8Array(last.buffer, last.byteOffset, last.length + part.length);
    else {
      if (last) yield last;
      last = part;
    }
  }
  if (last) yield last;
}
