import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import type { Nanos } from '../../base/units.ts';
import type { ChainedEvent } from '../../journal/columns/load-span.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { firstSeqOf } from '../../journal/fold.ts';
import { EVENTS_OF_A_RUN, rowToEvent, seqOf, type StoredEventRow } from './event-row.ts';
import { chainNext, chainStart, type EventRow } from './hash-chain.ts';

/** A run where it is kept. */
export interface StoredRun {
  readonly key: number;
  readonly id: RunId;
}

/** So many rows are read at once: one after the other takes twice as long. */
const FEW = 1_024;

/** Reads events whose hash is right; one that is not is an error with its place, never an answer. */
export class CheckedEvents {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.statements = prepare(database);
  }

  /** One event of a run that has it, and which of its span came before. */
  readonly read = (run: StoredRun, seq: number): ChainedEvent => {
    const row = this.statements.one.get(run.key * EVENTS_OF_A_RUN + seq) as StoredEventRow | undefined;
    if (!row) throw missing(run.id, seq);
    checkedHash(run.id, row, this.hashAt(run, seq - 1));
    return { event: rowToEvent(run.id, row), previous: row.previous };
  };

  /** At most `limit` from `from` on. */
  list(run: StoredRun, from: number, limit: number): readonly JournalEvent[] {
    return [...this.iterate(run, from, limit)];
  }

  *iterate(run: StoredRun, from: number, limit: number): Generator<JournalEvent, void> {
    const first = run.key * EVENTS_OF_A_RUN;
    let hash = this.hashAt(run, from - 1);
    let expected = from;
    // Opened last: only the loop closes it, whatever goes wrong.
    const bounds = [first + from, first + EVENTS_OF_A_RUN, limit];
    const { range } = this.statements;
    const rows = limit >= 0 && limit <= FEW ? range.all(...bounds) : range.iterate(...bounds);
    for (const row of rows as Iterable<StoredEventRow>) {
      const seq = seqOf(row);
      if (seq !== expected && row.type !== 'recording-gap') throw missing(run.id, expected);
      hash = checkedHash(run.id, row, hash);
      const event = rowToEvent(run.id, row);
      // Whoever asks for an event within a gap gets the gap.
      if (firstSeqOf(event) > expected) throw missing(run.id, expected);
      yield event;
      expected = seq + 1;
    }
  }

  /** The newest event of a run at a time since its start, at most `last`; 0 where nothing had happened. */
  seqAt(run: StoredRun, last: number, at: Nanos): number {
    const first = run.key * EVENTS_OF_A_RUN;
    let [from, to] = [0, last];
    while (from < to) {
      const middle = Math.ceil((from + to) / 2);
      // A gap stands for several events in one row, the last of them.
      const row = this.statements.time.get(first + middle, first + EVENTS_OF_A_RUN) as { at: Nanos };
      if (row.at <= at) from = middle;
      else to = middle - 1;
    }
    return from;
  }

  /** The event that follows another; nothing where none does. */
  seqAfter(run: StoredRun, seq: number): number | undefined {
    const first = run.key * EVENTS_OF_A_RUN;
    const row = this.statements.next.get(first + seq, first + EVENTS_OF_A_RUN) as { key: number } | undefined;
    return row && seqOf(row);
  }

  /** As they are kept. */
  *rows(run: StoredRun, from: number, limit: number): Generator<EventRow & { readonly hash: string }, void> {
    const first = run.key * EVENTS_OF_A_RUN;
    const rows = this.statements.range.all(first + from, first + EVENTS_OF_A_RUN, limit) as StoredEventRow[];
    let before = this.hashAt(run, from - 1);
    for (const row of rows) {
      before = checkedHash(run.id, row, before);
      const { key: _, previous: __, hash, ...columns } = row;
      yield { seq: seqOf(row), ...columns, hash: hash.toString('hex') };
    }
  }

  /** The hash after event `seq`; within a gap, that before it. */
  hashAt(run: StoredRun, seq: number): Buffer {
    const first = run.key * EVENTS_OF_A_RUN;
    const row = this.statements.hash.get(first + seq, first) as { hash: Buffer } | undefined;
    return row?.hash ?? chainStart(run.id);
  }
}

function checkedHash(run: RunId, row: StoredEventRow, before: Uint8Array): Buffer {
  const seq = seqOf(row);
  const hash = chainNext(before, { ...row, seq });
  if (hash.equals(row.hash)) return hash;
  throw new Error(`run ${run}: event ${seq} is not what was recorded; the journal was changed or damaged`);
}

function missing(run: RunId, seq: number): Error {
  return new Error(`run ${run}: event ${seq} is missing from the journal`);
}

function prepare(database: Database) {
  return {
    next: database.prepare('SELECT key FROM events WHERE key > ? AND key < ? ORDER BY key LIMIT 1'),
    time: database.prepare('SELECT at FROM events WHERE key >= ? AND key < ? ORDER BY key LIMIT 1'),
    one: database.prepare('SELECT * FROM events WHERE key = ?'),
    hash: database.prepare('SELECT hash FROM events WHERE key <= ? AND key > ? ORDER BY key DESC LIMIT 1'),
    range: database.prepare('SELECT * FROM events WHERE key >= ? AND key < ? ORDER BY key LIMIT ?'),
  };
}
