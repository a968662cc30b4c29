import type { Database, Statement } from 'better-sqlite3';

/** Rows of one statement: what a statement costs is shared by so many. */
const TOGETHER = 8;

export type Column = number | string | Uint8Array | null;

/** Inserts rows into a table, several with one statement; what was added is written when `flush` returns. */
export class RowInserter<Row extends readonly Column[]> {
  private readonly columns: number;
  private readonly many: Statement;
  private readonly one: Statement;
  /** The columns of one row after the other. */
  private readonly pending: Column[] = [];

  /** `columns`: what the columns of a row are called. */
  constructor(database: Database, table: string, columns: readonly string[]) {
    this.columns = columns.length;
    const row = `(${columns.map(() => '?').join(', ')})`;
    const insert = (rows: number) =>
      database.prepare(
        `INSERT INTO ${table} (${columns.join(', ')}) VALUES ${Array(rows).fill(row).join(', ')}`,
      );
    [this.many, this.one] = [insert(TOGETHER), insert(1)];
  }

  add(...row: Row): void {
    for (const column of row) this.pending.push(column);
    if (this.pending.length < TOGETHER * this.columns) return;
    this.many.run(this.pending);
    this.pending.length = 0;
  }

  flush(): void {
    for (let at = 0; at < this.pending.length; at += this.columns)
      this.one.run(this.pending.slice(at, at + this.columns));
    this.pending.length = 0;
  }

  /** What was added since is not to be written. */
  forget(): void {
    this.pending.length = 0;
  }
}
