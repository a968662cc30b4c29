import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import type { EventRow } from './hash-chain.ts';

/** One part of a body that the writer may not have yet. */
export interface NewPart {
  readonly run: RunId;
  /** Its number within the run. */
  readonly number: number;
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly content: Uint8Array;
}

/** Events on their way to the writer: column by column, since that is copied from thread to thread faster. */
export interface EventBatch {
  /** The runs that the events are of, each once. */
  readonly runs: RunId[];
  /** Of each event, the place of its run in `runs`. */
  readonly run: number[];
  readonly seq: number[];
  readonly at: number[];
  readonly wallTime: number[];
  readonly spanId: string[];
  readonly parentSpanId: (string | null)[];
  readonly v: number[];
  readonly type: string[];
  /** JSON. */
  readonly data: string[];
  readonly parts: NewPart[];
}

export function emptyBatch(): EventBatch {
  return {
    runs: [],
    run: [],
    seq: [],
    at: [],
    wallTime: [],
    spanId: [],
    parentSpanId: [],
    v: [],
    type: [],
    data: [],
    parts: [],
  };
}

/** Adds an event of one batch to another. */
export function copyEvent(from: EventBatch, index: number, to: EventBatch): void {
  to.run.push(placeOf(to, from.runs[from.run[index]!]!));
  to.seq.push(from.seq[index]!);
  to.at.push(from.at[index]!);
  to.wallTime.push(from.wallTime[index]!);
  to.spanId.push(from.spanId[index]!);
  to.parentSpanId.push(from.parentSpanId[index]!);
  to.v.push(from.v[index]!);
  to.type.push(from.type[index]!);
  to.data.push(from.data[index]!);
}

/** The place of a run in a batch. */
export function placeOf({ runs }: EventBatch, run: RunId): number {
  const place = runs.lastIndexOf(run);
  return place === -1 ? runs.push(run) - 1 : place;
}

/** Adds an event as it was kept elsewhere. */
export function addRow(batch: EventBatch, run: RunId, row: EventRow): void {
  batch.run.push(placeOf(batch, run));
  batch.seq.push(row.seq);
  batch.at.push(row.at);
  batch.wallTime.push(row.wall_time);
  batch.spanId.push(row.span_id);
  batch.parentSpanId.push(row.parent_id);
  batch.v.push(row.v);
  batch.type.push(row.type);
  batch.data.push(row.data);
}

/** Adds an event whose data as JSON is `data`. */
export function addEvent(batch: EventBatch, event: JournalEvent, data: string): void {
  batch.run.push(placeOf(batch, event.runId));
  batch.seq.push(event.seq);
  batch.at.push(event.at);
  batch.wallTime.push(event.wallTime);
  batch.spanId.push(event.spanId);
  batch.parentSpanId.push(event.parentSpanId ?? null);
  batch.v.push(event.v);
  batch.type.push(event.type);
  batch.data.push(data);
}
