import { zstdCompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { Packed, Reclaimed } from './messages.ts';

/** Shorter parts do not become smaller. */
const SMALLEST_PACKED = 256;
const PAGES_TOGETHER = 1_000;

/** What makes the file smaller: parts of ended runs are compressed, and free pages given back. */
export class Space {
  private readonly database: Database;
  private readonly statements: ReturnType<typeof prepare>;
  /** Parts up to this one were looked at. */
  private looked = 0;
  /** The first of them that was left alone, since a run that is open has it. */
  private skipped: number | undefined;

  constructor(database: Database) {
    this.database = database;
    this.statements = prepare(database);
  }

  pack(parts: number): Packed {
    return this.database.transaction(() => {
      const rows = this.statements.next.all(this.looked, parts) as PartRow[];
      let savedBytes = 0;
      for (const { id, content, isOpen } of rows) {
        this.looked = id;
        if (content === null) continue;
        if (isOpen) this.skipped ??= id;
        else savedBytes += this.packOne(id, content);
      }
      const more = rows.length === parts;
      if (!more && this.skipped !== undefined) {
        [this.looked, this.skipped] = [this.skipped - 1, undefined];
      }
      return { savedBytes, more };
    })();
  }

  /** A file that was begun without room for it is written anew first, where all is asked for. */
  reclaim(pages: number | undefined): Reclaimed {
    const before = this.pages();
    if (this.pragma('auto_vacuum') !== INCREMENTAL) {
      if (pages === undefined) {
        this.database.pragma(`auto_vacuum = ${INCREMENTAL}`);
        this.database.exec('VACUUM');
      }
    } else if (pages === undefined) {
      while (this.pragma('freelist_count') > 0) this.database.pragma(`incremental_vacuum(${PAGES_TOGETHER})`);
    } else this.database.pragma(`incremental_vacuum(${pages})`);
    if (pages === undefined) this.database.pragma('wal_checkpoint(TRUNCATE)');
    const freed = before - this.pages();
    return { bytes: freed * this.pragma('page_size'), more: freed > 0 && this.pragma('freelist_count') > 0 };
  }

  private packOne(id: number, content: Buffer): number {
    const packed = zstdCompressSync(content);
    if (packed.length >= content.length) return 0;
    this.statements.put.run(packed, id);
    return content.length - packed.length;
  }

  private pages(): number {
    return this.pragma('page_count');
  }

  private pragma(name: string): number {
    return this.database.pragma(name, { simple: true }) as number;
  }
}

/** `auto_vacuum` as SQLite numbers it: free pages are given back when that is asked for. */
export const INCREMENTAL = 2;

interface PartRow {
  readonly id: number;
  /** Null where there is nothing to compress. */
  readonly content: Buffer | null;
  readonly isOpen: number;
}

function prepare(database: Database) {
  return {
    next: database.prepare(
      `SELECT id, iif(encoding = 'raw' AND length(content) >= ${SMALLEST_PACKED}, content, NULL) AS content,
         EXISTS (SELECT 1 FROM run_blobs JOIN runs ON runs.key = run_key WHERE blob_id = id AND open > 0) AS isOpen
       FROM blobs WHERE id > ? ORDER BY id LIMIT ?`,
    ),
    put: database.prepare("UPDATE blobs SET encoding = 'zstd', content = ? WHERE id = ?"),
  };
}
