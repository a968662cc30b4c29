import type { SpanId } from '../../base/ids.ts';
import type { Draft } from '../draft.ts';
import type { JournalEvent } from '../event.ts';
import { applyNext, beginRun } from '../fold.ts';
import type { RunSummary, Span, Waiting } from '../run-state.ts';
import { loadSpan, type ReadEvent } from './load-span.ts';
import { RowChanges } from './row-changes.ts';
import { chunkIndexOf, rowOf } from './span-chunk.ts';
import { SpanColumns } from './span-columns.ts';
import { SpansOnDemand } from './spans-on-demand.ts';

/** So many spans that have ended are kept as they are: reports and hedges come back to them. */
const ENDED_KEPT = 10_000;

/** What a run's fold cannot find in the columns, after event `run.lastSeq`. */
export interface Snapshot {
  readonly run: RunSummary;
  /** Spans heard of. */
  readonly spans: number;
  readonly open: readonly Span[];
}

/**
 * A run's journal folded event by event, whatever its length: the summary and the open spans as they are, all spans as
 * columns. What has ended is forgotten, and read again from its events where it is needed.
 */
export class RunProjection {
  readonly columns: SpanColumns;
  /** Chunks that have changed since whoever writes them has looked. */
  readonly changed = new Set<number>();
  /** Spans by the event that has changed them last. */
  readonly rows: RowChanges;
  private readonly draft: Draft;
  private readonly spans: SpansOnDemand;
  /** The first span that the event in hand has changed. */
  private subject: Span | undefined;

  private constructor(
    run: RunSummary | undefined,
    root: SpanId,
    columns: SpanColumns,
    open: readonly Span[],
    read: ReadEvent,
  ) {
    this.columns = columns;
    this.rows = new RowChanges(run?.lastSeq ?? 0);
    const elsewhere = {
      size: columns.size,
      root,
      has: (id: SpanId) => columns.ordinalOf(id) >= 0,
      load: (id: SpanId) => loadSpan(columns, this.run, id, read),
    };
    this.spans = new SpansOnDemand(elsewhere, open, ENDED_KEPT, (span, before) => this.note(span, before));
    const logs = { push: () => undefined };
    // Of a run that begins, its first event says the rest.
    this.draft = { run: run!, spans: this.spans, logs, awaited: new Map<string, Waiting>() };
  }

  /** From its first event; throws where that is another. */
  static begin(first: JournalEvent, read: ReadEvent): RunProjection {
    const projection = new RunProjection(undefined, first.spanId, new SpanColumns(), [], read);
    projection.draft.run = beginRun(first, projection.spans);
    projection.link(0, 1);
    return projection;
  }

  /** As a snapshot and the columns of the same moment have it; of a run in which nothing waits for its parent. */
  static resume({ run, open }: Snapshot, columns: SpanColumns, read: ReadEvent): RunProjection {
    return new RunProjection(run, columns.idAt(0), columns, open, read);
  }

  get run(): RunSummary {
    return this.draft.run;
  }

  /** Folds the next event. Returns the event of the same span before it, 0 for none. */
  apply(event: JournalEvent): number {
    this.subject = undefined;
    applyNext(this.draft, event);
    const ordinal = this.ordinalOfSubject(event) ?? this.columns.ordinalOf(event.spanId);
    return ordinal < 0 ? 0 : this.link(ordinal, event.seq);
  }

  snapshot(): Snapshot {
    return { run: this.run, spans: this.columns.size, open: [...this.spans.running()] };
  }

  get openSpans(): number {
    return this.spans.open;
  }

  /** Two traces may have spans of one id: which of them was reported, only the fold knows. */
  private ordinalOfSubject({ type, spanId }: JournalEvent): number | undefined {
    const { subject } = this;
    return type === 'span-reported' || subject?.id === spanId ? subject?.index : undefined;
  }

  private note(span: Span, before: Span | undefined): void {
    // At its very first event a run has no summary yet.
    const seq = this.draft.run?.lastSeq ?? 1;
    const ordinal = this.columns.put(span, seq, before);
    this.touch(ordinal, seq);
    // Its call has a new last attempt.
    const call = span.kind === 'attempt' ? this.columns.chunkOf(ordinal).parent[rowOf(ordinal)]! : -1;
    if (call >= 0) this.touch(call, seq);
    this.subject ??= span;
  }

  private link(ordinal: number, seq: number): number {
    const { lastSeq } = this.columns.chunkOf(ordinal);
    const row = rowOf(ordinal);
    const previous = lastSeq[row]!;
    lastSeq[row] = seq;
    this.touch(ordinal, seq);
    return previous;
  }

  private touch(ordinal: number, seq: number): void {
    this.changed.add(chunkIndexOf(ordinal));
    this.rows.note(ordinal, seq);
  }
}
