import type { Database } from 'better-sqlite3';
import { compileFilter } from '../../../query/filter.ts';
import { countedKind, MOST_STATISTICS, Statistics, type StatisticsBy } from '../../../query/statistics.ts';
import type { StatisticsAnswer } from '../../../query/answers.ts';
import type { StatisticsRequest } from './messages.ts';
import type { SpanRow } from './rows.ts';
import { RunColumns } from './run-columns.ts';
import { boundsOnRuns, storedRuns, type ListedRun } from './stored-runs.ts';

class TooManyRows extends Error {
  readonly code = 'too_many_rows';
  constructor() {
    super(`The answer would have more than ${MOST_STATISTICS} rows; ask for longer buckets of time.`);
  }
}

/** Puts spans together from the columns of their runs. */
export class StoredStatistics {
  private readonly database: Database;
  private readonly columns: RunColumns;

  constructor(database: Database) {
    this.database = database;
    this.columns = new RunColumns(database);
  }

  /** Throws where the expression is wrong, which whoever asks has looked at, and where the answer has too many rows. */
  answer({ by, where = '', runs, bucketMs }: StatisticsRequest): StatisticsAnswer {
    const filter = compileFilter('spans', where);
    if (!filter.ok) throw new Error(filter.error.message);
    const { bounds } = filter.value;
    const kind = bounds.some(({ name }) => name === 'kind') ? undefined : countedKind(by);
    const statistics = new Statistics(bucketMs);
    const groupOf = GROUPS[by];
    for (const run of this.runsOf(runs, boundsOnRuns(bounds))) {
      for (const span of this.columns.rows(run)) {
        if ((kind !== undefined && span.kind !== kind) || !filter.value.holds(span)) continue;
        if (!statistics.add(groupOf(span), span, span.spender)) throw new TooManyRows();
      }
    }
    const { unevaluated } = filter.value;
    return { rows: statistics.rows(), ...(unevaluated.rows > 0 && { unevaluated }) };
  }

  private *runsOf(
    runs: StatisticsRequest['runs'],
    bounds: Parameters<typeof storedRuns>[2]['bounds'],
  ): Generator<ListedRun, void> {
    if (!runs) yield* storedRuns(this.database, 'rows', { bounds });
    else for (const run of new Set(runs)) yield* storedRuns(this.database, 'rows', { bounds, run });
  }
}

const GROUPS: Readonly<Record<StatisticsBy, (span: SpanRow) => string>> = {
  model: ({ label }) => label,
  instance: ({ label }) => label,
  agent: ({ agent }) => agent,
  run: ({ run }) => run,
  kind: ({ kind }) => kind,
  status: ({ status }) => status,
  name: ({ name }) => name,
};
