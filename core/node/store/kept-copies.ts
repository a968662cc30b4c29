import { constants, copyFileSync, readdirSync, renameSync, rmSync, statSync, utimesSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { StoreFailure } from './store-failure.ts';

/** For so long an older Signalbox can be gone back to. */
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;

/** A journal as it was before its format changed. */
export interface KeptCopy {
  readonly file: string;
  readonly bytes: number;
  /** Unix milliseconds. */
  readonly madeAt: number;
}

/**
 * Copies a journal of an older version before its format is changed: `journal.db.v4.bak`, beside it. One that is there
 * already was made before that change was interrupted, and stays. Throws `StoreFailure`; the journal is as it was then.
 */
export function keepCopy(database: Database, file: string, version: number): void {
  const copy = `${file}.v${version}.bak`;
  if (statSync(copy, { throwIfNoEntry: false })) return;
  const [log] = database.pragma('wal_checkpoint(TRUNCATE)') as readonly [{ readonly busy: number }];
  if (log.busy > 0)
    throw new StoreFailure(
      'in_use',
      `${file} is read by another program, and its format is to be changed. Nothing was changed. End that program, and start again.`,
    );
  const partial = `${copy}.partial`;
  try {
    copyFileSync(file, partial, constants.COPYFILE_FICLONE);
    // A clone has the times of what it was made of.
    const now = new Date();
    utimesSync(partial, now, now);
    renameSync(partial, copy);
  } catch (error) {
    rmSync(partial, { force: true, recursive: true });
    throw new StoreFailure(
      'not_writable',
      `${file} is of an older Signalbox and was to be copied before its format is changed, which failed ` +
        `(${error instanceof Error ? error.message : String(error)}). Nothing was changed. Make room there, and start again.`,
    );
  }
}

export function keptCopies(file: string): readonly KeptCopy[] {
  const [folder, name] = [dirname(file), basename(file)];
  return readdirSync(folder)
    .filter((entry) => entry.startsWith(`${name}.v`) && entry.endsWith('.bak'))
    .map((entry) => {
      const { size, mtimeMs } = statSync(join(folder, entry));
      return { file: join(folder, entry), bytes: size, madeAt: mtimeMs };
    });
}

/** Deletes copies that nobody has gone back to. */
export function dropOldCopies(file: string, now: number): void {
  for (const copy of keptCopies(file)) if (now - copy.madeAt > KEPT_MS) rmSync(copy.file, { force: true });
}
