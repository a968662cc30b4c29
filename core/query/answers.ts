import type { RunId, SpanId } from '../base/ids.ts';
import type { Millis, Nanos, Tokens, Usd } from '../base/units.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { LogLine, RunSummary, Span, SpanStatus } from '../journal/run-state.ts';
import type { QueryTarget } from './fields.ts';
import type { Unevaluated } from './filter.ts';

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
