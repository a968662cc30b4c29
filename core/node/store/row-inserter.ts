import type { Database, Statement } from 'better-sqlite3';

/** Rows of one statement: what a statement costs is shared by so many. */
const TOGETHER = 8;
const COLUMNS = 10;
/** The columns in their order in the table. */
type Column = number | string | Uint8Array | null;

/** Inserts rows of events, several with one statement; what was added is written when `flush` returns. */
export class EventInserter {
  private readonly many: Statement;
  private readonly one: Statement;
  private readonly pending: Column[] = [];

  constructor(database: Database) {
    const row = `(${Array(COLUMNS).fill('?').join(', ')})`;
    const insert = (rows: number) =>
      database.prepare(`INSERT INTO events VALUES ${Array(rows).fill(row).join(', ')}`);
    [this.many, this.one] = [insert(TOGETHER), insert(1)];
  }

  add(...row: readonly Column[]): void {
    this.pending.push(...row);
    if (this.pending.length < TOGETHER * COLUMNS) return;
    this.many.run(this.pending);
    this.pending.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.pending.length; at += COLUMNS)
      this.one.run(this.pending.slice(at, at + COLUMNS));
    this.pending.length = 0;
  }

  /** What was added since is not to be written. */
  forget(): void {
    this.pending.length = 0;
  }
}
