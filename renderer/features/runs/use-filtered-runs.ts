import { useCallback, useEffect, useMemo, useState } from 'react';
import { request, type ApiFetch } from '../../../core/api/client.ts';
import type { QueryPage } from '../../../core/api/contract.ts';
import { compileFilter } from '../../../core/query/filter.ts';
import { useApi } from '../../app/api-context.ts';
import type { FilterProblem } from '../../filter/filter-bar.tsx';
import { RUNS_PAGE, useApp } from '../../stores/app-store.ts';
import { mergePage, type RunRows } from '../../stores/runs.ts';

/** Runs that have changed may now be like what is wanted, or no longer: looked up again at most so often. */
const AGAIN_MS = 1000;

interface Found {
  readonly where: string;
  readonly rows: RunRows;
  /** What the page after the last row is asked for with; absent where that is the last one. */
  readonly next?: string;
  readonly unevaluated?: QueryPage['unevaluated'];
}

interface FilteredRuns {
  /** `undefined` until the host has answered; the newest first, as they are now. */
  readonly rows: RunRows | undefined;
  /** They are those of the filter before. */
  readonly isStale: boolean;
  readonly unevaluated: QueryPage['unevaluated'];
  readonly more: boolean;
  /** What is wrong with the expression, or why the host could not answer. */
  readonly problem: FilterProblem | undefined;
  readonly loadMore: () => void;
}

/** The runs for which an expression holds, kept up to date while it is looked at; nothing for an empty one. */
export function useFilteredRuns(where: string): FilteredRuns {
  const api = useApi();
  const live = useApp((app) => app.runs);
  const [found, setFound] = useState<Found>();
  const [problem, setProblem] = useState<{ readonly where: string; readonly error: FilterProblem }>();
  const compiled = useMemo(() => compileFilter('runs', where), [where]);
  const isWrong = !compiled.ok;
  useEffect(() => {
    if (where === '' || isWrong) return undefined;
    const stopped = new AbortController();
    const { signal } = stopped;
    let [isResting, isDue] = [false, false];
    const look = async () => {
      [isResting, isDue] = [true, false];
      try {
        const page = await queryRuns(api, where, undefined, signal);
        setProblem(undefined);
        setFound((before) => (before?.where === where ? withNewest(before, page) : { where, ...page }));
      } catch (error) {
        if (!signal.aborted) setProblem({ where, error: problemOf(error) });
      }
      await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      isResting = false;
      if (isDue && !signal.aborted) void look();
    };
    void look();
    const unsubscribe = useApp.subscribe((app, before) => {
      if (app.runs === before.runs) return;
      isDue = true;
      if (!isResting) void look();
    });
    return () => {
      stopped.abort();
      unsubscribe();
    };
  }, [api, where, isWrong]);

  const now = found?.where === where ? found : undefined;
  const next = now?.next;
  const loadMore = useCallback(() => {
    if (next === undefined) return;
    queryRuns(api, where, next).then(
      (page) =>
        setFound((before) =>
          before?.where === where && before.next === next ? withOlder(before, page) : before,
        ),
      (error: unknown) => setProblem({ where, error: problemOf(error) }),
    );
  }, [api, where, next]);
  const rows = useMemo(() => {
    const byId = new Map(live?.map((run) => [run.id, run]));
    return found?.rows.map((run) => byId.get(run.id) ?? run);
  }, [found, live]);
  return {
    rows,
    isStale: now === undefined,
    unevaluated: now?.unevaluated,
    more: next !== undefined,
    problem: compiled.ok ? (problem?.where === where ? problem.error : undefined) : compiled.error,
    loadMore,
  };
}

async function queryRuns(
  api: ApiFetch,
  where: string,
  after: string | undefined,
  signal?: AbortSignal,
): Promise<Omit<Found, 'where'>> {
  const body = { target: 'runs', where, limit: RUNS_PAGE, ...(after !== undefined && { after }) };
  return request<QueryPage<'runs'>>(api, '/api/query', { method: 'POST', body, ...(signal && { signal }) });
}

/** A newer first page: what follows it stays as it was. */
function withNewest(before: Found, page: Omit<Found, 'where'>): Found {
  const rows = mergePage(before.rows, page.rows, { newest: true, oldest: page.next === undefined });
  const isLonger = rows.length > page.rows.length;
  return { ...(isLonger ? before : page), where: before.where, rows };
}

function withOlder(before: Found, page: Omit<Found, 'where'>): Found {
  return { ...page, where: before.where, rows: [...before.rows, ...page.rows] };
}

function problemOf(error: unknown): FilterProblem {
  return { message: error instanceof Error ? error.message : String(error) };
}
