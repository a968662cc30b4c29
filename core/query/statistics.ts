import type { Millis, Tokens, Usd } from '../base/units.ts';
import type { Span } from '../journal/run-state.ts';

/** What spans are put together by; `agent`: by the name of their run, `instance`: attempts by where they went. */
export const STATISTICS_BY = ['model', 'instance', 'agent', 'run', 'kind', 'status', 'name'] as const;
export type StatisticsBy = (typeof STATISTICS_BY)[number];

/** One group of spans, or of those that began in one bucket of time. */
export interface StatisticsRow {
  readonly group: string;
  /** When its bucket begins, Unix time; only where there are buckets. */
  readonly from?: Millis;
  readonly count: number;
  /** Those that have not ended; they are in no figure below. */
  readonly open: number;
  readonly errors: number;
  /** Of those that have ended, 0 to 1; absent where none has. */
  readonly errorRate?: number;
  /** Nearest rank, of all that have ended; absent where none has. */
  readonly latency?: {
    readonly p50: Millis;
    readonly p90: Millis;
    readonly p95: Millis;
    readonly p99: Millis;
  };
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** Spans that should have tokens, of which nobody knows how many. */
  readonly unknownTokens: number;
  /** What is known. */
  readonly cost: Usd;
  /** Spans that have cost something that nobody knows. */
  readonly unknownCosts: number;
}

/** What is asked of a span to count it. */
export interface MeasuredSpan extends SpentTokens {
  readonly time: Millis;
  /** Not a number while it is open. */
  readonly durationMs: Millis;
}

/** Whose tokens are counted with a span: its own, or those of the call that an attempt has answered. */
interface SpentTokens {
  readonly kind: Span['kind'];
  readonly status: Span['status'];
  readonly label: string;
  readonly inputTokens: Tokens;
  readonly outputTokens: Tokens;
  /** Not a number where it is not known. */
  readonly cost: Usd;
}

/** More rows than these are no answer for anybody. */
export const MOST_STATISTICS = 10_000;

/** Which spans are counted where nobody says: one kind, so that a call and its attempts are not both in a sum. */
export function countedKind(by: StatisticsBy): Span['kind'] | undefined {
  switch (by) {
    case 'model':
    case 'agent':
    case 'run':
      return 'call';
    case 'instance':
      return 'attempt';
    case 'kind':
    case 'status':
    case 'name':
      return undefined;
  }
}

/** The figures of a group as its spans come. */
class GroupStatistics {
  private readonly group: string;
  private readonly from: Millis | undefined;
  private latencies = new Float64Array(64);
  private ended = 0;
  private open = 0;
  private errors = 0;
  private inputTokens = 0;
  private outputTokens = 0;
  private unknownTokens = 0;
  private cost = 0;
  private unknownCosts = 0;

  constructor(group: string, from: Millis | undefined) {
    this.group = group;
    this.from = from;
  }

  add({ status, durationMs }: MeasuredSpan, spent: SpentTokens): void {
    const { inputTokens, outputTokens, cost } = spent;
    if (status === 'running') {
      this.open += 1;
      return;
    }
    if (status === 'error') this.errors += 1;
    this.addLatency(durationMs);
    this.inputTokens += inputTokens;
    this.outputTokens += outputTokens;
    const hasTokens = inputTokens + outputTokens > 0;
    const generated = spent.kind === 'call' && spent.status === 'ok' && spent.label !== '';
    if (generated && !hasTokens) this.unknownTokens += 1;
    if (!Number.isNaN(cost)) this.cost += cost;
    else if (hasTokens || generated) this.unknownCosts += 1;
  }

  row(): StatisticsRow {
    const { group, from, open, ended, errors, inputTokens, outputTokens, unknownTokens, cost, unknownCosts } =
      this;
    const sorted = this.latencies.subarray(0, ended).toSorted();
    const at = (share: number) => sorted[Math.max(Math.ceil(share * ended) - 1, 0)]!;
    return {
      group,
      ...(from !== undefined && { from }),
      count: open + ended,
      open,
      errors,
      ...(ended > 0 && {
        errorRate: errors / ended,
        latency: { p50: at(0.5), p90: at(0.9), p95: at(0.95), p99: at(0.99) },
      }),
      inputTokens,
      outputTokens,
      unknownTokens,
      cost,
      unknownCosts,
    };
  }

  private addLatency(millis: Millis): void {
    if (this.ended === this.latencies.length) {
      const longer = new Float64Array(this.ended * 2);
      longer.set(this.latencies);
      this.latencies = longer;
    }
    this.latencies[this.ended++] = millis;
  }
}

/** Spans put together by a group and, where `bucketMs` says so, by when they began. */
export class Statistics {
  private readonly bucketMs: Millis | undefined;
  private readonly groups = new Map<string, Map<Millis, GroupStatistics>>();
  private size = 0;

  constructor(bucketMs?: Millis) {
    this.bucketMs = bucketMs;
  }

  /** False where there would be more than `MOST_STATISTICS` rows. */
  add(group: string, span: MeasuredSpan, spent: SpentTokens = span): boolean {
    let buckets = this.groups.get(group);
    if (!buckets) this.groups.set(group, (buckets = new Map()));
    const { bucketMs } = this;
    const from = bucketMs === undefined ? undefined : Math.floor(span.time / bucketMs) * bucketMs;
    let figures = buckets.get(from ?? 0);
    if (!figures) {
      if (++this.size > MOST_STATISTICS) return false;
      buckets.set(from ?? 0, (figures = new GroupStatistics(group, from)));
    }
    figures.add(span, spent);
    return true;
  }

  /** The groups with the most spans first, the buckets of each in their order. */
  rows(): readonly StatisticsRow[] {
    const groups = Array.from(this.groups.values(), (buckets) =>
      Array.from(buckets.values(), (figures) => figures.row()),
    );
    const countOf = (rows: readonly StatisticsRow[]) => rows.reduce((sum, { count }) => sum + count, 0);
    return groups
      .map((rows) => ({ rows, count: countOf(rows) }))
      .toSorted(
        (one, other) => other.count - one.count || (one.rows[0]!.group < other.rows[0]!.group ? -1 : 1),
      )
      .flatMap(({ rows }) => rows.toSorted((one, other) => (one.from ?? 0) - (other.from ?? 0)));
  }
}
