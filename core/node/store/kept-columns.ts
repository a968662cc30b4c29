import type { Database } from 'better-sqlite3';
import type { SpanColumns } from '../../journal/columns/span-columns.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { StoredProjections } from './stored-projections.ts';

/** Runs whose columns are kept for the next question. */
const COLUMNS_KEPT = 4;

/** Columns, and the run as it was at that moment. */
interface ColumnsOfRun {
  readonly run: RunSummary;
  readonly columns: SpanColumns;
}

/** The columns of runs, as a thread that reads asks for them again and again. */
export class KeptColumns {
  private readonly projections: StoredProjections;
  private readonly kept = new Map<number, ColumnsOfRun>();
  private readonly seqOf;

  constructor(database: Database) {
    this.projections = new StoredProjections(database);
    this.seqOf = database.prepare('SELECT projected_seq AS seq FROM runs WHERE key = ?');
  }

  /** Nothing of a run that has just begun, or of an older file and was not asked for yet. */
  of(runKey: number): ColumnsOfRun | undefined {
    const { seq } = this.seqOf.get(runKey) as { seq: number };
    const known = this.kept.get(runKey);
    if (known?.run.lastSeq === seq) return known;
    const found = this.projections.columns(runKey);
    return found && this.keep(runKey, { run: found.snapshot.run, columns: found.columns });
  }

  private keep(runKey: number, found: ColumnsOfRun): ColumnsOfRun {
    this.kept.delete(runKey);
    if (this.kept.size >= COLUMNS_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(runKey, found);
    return found;
  }
}
