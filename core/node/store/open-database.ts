import Database from 'better-sqlite3';
import { keepCopy } from './kept-copies.ts';
import type { Durability } from './messages.ts';
import { migrations } from './migrations.ts';
import { INCREMENTAL } from './space.ts';
import { StoreFailure } from './store-failure.ts';

/** The write-ahead log is cut to so many bytes when all of it is in the file. */
const LARGEST_IDLE_LOG = 64 * 1024 * 1024;

/** The one writing connection: write-ahead log, `synchronous` set explicitly, checkpoints of our own. */
export function openForWriting(file: string, durability: Durability = 'normal'): Database.Database {
  const database = open(file, {});
  try {
    // What deletions leave free can be given back; one that is there already stays as it is.
    const isNew = database.pragma('page_count', { simple: true }) === 0;
    if (isNew) database.pragma(`auto_vacuum = ${INCREMENTAL}`);
    database.pragma('journal_mode = WAL');
    database.pragma(`synchronous = ${durability === 'strict' ? 'FULL' : 'NORMAL'}`);
    // What belongs to a deleted run goes later, and in slices: see removals.ts.
    database.pragma('foreign_keys = OFF');
    database.pragma('trusted_schema = OFF');
    database.pragma(`journal_size_limit = ${LARGEST_IDLE_LOG}`);
    // Checkpoints are the writer's own: between its commits, not within one.
    database.pragma('wal_autocheckpoint = 0');
    database.pragma('cache_size = -65536');
    migrate(database, file);
    return database;
  } catch (error) {
    database.close();
    throw storeFailure(error, file);
  }
}

export function openForReading(file: string): Database.Database {
  const database = open(file, { readonly: true, fileMustExist: true });
  database.pragma('trusted_schema = OFF');
  return database;
}

function open(file: string, options: Database.Options): Database.Database {
  try {
    return new Database(file, { timeout: 5000, ...options });
  } catch (error) {
    throw storeFailure(error, file);
  }
}

function migrate(database: Database.Database, file: string): void {
  const version = database.pragma('user_version', { simple: true }) as number;
  if (version > migrations.length) {
    throw new StoreFailure(
      'newer_database',
      `${file} was written by a newer Signalbox (format ${version}; this one reads up to ${migrations.length}). ` +
        'Nothing was changed. Update Signalbox, or use another folder with --data DIR.',
    );
  }
  if (version > 0 && version < migrations.length) keepCopy(database, file, version);
  for (const [index, sql] of migrations.entries()) {
    if (index < version) continue;
    database.transaction(() => {
      database.exec(sql);
      database.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/** Whether SQLite's name for an error says that the file is not what it should be; one that ends too early is a short read. */
export function isDamage(code: string): boolean {
  return code.startsWith('SQLITE_CORRUPT') || code === 'SQLITE_IOERR_SHORT_READ';
}

/** What an error of SQLite means for whoever wants to use the file. */
export function storeFailure(error: unknown, file: string): Error {
  if (!(error instanceof Database.SqliteError))
    return error instanceof Error ? error : new Error(String(error));
  if (isDamage(error.code)) return new StoreFailure('damaged', `${file} is damaged (${error.message}).`);
  switch (error.code) {
    case 'SQLITE_NOTADB':
      return new StoreFailure(
        'not_a_database',
        `${file} is not a journal that can be read (${error.message}). Nothing was changed. ` +
          'Move it away to start a new one, or use another folder with --data DIR.',
      );
    case 'SQLITE_CANTOPEN':
    case 'SQLITE_READONLY':
    case 'SQLITE_READONLY_DIRECTORY':
    case 'SQLITE_PERM':
      return new StoreFailure(
        'not_writable',
        `${file} cannot be written (${error.message}). Give yourself the right to write there, or use another folder with --data DIR.`,
      );
    default:
      return error;
  }
}
