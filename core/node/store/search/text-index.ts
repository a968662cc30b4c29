import type { Database } from 'better-sqlite3';
import type { RunId, SpanId } from '../../../base/ids.ts';
import { logReader } from '../../../journal/log-lines.ts';
import type { RunSummary } from '../../../journal/run-state.ts';
import { spaced } from '../../../query/search-words.ts';
import { CheckedBodies } from '../bodies.ts';
import type { IdleWork } from '../idle-steps.ts';
import { EVENTS_OF_A_RUN, rowToEvent, seqOf, UNCHECKED_COLUMNS, type UncheckedRow } from '../event-row.ts';
import { textOfEvent } from './event-text.ts';

/** For how long something is begun in one transaction, and of how many events of a run at once. */
const STEP_EVENTS = 256;
const STEP_MS = 4;

/** The full text of runs, written step by step behind their events; how far it is, is in the same transaction. */
export class TextIndex implements IdleWork {
  private readonly database: Database;
  private readonly bodies: CheckedBodies;
  private readonly statements: ReturnType<typeof prepare>;
  private readonly waiting = new Set<RunId>();

  constructor(database: Database) {
    this.database = database;
    this.bodies = new CheckedBodies(database);
    this.statements = prepare(database);
    this.noteUnfinished();
  }

  /** The run has events that are not indexed. */
  note(run: RunId): void {
    this.waiting.add(run);
  }

  /** One short transaction. False where nothing is left to be done. */
  step(): boolean {
    const until = performance.now() + STEP_MS;
    try {
      return this.database.transaction(() => {
        let isLeft = this.workOn(until);
        while (isLeft && performance.now() < until) isLeft = this.workOn(until);
        return isLeft;
      })();
    } catch (error) {
      // Nothing of it was written: the runs are where the file says.
      this.noteUnfinished();
      throw error;
    }
  }

  private noteUnfinished(): void {
    for (const { id } of this.statements.unfinished.all() as { id: RunId }[]) this.waiting.add(id);
  }

  private workOn(until: number): boolean {
    const [run] = this.waiting;
    if (run === undefined) return false;
    this.indexSome(run, until);
    return true;
  }

  private indexSome(id: RunId, until: number): void {
    const { find, root, events, insert, setIndexed } = this.statements;
    const run = find.get(id) as { key: number; seq: number; open: number; summary: string } | undefined;
    if (!run) return void this.waiting.delete(id);
    const first = run.key * EVENTS_OF_A_RUN;
    const { spanId } = root.get(first + 1) as { spanId: SpanId };
    const lineOf = logReader(JSON.parse(run.summary) as RunSummary, spanId);
    let { seq } = run;
    let isWhole = true;
    const rows = events.all(first + seq, first + EVENTS_OF_A_RUN, STEP_EVENTS + 1) as UncheckedRow[];
    for (const row of rows) {
      if (seq > run.seq && (seq - run.seq >= STEP_EVENTS || performance.now() > until)) {
        isWhole = false;
        break;
      }
      seq = seqOf(row);
      const text = this.textOf(run.key, id, row, lineOf);
      if (text && (text.log !== '' || text.body !== ''))
        insert.run(row.key, spaced(text.log), spaced(text.body));
    }
    const isDone = isWhole && run.open === 0;
    if (isWhole) this.waiting.delete(id);
    if (seq > run.seq || isDone) setIndexed.run(isDone ? -1 : seq, run.key);
  }

  /** Nothing of an event that cannot be read: that is found out, and said, where it is asked for. */
  private textOf(runKey: number, id: RunId, row: UncheckedRow, lineOf: ReturnType<typeof logReader>) {
    const seq = seqOf(row);
    try {
      const event = rowToEvent(id, row);
      return textOfEvent(
        runKey,
        event,
        lineOf(event),
        this.bodies,
        ({ number, indexedAt }) =>
          indexedAt === 0 && this.statements.claim.run(seq, runKey, number).changes === 1,
      );
    } catch {
      return undefined;
    }
  }
}

function prepare(database: Database) {
  return {
    unfinished: database.prepare('SELECT id FROM runs WHERE indexed_seq >= 0 ORDER BY key DESC'),
    find: database.prepare('SELECT key, indexed_seq AS seq, open, summary FROM runs WHERE id = ?'),
    root: database.prepare('SELECT span_id AS spanId FROM events WHERE key = ?'),
    events: database.prepare(
      `SELECT ${UNCHECKED_COLUMNS} FROM events WHERE key > ? AND key < ? ORDER BY key LIMIT ?`,
    ),
    insert: database.prepare('INSERT INTO texts (rowid, log, body) VALUES (?, ?, ?)'),
    claim: database.prepare(
      'UPDATE run_blobs SET indexed_seq = ? WHERE run_key = ? AND number = ? AND indexed_seq = 0',
    ),
    setIndexed: database.prepare('UPDATE runs SET indexed_seq = ? WHERE key = ?'),
  };
}
