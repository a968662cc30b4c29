import type { Database } from 'better-sqlite3';
import { loadSpan } from '../../../journal/columns/load-span.ts';
import { RunProjection } from '../../../journal/columns/run-projection.ts';
import { CheckedEvents } from '../checked-events.ts';
import { KeptColumns } from '../kept-columns.ts';
import { SpanRow } from './rows.ts';
import type { ListedRun } from './stored-runs.ts';

/** The spans of runs, whether their columns are kept or not. */
export class RunColumns {
  private readonly events: CheckedEvents;
  private readonly kept: KeptColumns;

  constructor(database: Database) {
    this.events = new CheckedEvents(database);
    this.kept = new KeptColumns(database);
  }

  /** The spans of a run from one on, as one row that moves from span to span. */
  *rows(run: ListedRun, from = 0): Generator<SpanRow, void> {
    const columns = this.columnsOf(run);
    const read = (seq: number) => this.events.read(run, seq);
    const load = (ordinal: number) => loadSpan(columns, run.summary, columns.idAt(ordinal), read);
    const row = new SpanRow(run, columns, load);
    for (let ordinal = from; ordinal < columns.size; ordinal++) yield row.at(ordinal);
  }

  /** Of a run of an older file, and of one that cannot be written now, from its events. */
  private columnsOf(run: ListedRun) {
    const kept = this.kept.of(run.key);
    if (kept) return kept.columns;
    let projection: RunProjection | undefined;
    for (const event of this.events.iterate(run, 1, -1)) {
      if (projection) projection.apply(event);
      else projection = RunProjection.begin(event, (seq) => this.events.read(run, seq));
    }
    return projection!.columns;
  }
}
