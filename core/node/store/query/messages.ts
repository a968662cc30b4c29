import type { RunId } from '../../../base/ids.ts';
import type { QueryPage, SearchHit, SearchOrder, SearchPage } from '../../../query/answers.ts';
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

/** What is asked of the thread for queries, which may be killed at any time. */
export interface QueryCalls {
  query: [request: QueryRequest, QueryPage];
  search: [request: SearchRequest, SearchPage];
}
