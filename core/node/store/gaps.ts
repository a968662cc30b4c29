import type { RunId } from '../../base/ids.ts';
import { EVENT_VERSION } from '../../journal/event.ts';
import { copyEvent, emptyBatch, placeOf, type EventBatch } from './event-batch.ts';

/** Events of one run that are not in the journal. */
interface Gap {
  /** From this event on. */
  readonly from: number;
  /** The newest of them. */
  readonly last: {
    readonly seq: number;
    readonly at: number;
    readonly wallTime: number;
    readonly spanId: string;
  };
}

/**
 * Events that could not be kept. Their runs get one event in their place that says so; that a run began and that it ended
 * is never left out.
 */
export class Gaps {
  private readonly gaps = new Map<RunId, Gap>();
  private readonly starts = emptyBatch();
  private readonly ends = emptyBatch();

  get isEmpty(): boolean {
    return this.gaps.size === 0 && this.starts.seq.length === 0 && this.ends.seq.length === 0;
  }

  /** Leaves the events of a batch out; of a run, they stand beside those that were left out before. */
  add(batch: EventBatch): void {
    for (let index = 0; index < batch.seq.length; index++) {
      const type = batch.type[index];
      if (type === 'run-started') copyEvent(batch, index, this.starts);
      else if (type === 'run-ended') copyEvent(batch, index, this.ends);
      else {
        const run = batch.runs[batch.run[index]!]!;
        const [seq, at] = [batch.seq[index]!, batch.at[index]!];
        const [wallTime, spanId] = [batch.wallTime[index]!, batch.spanId[index]!];
        const from =
          type === 'recording-gap' ? (JSON.parse(batch.data[index]!) as { from: number }).from : seq;
        this.extend(run, from, { seq, at, wallTime, spanId });
      }
    }
  }

  /** Leaves out what is lost of a run between two of its events. */
  extend(run: RunId, from: number, last: Gap['last']): void {
    const known = this.gaps.get(run);
    const newest = known && known.last.seq > last.seq ? known.last : last;
    this.gaps.set(run, { from: Math.min(known?.from ?? from, from), last: newest });
  }

  /** What is to be written instead, and nothing is left out any more. */
  take(reason: string): EventBatch {
    const batch = emptyBatch();
    for (let index = 0; index < this.starts.seq.length; index++) copyEvent(this.starts, index, batch);
    for (const [run, { from, last }] of this.gaps) {
      batch.run.push(placeOf(batch, run));
      batch.seq.push(last.seq);
      batch.at.push(last.at);
      batch.wallTime.push(last.wallTime);
      batch.spanId.push(last.spanId);
      batch.parentSpanId.push(null);
      batch.v.push(EVENT_VERSION);
      batch.type.push('recording-gap');
      batch.data.push(JSON.stringify({ from, reason }));
    }
    for (let index = 0; index < this.ends.seq.length; index++) copyEvent(this.ends, index, batch);
    this.gaps.clear();
    for (const kept of [this.starts, this.ends]) for (const column of Object.values(kept)) column.length = 0;
    return batch;
  }
}
