import type { RunId } from '../../base/ids.ts';
import type { BodyRef, JournalEvent } from '../../journal/event.ts';
import { bodiesOfReport } from '../../journal/span-report.ts';
import { upcast } from '../../journal/upcast.ts';
import type { EventRow } from './hash-chain.ts';

export interface StoredEventRow extends EventRow {
  readonly hash: Buffer;
}

/** The event of a row whose hash was verified. Throws where a newer Signalbox wrote it. */
export function rowToEvent(runId: RunId, row: StoredEventRow): JournalEvent {
  const { v, type, data } = upcast({ v: row.v, type: row.type, data: JSON.parse(row.data) });
  return {
    runId,
    seq: row.seq,
    at: row.at,
    wallTime: row.wall_time,
    spanId: row.span_id,
    ...(row.parent_id !== null && { parentSpanId: row.parent_id }),
    v,
    type,
    data,
  } as JournalEvent;
}

/** The bodies that an event names: every kind of event but reports keeps its one body under the same key. */
export function bodiesOf(event: JournalEvent): readonly BodyRef[] {
  switch (event.type) {
    case 'span-reported':
    case 'telemetry-log-reported':
    case 'metrics-reported':
      return bodiesOfReport(event.data);
    default:
      return 'body' in event.data && event.data.body ? [event.data.body] : [];
  }
}
