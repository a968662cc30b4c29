import type { RunId } from '../../base/ids.ts';
import { EVENT_VERSION, type BodyRef, type JournalEvent } from '../../journal/event.ts';
import type { EventRow } from './hash-chain.ts';

export interface StoredEventRow extends EventRow {
  readonly hash: Buffer;
}

/** The event of a row whose hash was verified. Throws where a newer Signalbox wrote it. */
export function rowToEvent(runId: RunId, row: StoredEventRow): JournalEvent {
  if (row.v > EVENT_VERSION) {
    throw new Error(
      `event ${row.seq} of run ${runId} has version ${row.v}; this Signalbox reads up to ${EVENT_VERSION}`,
    );
  }
  return {
    runId,
    seq: row.seq,
    at: row.at,
    wallTime: row.wall_time,
    spanId: row.span_id,
    ...(row.parent_id !== null && { parentSpanId: row.parent_id }),
    v: row.v,
    type: row.type,
    data: JSON.parse(row.data),
  } as JournalEvent;
}

/** The body that an event names: every kind of event keeps it under the same key. */
export function bodyOf(event: JournalEvent): BodyRef | undefined {
  return 'body' in event.data ? event.data.body : undefined;
}
