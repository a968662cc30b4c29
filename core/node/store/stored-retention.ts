import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import { NANOS_PER_MILLI } from '../../base/units.ts';
import { expiredRuns, type Deletable, type ExpiredRun } from '../../journal/retention.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { EVENTS_OF_A_RUN } from './event-row.ts';
import type { ReaderCalls } from './messages.ts';

/** What an event takes besides its data, and a snapshot and the columns of its span with it. Bytes, nearly. */
const EVENT_BYTES = 150;

/** Which runs of a journal are to go by its rules. */
export function expiredInJournal(
  database: Database,
  { rules, now }: ReaderCalls['expired'][0],
): readonly ExpiredRun[] {
  if (Object.values(rules).every((rule) => rule === undefined)) return [];
  const number = (sql: string) => database.prepare(sql).pluck().get() as number;
  const pragma = (name: string) => database.pragma(name, { simple: true }) as number;
  const eventsOf = database
    .prepare(`SELECT coalesce(sum(length(data) + ${EVENT_BYTES}), 0) FROM events WHERE key >= ? AND key < ?`)
    .pluck();
  // What other runs have, too, stays.
  const partsOf = database
    .prepare(
      `SELECT coalesce(sum(length(content)), 0) FROM blobs WHERE id IN (
         SELECT blob_id FROM run_blobs WHERE run_key = @key
       ) AND NOT EXISTS (SELECT 1 FROM run_blobs WHERE blob_id = id AND run_key <> @key)`,
    )
    .pluck();
  const bytesOf = (key: number) =>
    (eventsOf.get(key * EVENTS_OF_A_RUN, (key + 1) * EVENTS_OF_A_RUN) as number) +
    (partsOf.get({ key }) as number);
  const rows = database
    .prepare(
      `SELECT key, id, summary FROM runs
       WHERE open = 0 AND NOT EXISTS (SELECT 1 FROM pinned_runs WHERE run_key = key)
       ORDER BY started_at, key`,
    )
    .all() as { key: number; id: RunId; summary: string }[];
  return expiredRuns(deletables(rows, bytesOf), rules, {
    now,
    runs: number("SELECT count(*) FROM runs WHERE json_extract(summary, '$.source') <> 'host'"),
    bytes: (pragma('page_count') - pragma('freelist_count')) * pragma('page_size'),
  });
}

function* deletables(
  rows: Iterable<{ key: number; id: RunId; summary: string }>,
  bytesOf: (key: number) => number,
): Generator<Deletable> {
  for (const { key, id, summary } of rows) {
    const { name, source, startedAt, duration } = JSON.parse(summary) as RunSummary;
    const endedAt = startedAt + duration / NANOS_PER_MILLI;
    yield { id, name, endedAt, isHosts: source === 'host', bytes: () => bytesOf(key) };
  }
}
