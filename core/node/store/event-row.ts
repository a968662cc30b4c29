import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { upcast } from '../../journal/upcast.ts';
import type { EventRow } from './hash-chain.ts';
import { RowInserter } from './row-inserter.ts';

/** Events of a run before the next one's: the key of an event is its run's key times this, plus its `seq`. */
export const EVENTS_OF_A_RUN = 2 ** 32;

export interface StoredEventRow extends Omit<EventRow, 'seq'> {
  readonly key: number;
  readonly hash: Buffer;
  /** The event of the same span before it; 0 for none. */
  readonly previous: number;
}

/** What an event is read from where its hash is of no concern: a buffer for each of a million rows takes longest. */
export type UncheckedRow = Omit<StoredEventRow, 'hash' | 'previous'>;
export const UNCHECKED_COLUMNS = 'key, at, wall_time, span_id, parent_id, v, type, data';

/** The columns of a row in their order. */
type StoredColumns = readonly [
  key: number,
  at: number,
  wallTime: number,
  spanId: string,
  parentId: string | null,
  v: number,
  type: string,
  data: string,
  hash: Uint8Array,
  previous: number,
];

export type EventInserter = RowInserter<StoredColumns>;

export function eventInserter(database: Database): EventInserter {
  const columns = `${UNCHECKED_COLUMNS}, hash, previous`.split(', ');
  return new RowInserter<StoredColumns>(database, 'events', columns);
}

export function seqOf({ key }: Pick<StoredEventRow, 'key'>): number {
  return key % EVENTS_OF_A_RUN;
}

/** The event of a row; of one whose hash was verified, where it is given out. Throws where a newer Signalbox wrote it. */
export function rowToEvent(runId: RunId, row: UncheckedRow): JournalEvent {
  const { v, type, data } = upcast({ v: row.v, type: row.type, data: JSON.parse(row.data) });
  return {
    runId,
    seq: seqOf(row),
    at: row.at,
    wallTime: row.wall_time,
    spanId: row.span_id,
    ...(row.parent_id !== null && { parentSpanId: row.parent_id }),
    v,
    type,
    data,
  } as JournalEvent;
}
