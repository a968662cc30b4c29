import { SqliteError, type Database } from 'better-sqlite3';
import { concat } from '../../base/bytes.ts';
import type { RunId } from '../../base/ids.ts';
import { knownAfter, type ColumnChanges } from '../../journal/columns/column-changes.ts';
import { encodeChanges } from '../../journal/columns/columns-document.ts';
import { EVENT_VERSION, type JournalEvent } from '../../journal/event.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import type { EventBatch, NewPart } from './event-batch.ts';
import type { StoredRun } from './checked-events.ts';
import { eventInserter, type EventInserter } from './event-row.ts';
import type { EncodedChanges, WriterCalls } from './messages.ts';
import { NewParts } from './new-parts.ts';
import { IMPORTING, OPEN, RunWriter, runWriterParts, type RunWriterParts } from './run-writer.ts';

/** Runs that have ended and whose followers were not told yet; those of earlier ones get all of it anew. */
const ENDED_KEPT = 2;

/** Everything that writes: events, their chain, the parts of bodies, and what is folded from the events. */
export class Writer {
  private readonly database: Database;
  private readonly open = new Map<RunId, RunWriter>();
  private readonly ended = new Map<RunId, RunWriter>();
  private readonly statements: ReturnType<typeof prepare>;
  private readonly inserter: EventInserter;
  private readonly newParts: NewParts;
  private readonly parts: RunWriterParts;
  private readonly pinned: Set<RunId>;

  constructor(database: Database) {
    this.database = database;
    this.statements = prepare(database);
    this.inserter = eventInserter(database);
    this.newParts = new NewParts(database);
    this.parts = runWriterParts(database, this.inserter);
    this.pinned = new Set(this.statements.pinnedRuns.all() as RunId[]);
  }

  isKnown(runId: RunId): boolean {
    return this.statements.findRun.get(runId) !== undefined;
  }

  /** All or nothing, in one transaction; returns the rows of the runs that changed. Nobody sees an import before it has ended. */
  append(batches: readonly EventBatch[], isImport = false): readonly RunSummary[] {
    try {
      return this.database.transaction(() => this.appendNow(batches, isImport))();
    } catch (error) {
      // What was folded of it was not written: both are read again when they are needed.
      this.open.clear();
      this.ended.clear();
      this.inserter.forget();
      this.newParts.forget();
      throw error;
    }
  }

  /** Keeps all that is folded of a run, so that readers find it; one of an older format is folded anew. */
  project(runId: RunId): undefined {
    const row = this.statements.findRun.get(runId) as { key: number; seq: number } | undefined;
    if (!row) return undefined;
    const open = this.open.get(runId);
    if (!open && row.seq > 0) return undefined;
    this.database.transaction(() => {
      const run = open ?? RunWriter.resume({ key: row.key, id: runId }, this.parts, false);
      if (run.run.lastSeq > row.seq) run.writeProjection();
    })();
    return undefined;
  }

  /** What has changed in the columns of a run that is open, or has just ended, as a document. */
  changes({ run: id, known }: WriterCalls['changes'][0]): EncodedChanges | undefined {
    const run = this.open.get(id) ?? this.ended.get(id);
    if (!run) return undefined;
    run.isFollowed = true;
    this.ended.delete(id);
    const changes = run.changesSince(known);
    return changes && encoded(changes);
  }

  /** Takes away an import that has not ended: nothing of it was to be seen. */
  discard(runId: RunId): undefined {
    if (this.statements.openAs.get(runId) !== IMPORTING) return;
    this.open.delete(runId);
    this.deleteRun(runId);
  }

  /** It is gone at once; what belongs to it is removed later. */
  deleteRun(runId: RunId): WriterCalls['deleteRun'][1] {
    if (this.open.has(runId)) return 'still-running';
    return this.database.transaction(() => {
      const row = this.statements.findRun.get(runId) as { key: number } | undefined;
      if (!row) return 'not-found';
      this.statements.deleteRun.run(row.key);
      this.statements.unpin.run(row.key);
      this.newParts.forgetKnown();
      this.pinned.delete(runId);
      this.ended.delete(runId);
      return 'deleted' as const;
    })();
  }

  setPinned({ run, pinned }: WriterCalls['setPinned'][0]): boolean {
    const row = this.statements.findRun.get(run) as { key: number } | undefined;
    if (!row) return false;
    const { pin, unpin } = this.statements;
    (pinned ? pin : unpin).run(row.key);
    if (pinned) this.pinned.add(run);
    else this.pinned.delete(run);
    return true;
  }

  close(): undefined {
    this.database.transaction(() => {
      for (const run of this.open.values()) run.writeProjection();
    })();
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    this.database.close();
    return undefined;
  }

  private appendNow(batches: readonly EventBatch[], isImport: boolean): readonly RunSummary[] {
    const runs = new Set<RunWriter>();
    for (const batch of batches) for (const run of this.appendBatch(batch, isImport)) runs.add(run);
    this.inserter.flush();
    this.newParts.flush();
    for (const run of runs) {
      this.statements.updateRun.run(run.open, JSON.stringify(run.run), run.stored.key);
      if (run.open === 0) this.keepEnded(run);
    }
    return [...runs].map(({ run }) => (this.pinned.has(run.id) ? { ...run, pinned: true } : { ...run }));
  }

  /** Whoever follows a run is still to hear how it ended. */
  private keepEnded(run: RunWriter): void {
    this.open.delete(run.stored.id);
    if (!run.isFollowed) return;
    if (this.ended.size >= ENDED_KEPT) this.ended.delete(this.ended.keys().next().value!);
    this.ended.set(run.stored.id, run);
  }

  private appendBatch(batch: EventBatch, isImport: boolean): readonly RunWriter[] {
    const runs = batch.runs.map((id) => this.runOf(id, batch, isImport));
    for (const part of batch.parts) this.keepPart(part);
    for (let index = 0; index < batch.seq.length; index++) {
      const run = runs[batch.run[index]!]!;
      const row = {
        seq: batch.seq[index]!,
        at: batch.at[index]!,
        wall_time: batch.wallTime[index]!,
        span_id: batch.spanId[index]!,
        parent_id: batch.parentSpanId[index]!,
        v: batch.v[index]!,
        type: batch.type[index]!,
        data: batch.data[index]!,
      };
      run.append(eventOf(run.stored.id, row), row);
      run.snapshotIfDue();
    }
    return runs;
  }

  /** A run that is open, that was open before a batch failed, or that begins with this one. */
  private runOf(id: RunId, batch: EventBatch, isImport: boolean): RunWriter {
    const known = this.open.get(id);
    if (known) return known;
    const row = this.statements.findRun.get(id) as { key: number } | undefined;
    const run = row
      ? RunWriter.resume({ key: row.key, id }, this.parts, isImport)
      : RunWriter.create({ key: this.insertRun(id, batch), id }, this.parts, isImport);
    this.open.set(id, run);
    return run;
  }

  private insertRun(id: RunId, { runs, run, wallTime }: EventBatch): number {
    const startedAt = wallTime[run.indexOf(runs.indexOf(id))] ?? 0;
    return Number(this.statements.insertRun.run(id, startedAt).lastInsertRowid);
  }

  private keepPart(part: NewPart): void {
    const { run } = part;
    const key = this.open.get(run)?.stored.key ?? (this.statements.findOpen.get(run) as number | undefined);
    // Of a run that has ended nothing more is said.
    if (key !== undefined) this.newParts.add(key, part);
  }

  /** A run that was open when its host died gets the one event that was missing; an import that was not done is gone. */
  interruptOpenRuns(): void {
    for (const { id } of this.statements.importing.all() as { id: RunId }[]) this.deleteRun(id);
    const rows = this.statements.openRuns.all() as StoredRun[];
    for (const run of rows) {
      try {
        this.append([this.interruption(run)]);
      } catch (error) {
        if (error instanceof SqliteError) throw error;
        // Its events are not what was recorded, as whoever reads them is told: nothing can follow them.
        this.statements.giveUp.run(error instanceof Error ? error.message : String(error), run.key);
      }
    }
  }

  private interruption({ key, id }: StoredRun): EventBatch {
    const { lastSeq } = RunWriter.resume({ key, id }, this.parts, false).run;
    const last = this.parts.events.read({ key, id }, lastSeq).event;
    const root = this.parts.events.read({ key, id }, 1).event.spanId;
    const data = { status: 'interrupted', reason: 'the host stopped while the run was open' };
    return {
      runs: [id],
      run: [0],
      seq: [lastSeq + 1],
      at: [last.at],
      wallTime: [Date.now()],
      spanId: [root],
      parentSpanId: [null],
      v: [EVENT_VERSION],
      type: ['run-ended'],
      data: [JSON.stringify(data)],
      parts: [],
    };
  }
}

/** In memory of its own: the columns go on changing. */
function encoded(changes: ColumnChanges): EncodedChanges {
  const bytes = concat([...encodeChanges(changes)]);
  return { pieces: [bytes], known: knownAfter(changes), ended: changes.run.status !== 'running' };
}

function eventOf(runId: RunId, row: Parameters<RunWriter['append']>[1]): JournalEvent {
  const { seq, at, wall_time: wallTime, span_id: spanId, parent_id: parentSpanId, v, type } = row;
  const envelope = { runId, seq, at, wallTime, spanId, v, type, data: JSON.parse(row.data) as unknown };
  return (parentSpanId === null ? envelope : { ...envelope, parentSpanId }) as JournalEvent;
}

function prepare(database: Database) {
  return {
    // A key that a deleted run had is not given again before all that it has left is gone.
    insertRun: database.prepare(
      `INSERT INTO runs (key, id, started_at, open, summary) VALUES (
         1 + max(
           coalesce((SELECT max(key) FROM runs), 0),
           coalesce((SELECT max(run_key) FROM removals), 0)
         ), ?, ?, 1, '{}'
       )`,
    ),
    updateRun: database.prepare('UPDATE runs SET open = ?, summary = ? WHERE key = ?'),
    findRun: database.prepare('SELECT key, projected_seq AS seq FROM runs WHERE id = ?'),
    deleteRun: database.prepare('DELETE FROM runs WHERE key = ?'),
    openAs: database.prepare('SELECT open FROM runs WHERE id = ?').pluck(),
    findOpen: database.prepare('SELECT key FROM runs WHERE id = ? AND open > 0').pluck(),
    openRuns: database.prepare(`SELECT key, id FROM runs WHERE open = ${OPEN}`),
    importing: database.prepare(`SELECT id FROM runs WHERE open = ${IMPORTING}`),
    pinnedRuns: database.prepare('SELECT id FROM runs JOIN pinned_runs ON run_key = key').pluck(),
    pin: database.prepare('INSERT OR IGNORE INTO pinned_runs (run_key) VALUES (?)'),
    unpin: database.prepare('DELETE FROM pinned_runs WHERE run_key = ?'),
    giveUp: database.prepare(
      `UPDATE runs SET open = 0, summary = json_set(summary, '$.status', 'interrupted', '$.reason', ?)
       WHERE key = ? AND json_valid(summary)`,
    ),
  };
}
