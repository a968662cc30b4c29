import type { Database } from 'better-sqlite3';
import type { Bound } from '../../../base/expression-bounds.ts';
import { LOG_EVENTS, logReader } from '../../../journal/log-lines.ts';
import type { QueryPage } from '../../../query/answers.ts';
import { compileFilter, type Filter } from '../../../query/filter.ts';
import type { QueryTarget } from '../../../query/fields.ts';
import { CheckedEvents } from '../checked-events.ts';
import { EVENTS_OF_A_RUN, rowToEvent, seqOf, UNCHECKED_COLUMNS, type UncheckedRow } from '../event-row.ts';
import { readCursor, writeCursor, type Cursor } from './cursor.ts';
import type { QueryRequest } from './messages.ts';
import { EventFilterRow, logRow, runRow } from './rows.ts';
import { RunColumns } from './run-columns.ts';
import { sqlOf, type SqlColumn } from './sql-bounds.ts';
import { boundsOnRuns, storedRuns, type ListedRun } from './stored-runs.ts';

/** A row that was found, and where the page after it begins. */
interface Found {
  readonly row: QueryPage['rows'][number];
  readonly cursor: Cursor;
}

const EVENT_COLUMNS = {
  span: 'span_id',
  time: 'wall_time',
  atMs: '(at / 1e6)',
  event: 'type',
  seq: `(key % ${EVENTS_OF_A_RUN})`,
};
/** The `at` of a reported log is not that of its event. */
const { atMs: _, event: __, ...COLUMNS_OF_LOGS } = EVENT_COLUMNS;
/** Of most lines the text is in the event; of the others it is made of what the event says. */
const writtenLine = (member: string) => ({
  some: `CASE type WHEN 'log-written' THEN json_extract(data, '$.${member}') END`,
});
const LOG_COLUMNS = {
  ...COLUMNS_OF_LOGS,
  log: 'type',
  text: writtenLine('text'),
  stream: writtenLine('stream'),
};

/** Answers queries page by page, each from where the page before it ended. What fails its hash is an error. */
export class Queries {
  private readonly database: Database;
  private readonly events: CheckedEvents;
  private readonly columns: RunColumns;

  constructor(database: Database) {
    this.database = database;
    this.events = new CheckedEvents(database);
    this.columns = new RunColumns(database);
  }

  /** Throws where the expression or the cursor is wrong; whoever asks has looked at both before. */
  page(request: QueryRequest): QueryPage {
    const { target, where, limit, after } = request;
    const from = after === undefined ? undefined : readCursor(after);
    const filter = compileFilter(target, where);
    if (!filter.ok) throw new Error(filter.error.message);
    const found: Found[] = [];
    for (const one of this.find(request, filter.value, from)) {
      found.push(one);
      // One more than is wanted tells whether there is another page.
      if (found.length > limit) break;
    }
    const { unevaluated } = filter.value;
    const rows = found.slice(0, limit).map(({ row }) => row);
    return {
      rows,
      ...(found.length > limit && { next: writeCursor(found[limit - 1]!.cursor) }),
      ...(unevaluated.rows > 0 && { unevaluated }),
    };
  }

  private find(
    { target, run }: QueryRequest,
    filter: Filter<QueryTarget>,
    from: Cursor | undefined,
  ): Iterable<Found> {
    const bounds = target === 'spans' ? boundsOnRuns(filter.bounds) : filter.bounds;
    const wanted = { bounds, ...(run !== undefined && { run }), ...(from && { from }) };
    const runs = storedRuns(this.database, target === 'runs' ? 'runs' : 'rows', wanted);
    switch (target) {
      case 'runs':
        return findRuns(runs, filter);
      case 'spans':
        return this.inEach(runs, from, (one, place) => this.findSpans(one, filter, place));
      case 'events':
        return this.inEach(runs, from, (one, place) => this.findEvents(one, filter, place));
      case 'logs':
        return this.inEach(runs, from, (one, place) => this.findLogs(one, filter, place));
    }
  }

  /** The rows of one run after the other, of the first of them those beyond the cursor. */
  private *inEach(
    runs: Iterable<ListedRun>,
    from: Cursor | undefined,
    find: (run: ListedRun, after: number) => Iterable<Omit<Found, 'cursor'> & { readonly place: number }>,
  ): Generator<Found, void> {
    for (const run of runs) {
      const { startedAt, key } = run;
      const after = from?.key === key ? from.place : -1;
      for (const { row, place } of find(run, after)) yield { row, cursor: { startedAt, key, place } };
    }
  }

  private *findSpans(run: ListedRun, filter: Filter<'spans'>, after: number) {
    for (const row of this.columns.rows(run, after + 1))
      if (filter.holds(row)) yield { row: row.found(), place: row.place };
  }

  private *findEvents(run: ListedRun, filter: Filter<'events'>, after: number) {
    for (const stored of this.rowsOf(run, after, filter.bounds, EVENT_COLUMNS)) {
      const seq = seqOf(stored);
      if (filter.holds(new EventFilterRow(run, stored)))
        yield { row: this.events.read(run, seq).event, place: seq };
    }
  }

  private *findLogs(run: ListedRun, filter: Filter<'logs'>, after: number) {
    const isLog: Bound = { name: 'log', operator: 'in', values: LOG_EVENTS };
    const read = logReader(run.summary, this.events.read(run, 1).event.spanId);
    for (const stored of this.rowsOf(run, after, [...filter.bounds, isLog], {
      ...LOG_COLUMNS,
      log: 'type',
    })) {
      const line = read(rowToEvent(run.id, stored));
      if (!line || !filter.holds(logRow(run, line, stored))) continue;
      // What is answered is read once more, with its hash.
      const { event } = this.events.read(run, line.seq);
      const about = { run: run.id, agent: run.summary.name, time: event.wallTime };
      yield { row: { ...line, ...about, spanId: event.spanId }, place: line.seq };
    }
  }

  private rowsOf(
    { key }: ListedRun,
    after: number,
    bounds: readonly Bound[],
    columns: Readonly<Record<string, SqlColumn>>,
  ): IterableIterator<UncheckedRow> {
    const { sql, values } = sqlOf(bounds, columns);
    const [first, end] = [key * EVENTS_OF_A_RUN, (key + 1) * EVENTS_OF_A_RUN];
    const select = `SELECT ${UNCHECKED_COLUMNS} FROM events WHERE key > ? AND key < ? AND ${sql} ORDER BY key`;
    const from = first + Math.max(after, lastBefore(bounds), 0);
    const rows = this.database.prepare(select).iterate(from, end, ...values);
    return rows as IterableIterator<UncheckedRow>;
  }
}

/** Events up to this one are left out by the bounds: they are not even looked at. */
function lastBefore(bounds: readonly Bound[]): number {
  let last = 0;
  for (const bound of bounds) {
    if (bound.name !== 'seq' || !('value' in bound) || typeof bound.value !== 'number') continue;
    if (bound.operator === '>') last = Math.max(last, Math.floor(bound.value));
    if (bound.operator === '>=' || bound.operator === '==') last = Math.max(last, Math.ceil(bound.value) - 1);
  }
  return last;
}

function* findRuns(runs: Iterable<ListedRun>, filter: Filter<'runs'>): Generator<Found, void> {
  for (const { summary, startedAt, key } of runs)
    if (filter.holds(runRow(summary))) yield { row: summary, cursor: { startedAt, key, place: -1 } };
}
