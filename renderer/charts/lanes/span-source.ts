import type { SpanChunk } from '../../../core/journal/columns/span-chunk.ts';

type SourceColumn = 'start' | 'end' | 'startSeq' | 'endSeq' | 'parent' | 'kind' | 'status';

/** The spans of a run as charts read them, by ordinal, in chunks of `CHUNK_SPANS`; `SpanColumns` is one. */
export interface SpanSource<Column extends keyof SpanChunk = SourceColumn> {
  readonly size: number;
  readonly chunks: readonly Pick<SpanChunk, Column>[];
}

/** After the newest event there is. */
export const NEWEST = Number.POSITIVE_INFINITY;
