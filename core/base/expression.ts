import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { fail, ok, type Result } from './result.ts';

/** The types that a variable of a condition can have; `int` is given as a whole JavaScript number. */
export type VariableType = 'string' | 'bool' | 'int' | 'double';

export interface ExpressionError {
  /** One line, without the drawing of the place. */
  readonly message: string;
  /** Offsets into the source in UTF-16 units, the end exclusive; absent where the whole is meant. */
  readonly range?: { readonly start: number; readonly end: number };
}

type ValueOf<Type extends VariableType> = Type extends 'string'
  ? string
  : Type extends 'bool'
    ? boolean
    : number;

/** A condition, parsed and type-checked once, to be evaluated often. */
export interface Condition<Variables extends Readonly<Record<string, VariableType>>> {
  readonly source: string;
  /** An error where the expression cannot be evaluated for these values: a division by zero, an overflow. */
  evaluate(values: { readonly [Name in keyof Variables]: ValueOf<Variables[Name]> }): Result<
    boolean,
    ExpressionError
  >;
}

/**
 * A condition in the Common Expression Language (https://github.com/google/cel-spec): no loops without bounds, no
 * side effects. An unknown variable, a wrong type and a result that is not a truth value are errors here, not later.
 */
export function compileCondition<const Variables extends Readonly<Record<string, VariableType>>>(
  source: string,
  variables: Variables,
): Result<Condition<Variables>, ExpressionError> {
  const environment = new Environment();
  const types = Object.entries(variables);
  for (const [name, type] of types) environment.registerVariable(name, type);
  const parsed = attempt(() => environment.parse(source));
  if (!parsed.ok) return parsed;
  const checked = parsed.value.check();
  if (!checked.valid) return fail(describe(checked.error));
  if (checked.type !== 'bool') {
    return fail({
      message: `a condition is true or false, but this is ${checked.type ?? 'of unknown type'}`,
    });
  }
  return ok({
    source,
    evaluate(values) {
      return attempt(() => {
        const given: Record<string, unknown> = {};
        for (const [name, type] of types) {
          given[name] = type === 'int' ? BigInt(values[name] as number) : values[name];
        }
        return parsed.value(given) as boolean;
      });
    },
  });
}

/** Errors of the language become values; all others are bugs of the caller and pass. */
function attempt<Value>(run: () => Value): Result<Value, ExpressionError> {
  try {
    return ok(run());
  } catch (error) {
    if (error instanceof ParseError || error instanceof CelTypeError || error instanceof EvaluationError) {
      return fail(describe(error));
    }
    throw error;
  }
}

function describe(error: ParseError | CelTypeError | EvaluationError | undefined): ExpressionError {
  if (!error) return { message: 'the expression is not valid' };
  const range = error.range;
  return {
    message: error.summary ?? error.message.split('\n', 1)[0]!,
    ...(range && { range: { start: range.start, end: range.end } }),
  };
}
