import type { Database } from 'better-sqlite3';
import type { SpanColumns } from '../../journal/columns/span-columns.ts';
import { StoredProjections } from './stored-projections.ts';

/** Runs whose columns are kept for the next question. */
const COLUMNS_KEPT = 4;

/** The columns of runs, as a thread that reads asks for them again and again. */
export class KeptColumns {
  private readonly projections: StoredProjections;
  private readonly kept = new Map<number, { readonly seq: number; readonly columns: SpanColumns }>();
  private readonly seqOf;

  constructor(database: Database) {
    this.projections = new StoredProjections(database);
    this.seqOf = database.prepare('SELECT projected_seq AS seq FROM runs WHERE key = ?');
  }

  /** Nothing of a run that has just begun, or of an older file and was not asked for yet. */
  of(runKey: number): SpanColumns | undefined {
    const { seq } = this.seqOf.get(runKey) as { seq: number };
    const known = this.kept.get(runKey);
    if (known?.seq === seq) return known.columns;
    const found = this.projections.columns(runKey);
    if (!found) return undefined;
    this.keep(runKey, seq, found.columns);
    return found.columns;
  }

  private keep(runKey: number, seq: number, columns: SpanColumns): void {
    this.kept.delete(runKey);
    if (this.kept.size >= COLUMNS_KEPT) this.kept.delete(this.kept.keys().next().value!);
    this.kept.set(runKey, { seq, columns });
  }
}
