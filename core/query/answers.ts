import type { RunId, SpanId } from '../base/ids.ts';
import type { Millis, Nanos, Tokens, Usd } from '../base/units.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { LogLine, RunSummary, Span, SpanStatus } from '../journal/run-state.ts';
import type { QueryTarget } from './fields.ts';
import type { Unevaluated } from './filter.ts';
import type { Snippet } from './snippet.ts';
import type { StatisticsRow } from './statistics.ts';

/** A span as the columns have it. */
export interface FoundSpan {
  readonly run: RunId;
  readonly agent: string;
  readonly id: SpanId;
  readonly kind: Span['kind'];
  readonly status: SpanStatus;
  readonly name: string;
  /** Its instance, model or server; empty where it has none. */
  readonly label: string;
  readonly time: Millis;
  readonly startedAt: Nanos;
  readonly endedAt?: Nanos;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** Absent where it is not known. */
  readonly cost?: Usd;
}

export interface FoundLog extends LogLine {
  readonly run: RunId;
  readonly agent: string;
  readonly time: Millis;
}

interface Rows {
  runs: RunSummary;
  spans: FoundSpan;
  events: JournalEvent;
  logs: FoundLog;
}

/** Of runs the newest first, and what belongs to one in its order. */
export interface QueryPage<Target extends QueryTarget = QueryTarget> {
  readonly rows: readonly Rows[Target][];
  /** What the next page is asked for with; absent on the last one. */
  readonly next?: string;
  /** Rows that the expression could not be evaluated for, which are not among them. */
  readonly unevaluated?: Unevaluated;
}

export interface StatisticsAnswer {
  readonly rows: readonly StatisticsRow[];
  /** Spans that the expression could not be evaluated for, which are not counted. */
  readonly unevaluated?: Unevaluated;
}

/** An event in whose text there are the words that were searched for. */
export interface SearchHit {
  readonly run: RunId;
  readonly agent: string;
  readonly seq: number;
  readonly spanId: SpanId;
  readonly event: JournalEvent['type'];
  readonly time: Millis;
  readonly where: 'log' | 'body';
  readonly snippet: Snippet;
  /** BM25, the best the lowest; only where the best come first. */
  readonly rank?: number;
}

export interface SearchPage {
  readonly hits: readonly SearchHit[];
  /** Words that are nearly everywhere cannot be ranked in time: the newest come first then, whatever was asked for. */
  readonly order: SearchOrder;
  readonly next?: string;
  /** Recorded events that are not searched yet. */
  readonly unindexed: number;
}

export type SearchOrder = 'best' | 'newest';
