import { followColumns, type ApiFetch } from '../api/client.ts';
import type { RunId } from '../base/ids.ts';
import { applyChanges, knownAfter, NOTHING_KNOWN } from '../journal/columns/column-changes.ts';
import { rowOf, STATUSES } from '../journal/columns/span-chunk.ts';
import type { SpanColumns } from '../journal/columns/span-columns.ts';
import type { RunSummary } from '../journal/run-state.ts';

/** The columns of a run as a window has them. */
export class FollowedColumns {
  documents = 0;
  run: RunSummary | undefined;
  private columns: SpanColumns | undefined;
  private known = NOTHING_KNOWN;

  /** Until so many documents more have come, or the run has ended. */
  async follow(api: ApiFetch, run: RunId, documents: number): Promise<void> {
    const stop = new AbortController();
    const { seq, spans, names } = this.known;
    const path = `/api/runs/${run}/columns?seq=${seq}&spans=${spans}&names=${names}`;
    for await (const changes of followColumns(api, path, stop.signal)) {
      if ('problem' in changes) throw new Error(changes.problem.message);
      this.columns = applyChanges(this.columns, changes);
      this.known = knownAfter(changes);
      this.run = changes.run;
      this.documents += 1;
      if (this.documents >= documents) break;
    }
    stop.abort();
  }

  content() {
    const { size, dictionary, chunks } = this.columns!;
    return { size, dictionary, chunks: chunks.map(({ bytes }) => Buffer.from(bytes).toString('base64')) };
  }

  /** What is told of each span. */
  rows() {
    const columns = this.columns!;
    return Array.from({ length: columns.size }, (_, ordinal) => {
      const { status, end } = columns.chunkOf(ordinal);
      const endedAt = end[rowOf(ordinal)]!;
      return [columns.idAt(ordinal), STATUSES[status[rowOf(ordinal)]!], endedAt < 0 ? undefined : endedAt];
    });
  }
}
