import { statSync } from 'node:fs';
import type { Database } from 'better-sqlite3';

/** Without a commit for so long, there is time. */
const IDLE_MS = 200;
/** Beyond so many bytes in the write-ahead log there has to be time. */
const LARGEST_LOG = 128 * 1024 * 1024;
/** Commits between two looks at how long the log is; one may be of megabytes. */
const COMMITS_TO_LOOK = 8;

/** Brings what was committed from the write-ahead log into the file: when nothing else is to be done, or the log is long. */
export class Checkpoints {
  private readonly database: Database;
  private readonly log: string;
  private timer: NodeJS.Timeout | undefined;
  private commits = 0;

  constructor(database: Database, log: string) {
    this.database = database;
    this.log = log;
  }

  committed(): void {
    this.commits += 1;
    if (this.commits % COMMITS_TO_LOOK === 0 && this.length() > LARGEST_LOG) this.run();
    if (this.timer) this.timer.refresh();
    else this.timer = setTimeout(() => this.run(), IDLE_MS).unref();
  }

  stop(): void {
    clearTimeout(this.timer);
  }

  /** As far as no reader needs the log: what is left goes the next time. */
  private run(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.database.pragma('wal_checkpoint(PASSIVE)');
  }

  private length(): number {
    return statSync(this.log, { throwIfNoEntry: false })?.size ?? 0;
  }
}
