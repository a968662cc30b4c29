import type { RunId } from '../../../base/ids.ts';
import type {
  QueryPage,
  SearchHit,
  SearchOrder,
  SearchPage,
  StatisticsAnswer,
} from '../../../query/answers.ts';
import type { StatisticsBy } from '../../../query/statistics.ts';
import type { Millis } from '../../../base/units.ts';
import type { QueryTarget } from '../../../query/fields.ts';

export interface QueryRequest {
  readonly target: QueryTarget;
  /** CEL; the empty expression holds for every row. */
  readonly where: string;
  /** Only of this run; else of all but those of hosts. */
  readonly run?: RunId;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface SearchRequest {
  readonly words: string;
  /** Only of this run; else of all but those of hosts. */
  readonly run?: RunId;
  /** Only there; else in both. */
  readonly where?: SearchHit['where'];
  /** The best, where nothing is said. */
  readonly order?: SearchOrder;
  readonly limit: number;
  /** `next` of the page before. */
  readonly after?: string;
}

export interface StatisticsRequest {
  readonly by: StatisticsBy;
  /** Over spans; one that says nothing of their kind is about those that are counted by default. */
  readonly where?: string;
  /** Else all but those of hosts. */
  readonly runs?: readonly RunId[];
  readonly bucketMs?: Millis;
}

/** What is asked of the thread for queries, which may be killed at any time. */
export interface QueryCalls {
  query: [request: QueryRequest, QueryPage];
  statistics: [request: StatisticsRequest, StatisticsAnswer];
  search: [request: SearchRequest, SearchPage];
}
