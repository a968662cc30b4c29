import type { Span, SpanStatus } from '../run-state.ts';

/** Spans in a chunk: what is written again while one of them is open. */
export const CHUNK_SPANS = 1024;

const SHIFT = Math.log2(CHUNK_SPANS);

/** Which chunk of its run a span is in, and where there. */
export function chunkIndexOf(ordinal: number): number {
  return ordinal >> SHIFT;
}

export function rowOf(ordinal: number): number {
  return ordinal & (CHUNK_SPANS - 1);
}

/** What the codes of the columns `kind` and `status` mean: their place here. Only ever added to. */
export const KINDS = [
  'agent',
  'call',
  'attempt',
  'mcp',
  'reported',
] as const satisfies readonly Span['kind'][];
export const STATUSES = [
  'running',
  'ok',
  'error',
  'cancelled',
  'interrupted',
] as const satisfies readonly SpanStatus[];

/** The columns in their order in a chunk's bytes, the widest first; little endian, whatever the machine. */
const COLUMNS = {
  /** Nanoseconds since the run's start; `end` is -1 while it is open. */
  start: Float64Array,
  end: Float64Array,
  /** In USD; not a number where it is not known. */
  cost: Float64Array,
  /** The halves of the id. */
  idHigh: Uint32Array,
  idLow: Uint32Array,
  /** The events that it began and, 0 while it is open, ended with, and its newest. */
  startSeq: Uint32Array,
  endSeq: Uint32Array,
  lastSeq: Uint32Array,
  inputTokens: Uint32Array,
  outputTokens: Uint32Array,
  /** Places in the run's dictionary: its name, and its instance or model; 0 for none. */
  name: Uint32Array,
  label: Uint32Array,
  /** Ordinal of its parent; -1 for none. */
  parent: Int32Array,
  /** Of a call, its newest attempt; -1 for none. */
  lastAttempt: Int32Array,
  /** Of an attempt, the one before it; of a call, the one that its client tried again with it; -1 for none. */
  previousAttempt: Int32Array,
  kind: Uint8Array,
  status: Uint8Array,
} as const;

type Columns = { readonly [Name in keyof typeof COLUMNS]: InstanceType<(typeof COLUMNS)[Name]> };

const NAMES = Object.keys(COLUMNS) as (keyof Columns)[];
export const SPAN_BYTES = NAMES.reduce((sum, name) => sum + COLUMNS[name].BYTES_PER_ELEMENT, 0);
export const CHUNK_BYTES = SPAN_BYTES * CHUNK_SPANS;

/** Spans that follow each other in their run, column by column over one piece of memory. */
export type SpanChunk = Columns & { readonly bytes: Uint8Array };

/** A chunk over bytes that were kept; of spans that nothing is known of, without them. Throws where they are no chunk. */
export function spanChunk(bytes: Uint8Array = new Uint8Array(CHUNK_BYTES)): SpanChunk {
  const { byteLength } = bytes;
  if (byteLength === 0 || byteLength > CHUNK_BYTES || byteLength % SPAN_BYTES !== 0)
    throw new Error(
      `a chunk of spans has ${SPAN_BYTES} bytes for each, at most ${CHUNK_BYTES}, not ${byteLength}`,
    );
  if (byteLength < CHUNK_BYTES) return filled(bytes);
  // Views of numbers must begin where a number may.
  const whole = bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
  let offset = whole.byteOffset;
  const columns: Record<string, unknown> = { bytes: whole };
  for (const name of NAMES) {
    const column = COLUMNS[name];
    columns[name] = new column(whole.buffer as ArrayBuffer, offset, CHUNK_SPANS);
    offset += column.BYTES_PER_ELEMENT * CHUNK_SPANS;
  }
  return columns as unknown as SpanChunk;
}

/** The bytes of the first `spans` of a chunk, column by column: what is kept of one that is not full. */
export function bytesOfSpans(chunk: SpanChunk, spans: number): Uint8Array {
  if (spans >= CHUNK_SPANS) return chunk.bytes;
  const kept = new Uint8Array(spans * SPAN_BYTES);
  for (const { from, to, length } of placesOf(spans)) kept.set(chunk.bytes.subarray(from, from + length), to);
  return kept;
}

/** Puts one span of a chunk at a place in another. */
export function copySpan(from: SpanChunk, fromRow: number, to: SpanChunk, toRow: number): void {
  for (const name of NAMES) to[name][toRow] = from[name][fromRow]!;
}

function filled(kept: Uint8Array): SpanChunk {
  const chunk = spanChunk();
  for (const { from, to, length } of placesOf(kept.byteLength / SPAN_BYTES))
    chunk.bytes.set(kept.subarray(to, to + length), from);
  return chunk;
}

/** Where each column of so many spans is in a whole chunk, and where in what is kept of it. */
function placesOf(
  spans: number,
): readonly { readonly from: number; readonly to: number; readonly length: number }[] {
  let before = 0;
  return NAMES.map((name) => {
    const width = COLUMNS[name].BYTES_PER_ELEMENT;
    const place = { from: before * CHUNK_SPANS, to: before * spans, length: width * spans };
    before += width;
    return place;
  });
}
