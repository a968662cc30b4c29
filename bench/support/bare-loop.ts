import { parentPort, workerData } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { openForWriting } from '../../core/node/store/open-database.ts';
import type { Durability } from '../../core/node/store/messages.ts';

/** Rows that are written together. */
const TRANSACTION = 256;
/** Pages of the write-ahead log at which SQLite brings it into the file: as many bytes as the store allows. */
const CHECKPOINT_PAGES = 32_768;

export interface BareLoopData {
  /** A journal whose rows are written again. */
  readonly from: string;
  readonly to: string;
  readonly durability: Durability;
}

export interface BareLoopMessage {
  /** To write the events from one key up to another, and the parts that are new in them. */
  readonly fromRow: number;
  readonly toRow: number;
  readonly fromBlob: number;
  readonly toBlob: number;
}

// The bare loop: one prepared statement for each row, transactions of 256, nothing hashed and nothing folded.
const { from, to, durability } = workerData as BareLoopData;
const source = new Database(from, { readonly: true });
const target = openForWriting(to, durability);
target.pragma(`wal_autocheckpoint = ${CHECKPOINT_PAGES}`);
target.pragma('foreign_keys = OFF');
const rowsOf = source.prepare('SELECT * FROM events ORDER BY key LIMIT ? OFFSET ?').raw();
const blobsOf = source.prepare('SELECT * FROM blobs WHERE id > ? AND id <= ? ORDER BY id').raw();
const linksOf = source.prepare('SELECT * FROM run_blobs WHERE blob_id > ? AND blob_id <= ?').raw();
const insertEvent = target.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)');
const insertBlob = target.prepare('INSERT INTO blobs VALUES (?, ?, ?, ?)');
const insertLink = target.prepare('INSERT INTO run_blobs VALUES (?, ?, ?, ?)');

parentPort!.on('message', ({ fromRow, toRow, fromBlob, toBlob }: BareLoopMessage) => {
  const tables = [
    { insert: insertEvent, rows: rowsOf.all(toRow - fromRow, fromRow) as unknown[][] },
    { insert: insertBlob, rows: blobsOf.all(fromBlob, toBlob) as unknown[][] },
    { insert: insertLink, rows: linksOf.all(fromBlob, toBlob) as unknown[][] },
  ];
  const began = performance.now();
  for (const { insert, rows } of tables) {
    for (let at = 0; at < rows.length; at += TRANSACTION) {
      target.exec('BEGIN');
      for (const row of rows.slice(at, at + TRANSACTION)) insert.run(row);
      target.exec('COMMIT');
    }
  }
  parentPort!.postMessage(performance.now() - began);
});
