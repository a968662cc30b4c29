import { CHUNK_SPANS, chunkIndexOf, rowOf } from './span-chunk.ts';

/** Which spans of a run have changed since one of its events: of each, the last that changed anything in its row. */
export class RowChanges {
  /** What happened up to this event is not known. */
  readonly known: number;
  private readonly chunks: { newest: number; readonly rows: Uint32Array }[] = [];

  constructor(known: number) {
    this.known = known;
  }

  note(ordinal: number, seq: number): void {
    const index = chunkIndexOf(ordinal);
    for (let missing = this.chunks.length; missing <= index; missing++)
      this.chunks.push({ newest: 0, rows: new Uint32Array(CHUNK_SPANS) });
    const chunk = this.chunks[index]!;
    chunk.newest = seq;
    chunk.rows[rowOf(ordinal)] = seq;
  }

  /** The rows that have changed after event `seq`, chunk by chunk. */
  *after(seq: number): Generator<{ readonly chunk: number; readonly rows: readonly number[] }, void> {
    for (const [chunk, { newest, rows }] of this.chunks.entries()) {
      if (newest <= seq) continue;
      const changed: number[] = [];
      for (let row = 0; row < CHUNK_SPANS; row++) if (rows[row]! > seq) changed.push(row);
      yield { chunk, rows: changed };
    }
  }
}
