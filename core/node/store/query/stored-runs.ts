import type { Database } from 'better-sqlite3';
import type { Bound } from '../../../base/expression-bounds.ts';
import type { RunId } from '../../../base/ids.ts';
import type { RunSummary } from '../../../journal/run-state.ts';
import type { StoredRun } from '../checked-events.ts';
import { OF_AN_AGENT } from '../reader.ts';
import type { Cursor } from './cursor.ts';
import { sqlOf } from './sql-bounds.ts';

export interface ListedRun extends StoredRun {
  readonly startedAt: number;
  readonly summary: RunSummary;
}

interface RunRow {
  readonly key: number;
  readonly id: RunId;
  readonly started_at: number;
  readonly summary: string;
}

const COLUMNS = {
  id: 'id',
  name: "json_extract(summary, '$.name')",
  status: "json_extract(summary, '$.status')",
  source: "json_extract(summary, '$.source')",
  time: 'started_at',
  calls: "json_extract(summary, '$.calls')",
  errors: "json_extract(summary, '$.errors')",
  cost: "json_extract(summary, '$.cost')",
};
/** What a row that belongs to a run has of it, and when its spans begin at the earliest and the latest. */
const COLUMNS_OF_RUN = {
  run: 'id',
  agent: COLUMNS.name,
  begin: 'started_at',
  end: "(started_at + json_extract(summary, '$.duration') / 1e6)",
};
/** In milliseconds, for sums of fractions. */
const ROUNDING = 1;

export interface RunsWanted {
  readonly bounds: readonly Bound[];
  readonly run?: RunId;
  /** From the run of the cursor on; `placed`: with it. */
  readonly from?: Cursor;
}

/** What of a run tells that none of its spans began at such a time. */
export function boundsOnRuns(bounds: readonly Bound[]): readonly Bound[] {
  return bounds.flatMap((bound): readonly Bound[] => {
    if (bound.name !== 'time') return [bound];
    if (bound.operator === 'in' || bound.operator === 'contains' || typeof bound.value !== 'number')
      return [];
    const { operator, value } = bound;
    const end = { name: 'end', operator: '>=', value: value - ROUNDING } as const;
    const begin = { name: 'begin', operator: '<=', value: value + ROUNDING } as const;
    return operator === '==' ? [begin, end] : [operator.startsWith('>') ? end : begin];
  });
}

/** The newest first; `table` says whose fields the bounds are about. Those of hosts only where they are named. */
export function* storedRuns(
  database: Database,
  table: 'runs' | 'rows',
  { bounds, run, from }: RunsWanted,
): Generator<ListedRun, void> {
  const { sql, values } = sqlOf(bounds, table === 'runs' ? COLUMNS : COLUMNS_OF_RUN);
  const whose = run === undefined ? OF_AN_AGENT : 'id = ?';
  const place = from ? `(started_at, key) ${table === 'runs' ? '<' : '<='} (?, ?)` : '1';
  const rows = database
    .prepare(
      `SELECT key, id, started_at, summary FROM runs
       WHERE ${whose} AND ${place} AND ${sql} ORDER BY started_at DESC, key DESC`,
    )
    .iterate(
      ...(run === undefined ? [] : [run]),
      ...(from ? [from.startedAt, from.key] : []),
      ...values,
    ) as IterableIterator<RunRow>;
  for (const { key, id, started_at: startedAt, summary } of rows)
    yield { key, id, startedAt, summary: JSON.parse(summary) as RunSummary };
}
