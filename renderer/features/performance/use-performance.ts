import { useEffect, useState } from 'react';
import { request, type ApiFetch } from '../../../core/api/client.ts';
import type { StatisticsAnswer, UsageList, UsageSample } from '../../../core/api/contract.ts';
import type { Millis } from '../../../core/base/units.ts';
import { compileFilter } from '../../../core/query/filter.ts';
import type { StatisticsRow } from '../../../core/query/statistics.ts';
import { useApi } from '../../app/api-context.ts';
import type { FilterProblem } from '../../filter/filter-bar.tsx';
import { bucketsOf, conditionFrom, RANGES, type RangeId } from './ranges.ts';

export const GROUPS = ['model', 'instance', 'agent'] as const;
export type GroupBy = (typeof GROUPS)[number];

export interface Performance {
  /** When each begins. */
  readonly buckets: readonly Millis[];
  /** Of all together, those of the buckets in which there was something. */
  readonly course: readonly StatisticsRow[];
  /** Of each group over the whole range, those with the most first. */
  readonly groups: readonly StatisticsRow[];
  readonly usage: readonly UsageSample[];
}

interface Asked {
  readonly range: RangeId;
  readonly by: GroupBy;
  readonly where: string;
}

const [SHORTEST_REST_MS, LONGEST_REST_MS] = [2_000, 15_000];

/** The newest figures of a range, asked for again while somebody looks at them. */
export function usePerformance({ range, by, where }: Asked): {
  readonly performance: Performance | undefined;
  readonly problem: FilterProblem | undefined;
} {
  const api = useApi();
  const [performance, setPerformance] = useState<Performance>();
  const [failure, setFailure] = useState<FilterProblem>();
  const compiled = compileFilter('spans', where);
  const isWrong = !compiled.ok;
  useEffect(() => {
    if (isWrong) return undefined;
    const stopped = new AbortController();
    const { signal } = stopped;
    const rest = Math.min(LONGEST_REST_MS, Math.max(SHORTEST_REST_MS, RANGES[range].bucketMs / 2));
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      try {
        if (document.visibilityState === 'visible')
          setPerformance(await measure(api, { range, by, where }, signal));
        setFailure(undefined);
      } catch (error) {
        if (signal.aborted) return;
        setFailure({ message: error instanceof Error ? error.message : String(error) });
      }
      timer = setTimeout(() => void look(), rest);
    };
    void look();
    return () => {
      stopped.abort();
      clearTimeout(timer);
    };
  }, [api, range, by, where, isWrong]);
  return { performance, problem: compiled.ok ? failure : compiled.error };
}

async function measure(
  api: ApiFetch,
  { range, by, where }: Asked,
  signal: AbortSignal,
): Promise<Performance> {
  const { bucketMs } = RANGES[range];
  const buckets = bucketsOf(RANGES[range], Date.now());
  const condition = conditionFrom(buckets[0]!, by === 'instance' ? 'attempt' : 'call', where);
  const ask = (body: object) =>
    request<StatisticsAnswer>(api, '/api/statistics', { method: 'POST', body, signal });
  const [course, groups, { samples }] = await Promise.all([
    ask({ by: 'kind', where: condition, bucketMs }),
    ask({ by, where: condition }),
    request<UsageList>(api, '/api/usage', { signal }),
  ]);
  return { buckets, course: course.rows, groups: groups.rows, usage: samples };
}
