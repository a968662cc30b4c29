import type { Database } from 'better-sqlite3';
import type { RunProjection, Snapshot } from '../../journal/columns/run-projection.ts';
import { bytesOfSpans, CHUNK_SPANS, spanChunk } from '../../journal/columns/span-chunk.ts';
import { SpanColumns } from '../../journal/columns/span-columns.ts';

/** What was folded from the events of runs, as it is kept beside them. */
export class StoredProjections {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.statements = prepare(database);
  }

  /** The chunks that have changed, the names from place `named` on, and a snapshot of the same moment. */
  write(runKey: number, projection: RunProjection, named: number): void {
    const { putChunk, putName, setProjected } = this.statements;
    const { columns, changed, run } = projection;
    for (const chunk of changed) {
      const spans = columns.size - chunk * CHUNK_SPANS;
      putChunk.run(runKey, chunk, bytesOfSpans(columns.chunks[chunk]!, spans));
    }
    changed.clear();
    for (let place = named; place < columns.dictionary.length; place++)
      putName.run(runKey, place, columns.dictionary[place]);
    this.writeSnapshot(runKey, projection);
    setProjected.run(run.lastSeq, runKey);
  }

  writeSnapshot(runKey: number, projection: RunProjection): void {
    const snapshot = projection.snapshot();
    this.statements.putSnapshot.run(runKey, snapshot.run.lastSeq, JSON.stringify(snapshot));
  }

  /** The newest after which no event beyond `seq` has happened. */
  snapshotBefore(runKey: number, seq: number): Snapshot | undefined {
    const row = this.statements.snapshotBefore.get(runKey, seq) as { state: string } | undefined;
    return row && (JSON.parse(row.state) as Snapshot);
  }

  /** The columns after the event up to which a run is projected; nothing where it is not. */
  columns(runKey: number): { readonly columns: SpanColumns; readonly snapshot: Snapshot } | undefined {
    const { projected, chunks, names } = this.statements;
    const { seq } = projected.get(runKey) as { seq: number };
    const snapshot = seq > 0 ? this.snapshotBefore(runKey, seq) : undefined;
    if (snapshot?.run.lastSeq !== seq) return undefined;
    const bytes = (chunks.all(runKey) as { columns: Buffer }[]).map(({ columns }) => spanChunk(columns));
    const dictionary = (names.all(runKey) as { name: string }[]).map(({ name }) => name);
    return { columns: SpanColumns.from(bytes, snapshot.spans, dictionary), snapshot };
  }

  /** Nothing of it is kept any longer: it is folded anew from the events. */
  forget(runKey: number): void {
    const { dropChunks, dropNames, dropSnapshots, setProjected } = this.statements;
    for (const drop of [dropChunks, dropNames, dropSnapshots]) drop.run(runKey);
    setProjected.run(0, runKey);
  }
}

function prepare(database: Database) {
  return {
    putChunk: database.prepare(
      `INSERT INTO span_chunks (run_key, chunk, columns) VALUES (?, ?, ?)
       ON CONFLICT (run_key, chunk) DO UPDATE SET columns = excluded.columns`,
    ),
    putName: database.prepare('INSERT OR REPLACE INTO span_names (run_key, place, name) VALUES (?, ?, ?)'),
    putSnapshot: database.prepare('INSERT OR REPLACE INTO snapshots (run_key, seq, state) VALUES (?, ?, ?)'),
    setProjected: database.prepare('UPDATE runs SET projected_seq = ? WHERE key = ?'),
    projected: database.prepare('SELECT projected_seq AS seq FROM runs WHERE key = ?'),
    snapshotBefore: database.prepare(
      'SELECT state FROM snapshots WHERE run_key = ? AND seq <= ? ORDER BY seq DESC LIMIT 1',
    ),
    chunks: database.prepare('SELECT columns FROM span_chunks WHERE run_key = ? ORDER BY chunk'),
    names: database.prepare('SELECT name FROM span_names WHERE run_key = ? ORDER BY place'),
    dropChunks: database.prepare('DELETE FROM span_chunks WHERE run_key = ?'),
    dropNames: database.prepare('DELETE FROM span_names WHERE run_key = ?'),
    dropSnapshots: database.prepare('DELETE FROM snapshots WHERE run_key = ?'),
  };
}
