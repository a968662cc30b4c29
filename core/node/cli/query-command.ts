import type { Query, QueryPage } from '../../api/contract.ts';
import type { FoundLog, FoundSpan } from '../../query/answers.ts';
import { FIELDS, type Field, type QueryTarget } from '../../query/fields.ts';
import type { JournalEvent } from '../../journal/event.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { ask } from './ask.ts';
import type { HostFlags } from './connect.ts';
import { formatDuration, formatTable, formatTime, printJson, printLine, tell } from './output.ts';
import { findRun } from './find-run.ts';
import { runRows, withApi } from './runs-command.ts';

export interface QueryFlags extends HostFlags {
  readonly run?: string;
  readonly limit?: number;
  readonly after?: string;
  readonly fields?: boolean;
  readonly json?: boolean;
}

/** The longest line of facts in a table. */
const LONGEST_CELL = 120;

/** `signalbox query runs|spans|events|logs 'EXPR'`. */
export async function queryCommand(target: QueryTarget, where: string, flags: QueryFlags): Promise<number> {
  if (flags.fields) return tellFields(target, flags);
  return withApi(flags, async (api) => {
    const run = flags.run === undefined ? undefined : await findRun(api, flags.run);
    const body: Query = {
      target,
      where,
      limit: flags.limit ?? 50,
      ...(run && { run: run.id }),
      ...(flags.after !== undefined && { after: flags.after }),
    };
    const page = await ask<QueryPage>(api, '/api/query', body, where);
    if (flags.json) return printJson(page);
    if (page.rows.length === 0) tell('Nothing was found.');
    else printLine(formatTable(tableOf(target, page.rows)));
    if (page.unevaluated)
      tell(`Of ${page.unevaluated.rows} rows the expression says nothing (${page.unevaluated.because}).`);
    if (page.next !== undefined) tell(`There is more: --after ${page.next}`);
  });
}

function tellFields(target: QueryTarget, { json }: QueryFlags): number {
  const fields: Readonly<Record<string, Field>> = FIELDS[target];
  if (json) printJson(fields);
  else {
    const rows = Object.entries(fields).map(([name, { type, unit, description, values }]) => [
      name,
      type === 'google.protobuf.Timestamp' ? 'timestamp' : type,
      unit ?? '',
      values ? `${description}: ${values.join(', ')}` : description,
    ]);
    printLine(formatTable([['FIELD', 'TYPE', 'UNIT', 'WHAT IT IS'], ...rows]));
  }
  return 0;
}

function tableOf(target: QueryTarget, rows: QueryPage['rows']): readonly (readonly string[])[] {
  switch (target) {
    case 'runs':
      return runRows(rows as RunSummary[]);
    case 'spans':
      return [
        ['RUN', 'SPAN', 'KIND', 'STATUS', 'NAME', 'OF', 'STARTED', 'TOOK', 'TOKENS', 'COST'],
        ...(rows as FoundSpan[]).map((span) => [
          span.run.slice(0, 8),
          span.id,
          span.kind,
          span.status,
          span.name,
          span.label || '-',
          formatTime(span.time),
          span.endedAt === undefined ? 'running' : formatDuration(span.endedAt - span.startedAt),
          `${span.inputTokens + span.outputTokens || '-'}`,
          span.cost === undefined ? '-' : `$${span.cost.toFixed(5)}`,
        ]),
      ];
    case 'events':
      return [
        ['RUN', 'SEQ', 'TIME', 'SPAN', 'EVENT', 'FACTS'],
        ...(rows as JournalEvent[]).map((event) => [
          event.runId.slice(0, 8),
          `${event.seq}`,
          formatTime(event.wallTime),
          event.spanId,
          event.type,
          cell(JSON.stringify(event.data)),
        ]),
      ];
    case 'logs':
      return [
        ['RUN', 'SEQ', 'TIME', 'STREAM', 'LINE'],
        ...(rows as FoundLog[]).map((log) => [
          log.run.slice(0, 8),
          `${log.seq}`,
          formatTime(log.time),
          log.stream,
          log.text.replaceAll('\n', ' '),
        ]),
      ];
  }
}

function cell(text: string): string {
  return text.length > LONGEST_CELL ? `${text.slice(0, LONGEST_CELL - 1)}…` : text;
}
