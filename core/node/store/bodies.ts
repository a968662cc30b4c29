import { createHash, hash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { zstdDecompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import { SMALLEST_SPLIT, splitBody } from '../../journal/body-parts.ts';
import type { BodyRef } from '../../journal/event.ts';
import type { NewPart } from './event-batch.ts';

/** Parts of a run that are known to have been sent; forgotten ones are sent again, under another number. */
const KNOWN_PARTS = 50_000;

/** Cuts the bodies of runs into parts and numbers those; each is sent to the writer once. */
export class PartNumbers {
  private readonly runs = new Map<RunId, { next: number; readonly known: Map<string, number> }>();
  private readonly send: (part: NewPart) => void;

  constructor(send: (part: NewPart) => void) {
    this.send = send;
  }

  keep(run: RunId, body: Uint8Array): BodyRef {
    const mayHaveParts = body.length >= SMALLEST_SPLIT && isUtf8(body);
    const contents = mayHaveParts
      ? splitBody(Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8'))
      : [body];
    const only = contents.length === 1;
    const hashes: string[] = [];
    const parts = contents.map((content) => {
      const bytes = only ? body : typeof content === 'string' ? Buffer.from(content) : content;
      const digest = hash('sha256', bytes);
      hashes.push(digest);
      return this.numberOf(run, digest, bytes);
    });
    return { bytes: body.length, hash: hashOfParts(hashes), parts };
  }

  /** Nothing more will come of the run. */
  forget(run: RunId): void {
    this.runs.delete(run);
  }

  /** What was sent is lost: it is sent again, under other numbers. */
  forgetAll(): void {
    for (const { known } of this.runs.values()) known.clear();
  }

  private numberOf(run: RunId, digest: string, content: Uint8Array): number {
    let numbers = this.runs.get(run);
    if (!numbers) this.runs.set(run, (numbers = { next: 1, known: new Map() }));
    const { known } = numbers;
    const sent = known.get(digest);
    if (sent !== undefined) return sent;
    if (known.size >= KNOWN_PARTS) known.clear();
    const number = numbers.next++;
    known.set(digest, number);
    this.send({ run, number, hash: digest, content });
    return number;
  }
}

/** Reads bodies whose parts are what they were; one that is not is an error, never an answer. */
export class CheckedBodies {
  private readonly statements: ReturnType<typeof prepare>;

  constructor(database: Database) {
    this.statements = prepare(database);
  }

  /** One part of a body; nothing where the journal does not have it. */
  part(runKey: number, part: number | string): PartOfBody | undefined {
    const row = this.rowOf(runKey, part);
    return row && { number: row.number, indexedAt: row.indexed_seq, content: () => unpack(row) };
  }

  read(runKey: number, ref: BodyRef): Uint8Array {
    const hashes: string[] = [];
    const contents = ref.parts.map((part) => {
      const row = this.rowOf(runKey, part);
      if (!row) throw new Error(`the body part ${part} is missing from the journal`);
      hashes.push(row.hash.toString('hex'));
      return unpack(row);
    });
    if (ref.hash !== undefined && hashOfParts(hashes) !== ref.hash)
      throw new Error('a body is not what was recorded; the journal was changed or damaged');
    return contents.length === 1 ? contents[0]! : Buffer.concat(contents);
  }

  /** In the order of their numbers, at most `limit` from number `from` on. */
  parts(runKey: number, from: number, limit: number): readonly Omit<NewPart, 'run'>[] {
    const rows = this.statements.fromNumber.all(runKey, from, limit) as (BlobRow & { number: number })[];
    return rows.map((row) => ({
      number: row.number,
      hash: row.hash.toString('hex'),
      content: unpack(row),
    }));
  }

  /** Goes through all parts of a run; returns what is wrong with some. */
  verify(runKey: number): readonly string[] {
    const wrong: string[] = [];
    for (const row of this.statements.ofRun.iterate(runKey) as IterableIterator<BlobRow>) {
      try {
        unpack(row);
      } catch (error) {
        wrong.push(error instanceof Error ? error.message : String(error));
      }
    }
    return wrong;
  }

  private rowOf(runKey: number, part: number | string): BlobRow | undefined {
    const { byNumber, byHash } = this.statements;
    const row =
      typeof part === 'number' ? byNumber.get(runKey, part) : byHash.get(runKey, Buffer.from(part, 'hex'));
    return row as BlobRow | undefined;
  }
}

export interface PartOfBody {
  readonly number: number;
  /** The event whose text it is in; 0 while it is in none. */
  readonly indexedAt: number;
  /** Throws where it is not what was recorded. */
  content(): Uint8Array;
}

interface BlobRow {
  readonly number: number;
  readonly indexed_seq: number;
  readonly hash: Buffer;
  readonly encoding: string;
  readonly content: Buffer;
}

function unpack(row: BlobRow): Buffer {
  const content = row.encoding === 'zstd' ? zstdDecompressSync(row.content) : row.content;
  if (createHash('sha256').update(content).digest().equals(row.hash)) return content;
  const name = row.hash.toString('hex');
  throw new Error(`the body part ${name} is not what was recorded; the journal was changed or damaged`);
}

function hashOfParts(hashes: readonly string[]): string {
  return hashes.length === 1 ? hashes[0]! : hash('sha256', hashes.join(''));
}

function prepare(database: Database) {
  const columns =
    'SELECT number, indexed_seq, hash, encoding, content FROM run_blobs JOIN blobs ON blobs.id = run_blobs.blob_id WHERE run_key = ?';
  return {
    byNumber: database.prepare(`${columns} AND number = ?`),
    byHash: database.prepare(`${columns} AND hash = ?`),
    ofRun: database.prepare(columns),
    fromNumber: database.prepare(
      `SELECT number, hash, encoding, content FROM run_blobs JOIN blobs ON blobs.id = run_blobs.blob_id
       WHERE run_key = ? AND number >= ? ORDER BY number LIMIT ?`,
    ),
  };
}
