import { zstdCompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { fold } from '../../journal/fold.ts';
import type { RunState, RunSummary } from '../../journal/run-state.ts';
import { chainNext, chainStart, type EventRow } from './hash-chain.ts';
import { bodiesOf, rowToEvent, type StoredEventRow } from './event-row.ts';
import type { NewBlob, WriterCalls } from './messages.ts';

/** Smaller parts are stored as they are: compression would not pay. */
const SMALLEST_COMPRESSED = 256;

/** A run that may still get events: its folded state and the end of its chain. */
interface OpenRun {
  readonly key: number;
  readonly state: RunState;
  readonly hash: Buffer;
}

/** Everything that writes: events, their chain, the blobs, and the rows folded from the events. */
export class Writer {
  private readonly database: Database;
  private readonly open = new Map<RunId, OpenRun>();
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.database = database;
    this.statements = prepare(database);
    this.interruptOpenRuns();
  }

  /** All or nothing, in one transaction; returns the rows of the runs that changed. */
  append({ events, blobs }: WriterCalls['append'][0]): readonly RunSummary[] {
    const changed = new Map<RunId, OpenRun>();
    this.database.transaction(() => {
      const blobIds = new Map(blobs.map((blob) => [blob.hash, this.insertBlob(blob)]));
      for (const [runId, batch] of groupByRun(events)) {
        changed.set(runId, this.appendToRun(runId, batch, blobIds));
      }
    })();
    for (const [runId, run] of changed) {
      if (run.state.run.status === 'running') this.open.set(runId, run);
      else this.open.delete(runId);
    }
    return [...changed.values()].map((run) => run.state.run);
  }

  deleteRun(runId: RunId): WriterCalls['deleteRun'][1] {
    if (this.open.has(runId)) return 'still-running';
    return this.database.transaction(() => {
      const row = this.statements.findRun.get(runId) as { key: number } | undefined;
      if (!row) return 'not-found';
      const blobs = this.statements.blobsOfRun.all(row.key) as { blob_id: number }[];
      this.statements.deleteRun.run(row.key);
      for (const { blob_id } of blobs) this.statements.deleteBlobIfOrphan.run({ id: blob_id });
      return 'deleted' as const;
    })();
  }

  close(): undefined {
    this.database.pragma('wal_checkpoint(TRUNCATE)');
    this.database.close();
    return undefined;
  }

  private appendToRun(runId: RunId, events: readonly JournalEvent[], blobIds: Map<string, number>): OpenRun {
    const before = this.open.get(runId);
    const state = fold(before?.state, events);
    const key = before?.key ?? this.insertRun(state.run);
    let hash = before?.hash ?? chainStart(runId);
    for (const event of events) {
      const row = eventToRow(event);
      hash = chainNext(hash, row);
      this.statements.insertEvent.run({ run_key: key, ...row, hash });
      for (const part of bodiesOf(event).flatMap(({ parts }) => parts)) {
        const blobId = blobIds.get(part) ?? this.findBlob(part);
        if (blobId === undefined)
          throw new Error(`event ${event.seq} of run ${runId} names a body part that was never sent`);
        this.statements.insertRunBlob.run(key, blobId);
      }
    }
    for (const span of changedSpans(before?.state, state)) {
      this.statements.upsertSpan.run(key, span.index, span.id, JSON.stringify(span));
    }
    const open = state.run.status === 'running' ? 1 : 0;
    this.statements.updateRun.run(open, JSON.stringify(state.run), key);
    // Its lines are in its events, and nothing that is written here comes of them again.
    return { key, state: { ...state, logs: [] }, hash };
  }

  private insertRun(run: RunSummary): number {
    return Number(this.statements.insertRun.run(run.id, run.startedAt, JSON.stringify(run)).lastInsertRowid);
  }

  private insertBlob({ hash, content }: NewBlob): number {
    const known = this.findBlob(hash);
    if (known !== undefined) return known;
    const packed = content.length >= SMALLEST_COMPRESSED ? zstdCompressSync(content) : undefined;
    const smaller = packed !== undefined && packed.length < content.length;
    const result = this.statements.insertBlob.run(
      Buffer.from(hash, 'hex'),
      smaller ? 'zstd' : 'raw',
      smaller ? packed : content,
    );
    return Number(result.lastInsertRowid);
  }

  private findBlob(hash: string): number | undefined {
    return (this.statements.findBlob.get(Buffer.from(hash, 'hex')) as { id: number } | undefined)?.id;
  }

  /** A run that was open when its host died gets the one event that was missing. */
  private interruptOpenRuns(): void {
    const rows = this.statements.openRuns.all() as { key: number; id: RunId }[];
    for (const { key, id } of rows) {
      const stored = this.statements.runEvents.all(key) as StoredEventRow[];
      const events = stored.map((row) => rowToEvent(id, row));
      const last = events.at(-1)!;
      const root = events[0]!.spanId;
      this.open.set(id, { key, state: fold(undefined, events), hash: stored.at(-1)!.hash });
      const { at, v } = last;
      const data = { status: 'interrupted', reason: 'the host stopped while the run was open' } as const;
      const wallTime = Date.now();
      this.append({
        events: [{ runId: id, seq: last.seq + 1, at, wallTime, spanId: root, v, type: 'run-ended', data }],
        blobs: [],
      });
    }
  }
}

function groupByRun(events: readonly JournalEvent[]): ReadonlyMap<RunId, JournalEvent[]> {
  return Map.groupBy(events, (event) => event.runId);
}

function* changedSpans(before: RunState | undefined, after: RunState) {
  for (const [id, span] of after.spans) if (before?.spans.get(id) !== span) yield span;
}

function eventToRow(event: JournalEvent): EventRow {
  return {
    seq: event.seq,
    at: event.at,
    wall_time: event.wallTime,
    span_id: event.spanId,
    parent_id: event.parentSpanId ?? null,
    v: event.v,
    type: event.type,
    data: JSON.stringify(event.data),
  };
}

function prepare(database: Database) {
  return {
    insertRun: database.prepare('INSERT INTO runs (id, started_at, open, summary) VALUES (?, ?, 1, ?)'),
    updateRun: database.prepare('UPDATE runs SET open = ?, summary = ? WHERE key = ?'),
    findRun: database.prepare('SELECT key FROM runs WHERE id = ?'),
    deleteRun: database.prepare('DELETE FROM runs WHERE key = ?'),
    blobsOfRun: database.prepare('SELECT blob_id FROM run_blobs WHERE run_key = ?'),
    deleteBlobIfOrphan: database.prepare(
      'DELETE FROM blobs WHERE id = @id AND NOT EXISTS (SELECT 1 FROM run_blobs WHERE blob_id = @id)',
    ),
    openRuns: database.prepare('SELECT key, id FROM runs WHERE open = 1'),
    runEvents: database.prepare('SELECT * FROM events WHERE run_key = ? ORDER BY seq'),
    insertEvent: database.prepare(
      `INSERT INTO events (run_key, seq, at, wall_time, span_id, parent_id, v, type, data, hash)
       VALUES (@run_key, @seq, @at, @wall_time, @span_id, @parent_id, @v, @type, @data, @hash)`,
    ),
    upsertSpan: database.prepare(
      `INSERT INTO spans (run_key, ordinal, id, span) VALUES (?, ?, ?, ?)
       ON CONFLICT (run_key, ordinal) DO UPDATE SET span = excluded.span`,
    ),
    insertBlob: database.prepare('INSERT INTO blobs (hash, encoding, content) VALUES (?, ?, ?)'),
    findBlob: database.prepare('SELECT id FROM blobs WHERE hash = ?'),
    insertRunBlob: database.prepare('INSERT OR IGNORE INTO run_blobs (run_key, blob_id) VALUES (?, ?)'),
  };
}
