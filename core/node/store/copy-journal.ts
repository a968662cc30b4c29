import Database from 'better-sqlite3';
import { openForReading } from './open-database.ts';

/** Pages between two turns of the event loop. */
const PAGES_TOGETHER = 2_000;

/** Copies a journal as it is now into one new file, whoever writes to it meanwhile. `progress` is told pages. */
export async function copyJournal(
  from: string,
  to: string,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<void> {
  const source = openForReading(from);
  try {
    // One moment of the journal: without it the copy would begin anew with every commit.
    source.exec('BEGIN');
    source.prepare('SELECT count(*) FROM runs').get();
    await source.backup(to, {
      progress({ totalPages, remainingPages }) {
        progress(totalPages - remainingPages, totalPages);
        return PAGES_TOGETHER;
      },
    });
  } finally {
    source.close();
  }
  // One file, without a log beside it.
  const copy = new Database(to);
  copy.pragma('journal_mode = DELETE');
  copy.close();
}
