import {
  compileCondition,
  type Condition,
  type ExpressionError,
  type ValuesOf,
  type VariableType,
} from '../base/expression.ts';
import { ok, type Result } from '../base/result.ts';
import { FIELDS, type QueryTarget } from './fields.ts';

type Fields = typeof FIELDS;
type TypesOf<Target extends QueryTarget> = {
  readonly [Name in keyof Fields[Target]]: Fields[Target][Name] extends {
    readonly type: infer Type extends VariableType;
  }
    ? Type
    : never;
};

/** A row as a filter sees it; an object with getters where most fields are not asked for. */
export type FilterRow<Target extends QueryTarget> = ValuesOf<TypesOf<Target>>;

/** An expression over the rows of one kind, compiled once. */
export interface Filter<Target extends QueryTarget> {
  readonly bounds: Condition<TypesOf<Target>>['bounds'];
  /** A row that it cannot be evaluated for is not wanted, and is counted. */
  holds(row: FilterRow<Target>): boolean;
  readonly unevaluated: Unevaluated;
}

/** Rows that an expression could not be evaluated for, and why the first of them. */
export interface Unevaluated {
  readonly rows: number;
  readonly because?: string;
}

/** The empty expression holds for every row. */
export function compileFilter<Target extends QueryTarget>(
  target: Target,
  source: string,
): Result<Filter<Target>, ExpressionError> {
  let unevaluated: Unevaluated = { rows: 0 };
  const all = source.trim() === '';
  const types = Object.fromEntries(Object.entries(FIELDS[target]).map(([name, { type }]) => [name, type]));
  const compiled = compileCondition(all ? 'true' : source, types as TypesOf<Target>);
  if (!compiled.ok) return compiled;
  const { bounds, evaluate } = compiled.value;
  return ok({
    bounds,
    holds(row) {
      if (all) return true;
      const result = evaluate(row);
      if (result.ok) return result.value;
      unevaluated = { because: result.error.message, ...unevaluated, rows: unevaluated.rows + 1 };
      return false;
    },
    get unevaluated() {
      return unevaluated;
    },
  });
}
