import type { FeedLine, RunSummary } from '../../core/api/contract.ts';

/** The rows of the list of runs, newest first; plain data, changed only by the functions here. */
export type RunRows = readonly RunSummary[];

/** Newer word of the same run wins: a list that was asked for earlier must not undo what the feed said since. */
export function mergeFeed(rows: RunRows, lines: readonly FeedLine[]): RunRows {
  const byId = new Map<string, RunSummary>(rows.map((run) => [run.id, run]));
  for (const line of lines) {
    if ('deleted' in line) byId.delete(line.deleted);
    else for (const run of line.runs) keepNewer(byId, run);
  }
  return newestFirst(byId);
}

/**
 * A page of the list as the host has it now: those of our rows that fall into the page's span of time and are
 * not in it were deleted meanwhile.
 */
export function mergePage(
  rows: RunRows,
  page: RunRows,
  range: { newest: boolean; oldest: boolean },
): RunRows {
  const first = page.at(0);
  const last = page.at(-1);
  const listed = new Set(page.map((run) => run.id));
  const kept = rows.filter((run) => {
    if (listed.has(run.id)) return true;
    const belowTop = range.newest || (first !== undefined && run.startedAt < first.startedAt);
    const aboveEnd = range.oldest || (last !== undefined && run.startedAt > last.startedAt);
    return !(belowTop && aboveEnd);
  });
  const byId = new Map<string, RunSummary>(kept.map((run) => [run.id, run]));
  for (const run of page) keepNewer(byId, run);
  return newestFirst(byId);
}

function keepNewer(byId: Map<string, RunSummary>, run: RunSummary): void {
  const known = byId.get(run.id);
  if (!known || run.lastSeq >= known.lastSeq) byId.set(run.id, run);
}

function newestFirst(byId: ReadonlyMap<string, RunSummary>): RunRows {
  return [...byId.values()].toSorted((a, b) => b.startedAt - a.startedAt || (a.id < b.id ? 1 : -1));
}
