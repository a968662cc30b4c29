import { CHUNK_SPANS } from '../../../core/journal/columns/span-chunk.ts';
import { NEWEST, type SpanSource } from './span-source.ts';
import { openTone, toneOf } from './tone.ts';

/** Instead of the tone of a span that did not exist at the moment that is shown. */
export const ABSENT = 255;

/** What lanes are packed from: by ordinal, in memory of its own, that can be given to another thread. */
export interface PlainSpans {
  /** Nanoseconds since the run's start; infinity for what did not exist yet. */
  readonly start: Float64Array;
  /** Not before the start, whatever a clock that differs reported; infinity while it was open. */
  readonly end: Float64Array;
  readonly parent: Int32Array;
  /** `ABSENT` of what did not exist yet. */
  readonly tone: Uint8Array;
}

/** The spans as they were after event `seq`. */
export function plainSpans(source: SpanSource, seq: number = NEWEST): PlainSpans {
  const { size } = source;
  const start = new Float64Array(size);
  const end = new Float64Array(size);
  const parent = new Int32Array(size);
  const tone = new Uint8Array(size);
  for (const [index, chunk] of source.chunks.entries()) {
    const first = index * CHUNK_SPANS;
    const rows = Math.min(CHUNK_SPANS, size - first);
    start.set(rows < CHUNK_SPANS ? chunk.start.subarray(0, rows) : chunk.start, first);
    parent.set(rows < CHUNK_SPANS ? chunk.parent.subarray(0, rows) : chunk.parent, first);
    const { endSeq, kind, status, startSeq } = chunk;
    for (let row = 0; row < rows; row++) {
      const ended = endSeq[row]!;
      const isOpen = ended === 0 || ended > seq;
      end[first + row] = isOpen ? Number.POSITIVE_INFINITY : Math.max(chunk.start[row]!, chunk.end[row]!);
      tone[first + row] = isOpen ? openTone(kind[row]!) : toneOf(kind[row]!, status[row]!);
      if (startSeq[row]! <= seq) continue;
      start[first + row] = Number.POSITIVE_INFINITY;
      tone[first + row] = ABSENT;
    }
  }
  return { start, end, parent, tone };
}
