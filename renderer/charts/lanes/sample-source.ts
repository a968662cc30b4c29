import {
  CHUNK_SPANS,
  chunkIndexOf,
  KINDS,
  rowOf,
  spanChunk,
  STATUSES,
  type SpanChunk,
} from '../../../core/journal/columns/span-chunk.ts';
import type { Span, SpanStatus } from '../../../core/journal/run-state.ts';

/** A span of a test: what it does not state is that of a call that went well. */
export interface SampleSpan {
  readonly start: number;
  /** Open without. */
  readonly end?: number;
  readonly parent?: number;
  readonly kind?: Span['kind'];
  readonly status?: SpanStatus;
  readonly startSeq?: number;
  readonly endSeq?: number;
  readonly name?: string;
  readonly cost?: number;
  readonly tokens?: number;
}

export interface SampleSource {
  readonly size: number;
  readonly chunks: readonly SpanChunk[];
  readonly dictionary: readonly string[];
}

/** Columns for tests. */
export function sampleSource(spans: readonly SampleSpan[]): SampleSource {
  const chunks = Array.from({ length: Math.ceil(spans.length / CHUNK_SPANS) }, () => spanChunk());
  const dictionary = ['', ...new Set(spans.map(({ name = 'span' }) => name))];
  for (const [ordinal, span] of spans.entries()) {
    const chunk = chunks[chunkIndexOf(ordinal)]!;
    const row = rowOf(ordinal);
    const isOpen = span.end === undefined;
    chunk.start[row] = span.start;
    chunk.end[row] = span.end ?? -1;
    chunk.parent[row] = span.parent ?? -1;
    chunk.kind[row] = KINDS.indexOf(span.kind ?? 'call');
    chunk.status[row] = STATUSES.indexOf(isOpen ? 'running' : (span.status ?? 'ok'));
    chunk.startSeq[row] = span.startSeq ?? ordinal + 1;
    chunk.endSeq[row] = isOpen ? 0 : (span.endSeq ?? spans.length + ordinal + 1);
    chunk.name[row] = dictionary.indexOf(span.name ?? 'span');
    chunk.cost[row] = span.cost ?? Number.NaN;
    chunk.outputTokens[row] = span.tokens ?? 0;
  }
  return { size: spans.length, chunks, dictionary };
}
