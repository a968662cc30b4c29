import { NANOS_PER_MILLI } from '../../../base/units.ts';
import { KINDS, rowOf, STATUSES, type SpanChunk } from '../../../journal/columns/span-chunk.ts';
import type { SpanColumns } from '../../../journal/columns/span-columns.ts';
import { unknownCosts, type LogLine, type RunSummary, type Span } from '../../../journal/run-state.ts';
import type { FoundSpan } from '../../../query/answers.ts';
import type { FilterRow } from '../../../query/filter.ts';
import { rowToEvent, seqOf, type UncheckedRow } from '../event-row.ts';
import type { ListedRun } from './stored-runs.ts';

/** A run as filters see it. */
export function runRow(run: RunSummary): FilterRow<'runs'> {
  const { inputTokens, outputTokens } = run;
  return {
    ...run,
    command: run.command?.join(' ') ?? '',
    time: run.startedAt,
    durationMs: run.duration / NANOS_PER_MILLI,
    hedges: run.hedges ?? 0,
    tokens: inputTokens + outputTokens,
    unknownCosts: unknownCosts(run),
    exitCode: run.exitCode ?? -1,
    reason: run.reason ?? '',
    reportedSpans: run.reportedSpans ?? 0,
    mcpRequests: run.mcpRequests ?? 0,
  };
}

/** The spans of a run as filters see them, one after the other: what the columns have is never copied. */
export class SpanRow implements FilterRow<'spans'> {
  readonly run: string;
  readonly agent: string;
  private readonly ofRun: ListedRun;
  private readonly columns: SpanColumns;
  private readonly startOfRun: number;
  private readonly load: (ordinal: number) => Span;
  private ordinal = -1;
  private chunk!: SpanChunk;
  private row = 0;
  private loaded: Span | undefined;
  private other: SpanRow | undefined;

  constructor(run: ListedRun, columns: SpanColumns, load: (ordinal: number) => Span) {
    const { summary } = run;
    this.ofRun = run;
    this.run = summary.id;
    this.agent = summary.name;
    this.startOfRun = summary.startedAt;
    this.columns = columns;
    this.load = load;
  }

  at(ordinal: number): this {
    this.ordinal = ordinal;
    this.chunk = this.columns.chunkOf(ordinal);
    this.row = rowOf(ordinal);
    this.loaded = undefined;
    return this;
  }

  /** Its ordinal. */
  get place() {
    return this.ordinal;
  }
  get id() {
    return this.columns.idAt(this.ordinal);
  }
  get kind() {
    return KINDS[this.chunk.kind[this.row]!]!;
  }
  get status() {
    return STATUSES[this.chunk.status[this.row]!]!;
  }
  get name() {
    return this.columns.dictionary[this.chunk.name[this.row]!]!;
  }
  get label() {
    return this.columns.dictionary[this.chunk.label[this.row]!]!;
  }
  get startedAt() {
    return this.chunk.start[this.row]!;
  }
  get time() {
    return this.startOfRun + this.startMs;
  }
  get startMs() {
    return this.startedAt / NANOS_PER_MILLI;
  }
  /** Not a number while it is open. */
  get durationMs() {
    const end = this.chunk.end[this.row]!;
    return end < 0 ? Number.NaN : (end - this.startedAt) / NANOS_PER_MILLI;
  }
  get inputTokens() {
    return this.chunk.inputTokens[this.row]!;
  }
  get outputTokens() {
    return this.chunk.outputTokens[this.row]!;
  }
  get tokens() {
    return this.inputTokens + this.outputTokens;
  }
  /** Not a number where it is not known. */
  get cost() {
    return this.chunk.cost[this.row]!;
  }
  get details() {
    return (this.loaded ??= this.load(this.ordinal));
  }
  get error() {
    return this.details.error?.message ?? '';
  }
  get httpStatus() {
    const { details } = this;
    return 'httpStatus' in details ? (details.httpStatus ?? 0) : 0;
  }

  /** Whose tokens and cost are this span's: its own, and those of its call for the attempt that answered it, or was its last. */
  get spender(): SpanRow {
    const call = this.chunk.parent[this.row]!;
    if (this.kind !== 'attempt' || call < 0 || this.answering(call) !== this.ordinal) return this;
    this.other ??= new SpanRow(this.ofRun, this.columns, this.load);
    return this.other.at(call);
  }

  private answering(call: number): number {
    const last = this.columns.chunkOf(call).lastAttempt[rowOf(call)]!;
    for (let attempt = last; attempt >= 0;) {
      const { status, previousAttempt } = this.columns.chunkOf(attempt);
      if (STATUSES[status[rowOf(attempt)]!] === 'ok') return attempt;
      attempt = previousAttempt[rowOf(attempt)]!;
    }
    return last;
  }

  found(): FoundSpan {
    const { run, agent, id, kind, status, name, label, time, startedAt, inputTokens, outputTokens, cost } =
      this;
    const end = this.chunk.end[this.row]!;
    const ended = end >= 0 && { endedAt: end };
    const priced = !Number.isNaN(cost) && { cost };
    const about = { run: run as FoundSpan['run'], agent, id, kind, status, name, label };
    return { ...about, time, startedAt, ...ended, inputTokens, outputTokens, ...priced };
  }
}

/** An event as filters see it; its facts are read only where they are asked for. */
export class EventFilterRow implements FilterRow<'events'> {
  readonly run: string;
  readonly agent: string;
  protected readonly stored: UncheckedRow;
  private readonly ofRun: ListedRun;

  constructor(run: ListedRun, stored: UncheckedRow) {
    this.run = run.id;
    this.agent = run.summary.name;
    this.ofRun = run;
    this.stored = stored;
  }

  get seq() {
    return seqOf(this.stored);
  }
  get span() {
    return this.stored.span_id;
  }
  get time() {
    return this.stored.wall_time;
  }
  get atMs() {
    return this.stored.at / NANOS_PER_MILLI;
  }
  get event() {
    return this.stored.type;
  }
  get data() {
    return rowToEvent(this.ofRun.id, this.stored).data;
  }
}

/** A line of the log as filters see it. */
export function logRow(
  { id: run, summary }: ListedRun,
  { stream, text, seq, at }: LogLine,
  { span_id: span, wall_time: time }: UncheckedRow,
): FilterRow<'logs'> {
  return { run, agent: summary.name, seq, span, time, atMs: at / NANOS_PER_MILLI, stream, text };
}
