import type { StatisticsAnswer, StatisticsOf } from '../../api/contract.ts';
import { ask } from './ask.ts';
import type { HostFlags } from './connect.ts';
import { formatMillis, formatShare, formatTable, formatTime, printJson, printLine, tell } from './output.ts';
import { findRun } from './find-run.ts';
import { withApi } from './runs-command.ts';

export interface StatsFlags extends HostFlags {
  readonly by?: StatisticsOf['by'];
  readonly where?: string;
  readonly every?: number;
  readonly json?: boolean;
}

type Row = StatisticsAnswer['rows'][number];

/** `signalbox stats [RUN…] --by model`. */
export async function statsCommand(wanted: readonly string[], flags: StatsFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const runs = await Promise.all(wanted.map((run) => findRun(api, run)));
    const { by = 'model', where = '', every } = flags;
    const body: StatisticsOf = {
      by,
      where,
      ...(runs.length > 0 && { runs: runs.map(({ id }) => id) }),
      ...(every !== undefined && { bucketMs: every }),
    };
    const answer = await ask<StatisticsAnswer>(api, '/api/statistics', body, where);
    if (flags.json) return printJson(answer);
    if (answer.rows.length === 0) tell('There is nothing to count.');
    else printLine(formatTable([headOf(by, every), ...answer.rows.map(rowOf)]));
    if (answer.unevaluated)
      tell(
        `Of ${answer.unevaluated.rows} spans the expression says nothing (${answer.unevaluated.because}).`,
      );
  });
}

function headOf(by: string, every: number | undefined): readonly string[] {
  const figures = ['COUNT', 'OPEN', 'ERRORS', 'P50', 'P90', 'P95', 'P99', 'IN', 'OUT', 'COST'];
  return [by.toUpperCase(), ...(every === undefined ? [] : ['FROM']), ...figures];
}

function rowOf(row: Row): readonly string[] {
  const { group, from, count, open, errorRate, latency, inputTokens, outputTokens } = row;
  const unknown = row.unknownTokens > 0 ? '≥' : '';
  return [
    group || '-',
    ...(from === undefined ? [] : [formatTime(from)]),
    `${count}`,
    `${open}`,
    formatShare(errorRate),
    formatMillis(latency?.p50),
    formatMillis(latency?.p90),
    formatMillis(latency?.p95),
    formatMillis(latency?.p99),
    `${unknown}${inputTokens}`,
    `${unknown}${outputTokens}`,
    costOf(row),
  ];
}

/** What is not known is said to be unknown, never zero. */
function costOf({ cost, unknownCosts }: Row): string {
  if (unknownCosts > 0 && cost === 0) return `unknown (${unknownCosts})`;
  const sum = `$${cost.toFixed(cost < 0.1 ? 5 : 2)}`;
  return unknownCosts > 0 ? `at least ${sum} (${unknownCosts} unknown)` : sum;
}
