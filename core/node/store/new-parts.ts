import { zstdCompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { NewPart } from './event-batch.ts';
import { RowInserter } from './row-inserter.ts';

/** Smaller parts are stored as they are: compressing one takes longer than all else that is done for its event. */
const SMALLEST_COMPRESSED = 8 * 1024;
/** Parts of all runs whose content is known to be there; forgotten ones are stored again. */
const KNOWN_BLOBS = 100_000;

/** Stores parts of bodies that are new, each content once as far as is remembered. */
export class NewParts {
  private readonly blobs: RowInserter<readonly [number, Uint8Array, 'zstd' | 'raw', Uint8Array]>;
  private readonly links: RowInserter<readonly [number, number, number]>;
  private readonly newest;
  private readonly known = new Map<string, number>();
  private last: number;

  constructor(database: Database) {
    this.blobs = new RowInserter(database, 'blobs', ['id', 'hash', 'encoding', 'content']);
    this.links = new RowInserter(database, 'run_blobs', ['run_key', 'number', 'blob_id']);
    this.newest = database.prepare('SELECT coalesce(max(id), 0) FROM blobs').pluck();
    this.last = this.newest.get() as number;
  }

  add(runKey: number, { number, hash, content }: NewPart): void {
    let blob = this.known.get(hash);
    if (blob === undefined) {
      if (this.known.size >= KNOWN_BLOBS) this.known.clear();
      blob = ++this.last;
      this.addBlob(blob, hash, content);
      this.known.set(hash, blob);
    }
    this.links.add(runKey, number, blob);
  }

  flush(): void {
    this.blobs.flush();
    this.links.flush();
  }

  /** What was added since is not to be written. */
  forget(): void {
    this.blobs.forget();
    this.links.forget();
    this.forgetKnown();
    this.last = this.newest.get() as number;
  }

  /** Some of what is known to be there may be gone. */
  forgetKnown(): void {
    this.known.clear();
  }

  private addBlob(id: number, hash: string, content: Uint8Array): void {
    const packed = content.length >= SMALLEST_COMPRESSED ? zstdCompressSync(content) : undefined;
    const isSmaller = packed !== undefined && packed.length < content.length;
    this.blobs.add(id, Buffer.from(hash, 'hex'), isSmaller ? 'zstd' : 'raw', isSmaller ? packed : content);
  }
}
