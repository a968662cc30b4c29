import { CHUNK_SPANS, STATUSES } from '../../../../core/journal/columns/span-chunk.ts';
import type { ShownRun } from '../../../stores/shown-run.ts';

/** How much began in each part of a run's time, and how much of that failed. */
export interface Density {
  readonly begun: Uint32Array;
  readonly failed: Uint32Array;
}

/** The time of a run in so many equal parts; what began at its very end is in the last. */
export function densityOf({ run, columns, spans }: ShownRun, parts: number): Density {
  const begun = new Uint32Array(parts);
  const failed = new Uint32Array(parts);
  const error = STATUSES.indexOf('error');
  const scale = parts / Math.max(1, run.duration);
  for (const [index, { start, status }] of columns.chunks.entries()) {
    const inChunk = Math.min(spans - index * CHUNK_SPANS, CHUNK_SPANS);
    for (let row = 0; row < inChunk; row++) {
      const part = Math.min(parts - 1, Math.floor(start[row]! * scale));
      begun[part]! += 1;
      if (status[row] === error) failed[part]! += 1;
    }
  }
  return { begun, failed };
}
