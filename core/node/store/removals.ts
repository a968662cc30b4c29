import type { Database, Statement } from 'better-sqlite3';
import { EVENTS_OF_A_RUN } from './event-row.ts';
import type { IdleWork } from './idle-steps.ts';

/** For how long something is begun in one transaction. */
const STEP_MS = 4;

/**
 * Removes what deleted runs have left. They are gone for whoever reads as soon as their rows are; what belongs to them
 * goes a little at a time, between commits, and goes on when the file is opened again.
 */
export class Removals implements IdleWork {
  private readonly database: Database;
  private readonly next: Statement;
  private readonly done: Statement;
  /** In this order; each returns how many rows of a run it has removed. */
  private readonly removers: readonly ((runKey: number) => number)[];

  constructor(database: Database) {
    this.database = database;
    this.next = database.prepare('SELECT run_key FROM removals ORDER BY run_key LIMIT 1').pluck();
    this.done = database.prepare('DELETE FROM removals WHERE run_key = ?');
    this.removers = [
      // The rowids that a table without content has are those of its sizes.
      byEventKey(
        database,
        'DELETE FROM texts WHERE rowid IN (SELECT id FROM texts_docsize WHERE id >= ? AND id < ? LIMIT 64)',
      ),
      byEventKey(
        database,
        'DELETE FROM events WHERE key IN (SELECT key FROM events WHERE key >= ? AND key < ? LIMIT 128)',
      ),
      partsOf(database),
      byRunKey(database, 'span_chunks', 'chunk', 8),
      byRunKey(database, 'span_names', 'place', 256),
      byRunKey(database, 'snapshots', 'seq', 32),
    ];
  }

  /** One short transaction. False where nothing is left to be done. */
  step(): boolean {
    const until = performance.now() + STEP_MS;
    return this.database.transaction(() => {
      for (;;) {
        const runKey = this.next.get() as number | undefined;
        if (runKey === undefined) return false;
        if (this.removers.every((remove) => remove(runKey) === 0)) this.done.run(runKey);
        if (performance.now() >= until) return true;
      }
    })();
  }
}

function byEventKey(database: Database, sql: string): (runKey: number) => number {
  const statement = database.prepare(sql);
  return (runKey) => statement.run(runKey * EVENTS_OF_A_RUN, (runKey + 1) * EVENTS_OF_A_RUN).changes;
}

function byRunKey(
  database: Database,
  table: string,
  column: string,
  together: number,
): (runKey: number) => number {
  const statement = database.prepare(
    `DELETE FROM ${table} WHERE run_key = @key AND ${column} IN (
       SELECT ${column} FROM ${table} WHERE run_key = @key LIMIT ${together}
     )`,
  );
  return (key) => statement.run({ key }).changes;
}

/** The parts of bodies that no other run has, too. */
function partsOf(database: Database): (runKey: number) => number {
  const select = database.prepare('SELECT number, blob_id AS blob FROM run_blobs WHERE run_key = ? LIMIT 64');
  const unlink = database.prepare('DELETE FROM run_blobs WHERE run_key = ? AND number = ?');
  const deleteIfOrphan = database.prepare(
    'DELETE FROM blobs WHERE id = @id AND NOT EXISTS (SELECT 1 FROM run_blobs WHERE blob_id = @id)',
  );
  return (runKey) => {
    const parts = select.all(runKey) as { number: number; blob: number }[];
    for (const { number, blob } of parts) {
      unlink.run(runKey, number);
      deleteIfOrphan.run({ id: blob });
    }
    return parts.length;
  };
}
