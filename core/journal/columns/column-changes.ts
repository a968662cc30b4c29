import type { RunSummary } from '../run-state.ts';
import type { RunProjection } from './run-projection.ts';
import { CHUNK_SPANS, copySpan, rowOf, spanChunk, type SpanChunk } from './span-chunk.ts';
import { SpanColumns } from './span-columns.ts';

/** How far somebody has the columns of a run: up to which event, so many spans, so many names. */
export interface KnownColumns {
  readonly seq: number;
  readonly spans: number;
  readonly names: number;
}

export const NOTHING_KNOWN: KnownColumns = { seq: 0, spans: 0, names: 0 };

/** The columns of a run after event `run.lastSeq`: all of them, or what has changed in them. */
export interface ColumnChanges {
  readonly run: RunSummary;
  /** In all. */
  readonly spans: number;
  /** Nothing that was known before is of use. */
  readonly whole: boolean;
  /** Those from place `from` of the dictionary on. */
  readonly names: { readonly from: number; readonly texts: readonly string[] };
  readonly chunks: readonly { readonly index: number; readonly chunk: SpanChunk }[];
  /** Single spans: their ordinals, and where there are rows of them, so many to a chunk, in the same order. */
  readonly ordinals: Uint32Array;
  readonly rows: readonly SpanChunk[];
}

/** Of a chunk in which so many rows have changed, all of it is given: it costs less than to pick them. */
const ROWS_TO_CHUNK = CHUNK_SPANS / 4;

/** What has changed in a run since somebody had its columns; all of them where that cannot be told. */
export function changesSince(projection: RunProjection, known: KnownColumns): ColumnChanges {
  const { run, columns, rows: changes } = projection;
  const { chunks, dictionary, size } = columns;
  if (known.seq < changes.known || known.seq === 0 || known.spans > size || known.names > dictionary.length)
    return wholeColumns(run, columns);
  const given: { index: number; chunk: SpanChunk }[] = [];
  const ordinals: number[] = [];
  for (const { chunk: index, rows } of changes.after(known.seq)) {
    if (rows.length >= ROWS_TO_CHUNK) given.push({ index, chunk: chunks[index]! });
    else for (const row of rows) ordinals.push(index * CHUNK_SPANS + row);
  }
  return {
    run,
    spans: size,
    whole: false,
    names: { from: known.names, texts: dictionary.slice(known.names) },
    chunks: given,
    ordinals: Uint32Array.from(ordinals),
    rows: gather(columns, ordinals),
  };
}

function wholeColumns(run: RunSummary, { chunks, dictionary, size }: SpanColumns): ColumnChanges {
  return {
    run,
    spans: size,
    whole: true,
    names: { from: 1, texts: dictionary.slice(1) },
    chunks: chunks.map((chunk, index) => ({ index, chunk })),
    ordinals: new Uint32Array(),
    rows: [],
  };
}

/** The columns with the changes in them: those that were known, changed where they are, or new ones. */
export function applyChanges(known: SpanColumns | undefined, changes: ColumnChanges): SpanColumns {
  const columns = changes.whole ? new SpanColumns() : known;
  if (!columns || columns.dictionary.length < changes.names.from)
    throw new Error('changes of columns that are not there');
  columns.learn(changes.names.texts);
  columns.size = changes.spans;
  for (const { index, chunk } of changes.chunks) columns.chunks[index] = chunk;
  for (const [place, ordinal] of changes.ordinals.entries()) {
    const index = Math.floor(ordinal / CHUNK_SPANS);
    columns.chunks[index] ??= spanChunk();
    copySpan(
      changes.rows[Math.floor(place / CHUNK_SPANS)]!,
      rowOf(place),
      columns.chunks[index],
      rowOf(ordinal),
    );
  }
  return columns;
}

/** What is known to whoever has the changes. */
export function knownAfter({ run, spans, names }: Omit<ColumnChanges, 'chunks' | 'rows'>): KnownColumns {
  return { seq: run.lastSeq, spans, names: names.from + names.texts.length };
}

function gather(columns: SpanColumns, ordinals: readonly number[]): readonly SpanChunk[] {
  const rows: SpanChunk[] = [];
  for (const [place, ordinal] of ordinals.entries()) {
    if (rowOf(place) === 0) rows.push(spanChunk());
    copySpan(columns.chunkOf(ordinal), rowOf(ordinal), rows.at(-1)!, rowOf(place));
  }
  return rows;
}
