import { request, type ApiFetch } from '../../api/client.ts';
import type { RunList, RunSummary, Span, SpanList } from '../../api/contract.ts';
import { connect, type HostFlags } from './connect.ts';
import { findRun } from './find-run.ts';
import {
  formatCost,
  formatDuration,
  formatTable,
  formatTime,
  formatTokens,
  printJson,
  printLine,
} from './output.ts';

export interface RunsFlags extends HostFlags {
  readonly json?: boolean;
  readonly limit?: number;
}

/** `signalbox runs list`: newest first. */
export async function listRunsCommand(flags: RunsFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const { runs } = await request<RunList>(api, `/api/runs?limit=${flags.limit ?? 50}`);
    if (flags.json) printJson(runs);
    else if (runs.length === 0) printLine('No runs yet: signalbox run -- CMD…');
    else printLine(formatTable(runRows(runs)));
  });
}

/** `signalbox runs show RUN`: the run and its spans as a tree. */
export async function showRunCommand(wanted: string, flags: RunsFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const run = await findRun(api, wanted);
    const { spans } = await request<SpanList>(api, `/api/runs/${run.id}/spans`);
    if (flags.json) return printJson({ run, spans });
    printLine(`${run.name}: ${run.status}${run.reason === undefined ? '' : ` (${run.reason})`}`);
    printLine(`  run     ${run.id}`);
    printLine(`  started ${formatTime(run.startedAt)}, ${formatDuration(run.duration)}`);
    const hedges = run.hedges === undefined ? '' : `, ${run.hedges} hedges`;
    printLine(`  calls   ${run.calls}, ${run.errors} errors, ${run.retries} retries${hedges}`);
    printLine(`  tokens  ${formatTokens(run)}`);
    printLine(`  cost    ${formatCost(run)}`);
    printLine();
    for (const line of treeLines(spans)) printLine(line);
  });
}

/** `signalbox runs delete RUN`. */
export async function deleteRunCommand(wanted: string, flags: RunsFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const run = await findRun(api, wanted);
    await request(api, `/api/runs/${run.id}`, { method: 'DELETE' });
    if (flags.json) printJson({ deleted: run.id });
    else printLine(`Deleted ${run.name} (${run.id}).`);
  });
}

/** `signalbox runs pin RUN`, `signalbox runs unpin RUN`. */
export async function pinRunCommand(wanted: string, pinned: boolean, flags: RunsFlags): Promise<number> {
  return withApi(flags, async (api) => {
    const run = await findRun(api, wanted);
    await request(api, `/api/runs/${run.id}`, { method: 'PATCH', body: { pinned } });
    if (flags.json) printJson({ run: run.id, pinned });
    else if (pinned) printLine(`Pinned ${run.name} (${run.id}): it is kept until it is deleted by hand.`);
    else printLine(`${run.name} (${run.id}) is no longer pinned.`);
  });
}

/** A table of runs with its head. */
export function runRows(runs: readonly RunSummary[]): readonly (readonly string[])[] {
  const rows = runs.map((run) => [
    run.id.slice(0, 8),
    run.pinned ? `${run.status}, pinned` : run.status,
    run.name,
    formatTime(run.startedAt),
    formatDuration(run.duration),
    `${run.calls}`,
    `${run.errors}`,
    `${run.inputTokens + run.outputTokens}`,
    formatCost(run),
  ]);
  return [['RUN', 'STATUS', 'NAME', 'STARTED', 'DURATION', 'CALLS', 'ERRORS', 'TOKENS', 'COST'], ...rows];
}

/** Asks the host of the data folder, or one that lives as long as the command. */
export async function withApi(flags: HostFlags, work: (api: ApiFetch) => Promise<void>): Promise<number> {
  const connection = await connect(flags);
  try {
    await work(connection.api);
    return 0;
  } finally {
    await connection.close();
  }
}

function* treeLines(spans: readonly Span[]): Generator<string> {
  const children = Map.groupBy(spans, (span) => span.parentId);
  function* below(parent: Span | undefined, depth: number): Generator<string> {
    for (const span of children.get(parent?.id) ?? []) {
      const took = span.endedAt === undefined ? 'running' : formatDuration(span.endedAt - span.startedAt);
      const what = span.kind === 'call' ? `${span.name} ${span.model ?? ''}`.trim() : span.name;
      yield `${'  '.repeat(depth)}${what}  ${span.status}  ${took}${span.error ? `  ${span.error.message}` : ''}`;
      yield* below(span, depth + 1);
    }
  }
  yield* below(undefined, 0);
}
