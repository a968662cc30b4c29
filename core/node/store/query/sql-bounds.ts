import type { Bound } from '../../../base/expression-bounds.ts';

/** A condition in SQL and the values of its parameters. */
export interface SqlCondition {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** How a table has a field; `some`: only some of its rows do, and null says of the others nothing. */
export type SqlColumn = string | { readonly some: string };

/** Those of the bounds that a table can answer, which has some of the fields; `columns` says how each is called there. */
export function sqlOf(bounds: readonly Bound[], columns: Readonly<Record<string, SqlColumn>>): SqlCondition {
  const parts: string[] = ['1'];
  const values: (string | number)[] = [];
  for (const bound of bounds) {
    const column = columns[bound.name];
    if (column === undefined || ('value' in bound && typeof bound.value === 'boolean')) continue;
    const holds = comparisonOf(bound, typeof column === 'string' ? column : column.some);
    parts.push(typeof column === 'string' ? holds : `coalesce(${holds}, 1)`);
    if (bound.operator === 'in') values.push(...bound.values);
    else if (typeof bound.value !== 'boolean') values.push(bound.value);
  }
  return { sql: parts.join(' AND '), values };
}

function comparisonOf(bound: Bound, column: string): string {
  switch (bound.operator) {
    case 'in':
      return `${column} IN (${bound.values.map(() => '?').join(', ')})`;
    case 'contains':
      return `instr(${column}, ?) > 0`;
    default:
      return `${column} ${bound.operator} ?`;
  }
}
