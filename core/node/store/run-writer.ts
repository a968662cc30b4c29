import type { Database } from 'better-sqlite3';
import { changesSince, type ColumnChanges, type KnownColumns } from '../../journal/columns/column-changes.ts';
import { RunProjection } from '../../journal/columns/run-projection.ts';
import type { JournalEvent } from '../../journal/event.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { CheckedEvents, type StoredRun } from './checked-events.ts';
import { EVENTS_OF_A_RUN, type EventInserter } from './event-row.ts';
import { chainNext, chainStart, type EventRow } from './hash-chain.ts';
import { StoredProjections } from './stored-projections.ts';

/** Events between two snapshots, and snapshots between two at which the columns are written too. */
const SNAPSHOT_EVENTS = 512;
const SNAPSHOTS_TO_COLUMNS = 16;
/** A snapshot holds every open span: there are at least so many events for each between two of them. */
const EVENTS_TO_OPEN_SPAN = 8;

/** What `runs.open` says: 0 for what has ended. An import that has not ended is nobody's run yet. */
export const OPEN = 1;
export const IMPORTING = 2;

/** What all runs are written with. */
export interface RunWriterParts {
  readonly events: CheckedEvents;
  readonly projections: StoredProjections;
  readonly inserter: EventInserter;
}

export function runWriterParts(database: Database, inserter: EventInserter): RunWriterParts {
  return { events: new CheckedEvents(database), projections: new StoredProjections(database), inserter };
}

/** A run that may still get events: its projection, and the end of its chain. */
export class RunWriter {
  readonly stored: StoredRun;
  /** Somebody has asked what changes in it. */
  isFollowed = false;
  private readonly parts: RunWriterParts;
  private readonly isImport: boolean;
  private projection: RunProjection | undefined;
  private hash: Buffer;
  private snapshotAt = 0;
  private snapshots = 0;
  /** Names from this place on are not written yet. */
  private named = 1;

  private constructor(stored: StoredRun, parts: RunWriterParts, isImport: boolean) {
    this.stored = stored;
    this.parts = parts;
    this.isImport = isImport;
    this.hash = chainStart(stored.id);
  }

  /** Of a run that has no event yet. */
  static create(stored: StoredRun, parts: RunWriterParts, isImport: boolean): RunWriter {
    return new RunWriter(stored, parts, isImport);
  }

  /** Of a run that was written before, with all of its events folded. */
  static resume(stored: StoredRun, parts: RunWriterParts, isImport: boolean): RunWriter {
    const writer = new RunWriter(stored, parts, isImport);
    const kept = parts.projections.columns(stored.key);
    // What waits for its parent is in no snapshot.
    if (kept && kept.snapshot.run.reportedSpans === undefined) {
      const { columns, snapshot } = kept;
      writer.projection = RunProjection.resume(snapshot, columns, writer.read);
      writer.named = columns.dictionary.length;
      writer.snapshotAt = snapshot.run.lastSeq;
    } else parts.projections.forget(stored.key);
    for (const event of parts.events.iterate(stored, writer.snapshotAt + 1, -1)) writer.fold(event);
    writer.hash = parts.events.hashAt(stored, writer.projection?.run.lastSeq ?? 0);
    return writer;
  }

  get run(): RunSummary {
    return this.projection!.run;
  }

  /** For somebody who follows it; nothing where nothing has changed. */
  changesSince(known: KnownColumns): ColumnChanges | undefined {
    return known.seq === this.run.lastSeq ? undefined : changesSince(this.projection!, known);
  }

  /** As `runs.open` has it. */
  get open(): number {
    if (this.run.status !== 'running') return 0;
    return this.isImport ? IMPORTING : OPEN;
  }

  /** Adds the next event; `row` is how it is stored. */
  append(event: JournalEvent, row: EventRow): void {
    const previous = this.fold(event);
    this.hash = chainNext(this.hash, row);
    const key = this.stored.key * EVENTS_OF_A_RUN + row.seq;
    const { at, wall_time, span_id, parent_id, v, type, data } = row;
    this.parts.inserter.add(key, at, wall_time, span_id, parent_id, v, type, data, this.hash, previous);
  }

  /** Keeps the projection where its time has come. */
  snapshotIfDue(): void {
    const { run, openSpans } = this.projection!;
    const since = run.lastSeq - this.snapshotAt;
    const ended = run.status !== 'running';
    if (!ended && since < Math.max(SNAPSHOT_EVENTS, openSpans * EVENTS_TO_OPEN_SPAN)) return;
    this.snapshots += 1;
    if (ended || this.snapshots % SNAPSHOTS_TO_COLUMNS === 0) return this.writeProjection();
    this.snapshotAt = run.lastSeq;
    this.parts.projections.writeSnapshot(this.stored.key, this.projection!);
  }

  /** Keeps all that is folded now. */
  writeProjection(): void {
    this.parts.projections.write(this.stored.key, this.projection!, this.named);
    this.named = this.projection!.columns.dictionary.length;
    this.snapshotAt = this.run.lastSeq;
  }

  private fold(event: JournalEvent): number {
    if (this.projection) return this.projection.apply(event);
    this.projection = RunProjection.begin(event, this.read);
    return 0;
  }

  /** An event that was written; those that are only added are written first. */
  private readonly read = (seq: number) => {
    this.parts.inserter.flush();
    return this.parts.events.read(this.stored, seq);
  };
}
