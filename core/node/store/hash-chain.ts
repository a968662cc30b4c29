import { createHash } from 'node:crypto';
import type { RunId } from '../../base/ids.ts';

/** The columns of an event that its hash is taken over, `data` as the very text of the row. */
export interface EventRow {
  readonly seq: number;
  readonly at: number;
  readonly wall_time: number;
  readonly span_id: string;
  readonly parent_id: string | null;
  readonly v: number;
  readonly type: string;
  readonly data: string;
}

/** What stands before the first event of a run. */
export function chainStart(runId: RunId): Buffer {
  return createHash('sha256').update(`signalbox journal 1\n${runId}`).digest();
}

/** SHA-256 over the hash before, the other columns as a JSON array, a line feed, and the data as stored. */
export function chainNext(before: Uint8Array, row: EventRow): Buffer {
  // The array as JSON writes it: ids and types have nothing to be escaped.
  const parent = row.parent_id === null ? 'null' : `"${row.parent_id}"`;
  const head = `[${row.seq},${row.at},${row.wall_time},"${row.span_id}",${parent},${row.v},"${row.type}"]`;
  return createHash('sha256').update(before).update(`${head}\n${row.data}`).digest();
}
