import { rowOf } from '../../../../core/journal/columns/span-chunk.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';

/** The event at which the next span begins; nothing where none does. */
export function nextSpanSeq({ columns, spans }: ShownRun, newest: ShownRun): number | undefined {
  return spans < newest.spans ? columns.chunkOf(spans).startSeq[rowOf(spans)] : undefined;
}

/** The newest event before the one that is shown at which a span began; nothing where it is the first. */
export function previousSpanSeq({ run, columns }: ShownRun): number | undefined {
  const before = columns.spansAt(run.lastSeq - 1);
  return before > 0 ? columns.chunkOf(before - 1).startSeq[rowOf(before - 1)] : undefined;
}
