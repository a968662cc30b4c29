import type { Bound } from '../../../base/expression-bounds.ts';

/** A condition in SQL and the values of its parameters. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** Those of the bounds that a table can answer, which has some of the fields; `columns` says how each is called there. */
export function sqlOf(bounds: readonly Bound[], columns: Readonly<Record<string, string>>): SqlCondition {
  const parts: string[] = ['1'];
  const values: (string | number)[] = [];
  for (const bound of bounds) {
    const column = columns[bound.name];
    if (column === undefined) continue;
    if (bound.operator === 'in') {
      parts.push(`${column} IN (${bound.values.map(() => '?').join(', ')})`);
      values.push(...bound.values);
    } else if (typeof bound.value !== 'boolean') {
      parts.push(`${column} ${bound.operator} ?`);
      values.push(bound.value);
    }
  }
  return { sql: parts.join(' AND '), values };
}
