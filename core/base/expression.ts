import { Environment, EvaluationError, ParseError, TypeError as CelTypeError } from '@marcbachmann/cel-js';
import { boundsOf, type Bound } from './expression-bounds.ts';
import { nearestName } from './nearest-name.ts';
import { fail, ok, type Result } from './result.ts';

/** The types that a variable of a condition can have, with what each is given as; `int` as a whole number, times as Unix milliseconds. */
interface Types {
  string: string;
  bool: boolean;
  int: number;
  double: number;
  'list<string>': readonly string[];
  'map<string, string>': Readonly<Record<string, string>>;
  'google.protobuf.Timestamp': number;
  /** Any JSON: what it has is known only when it is there. */
  dyn: unknown;
}

export type VariableType = keyof Types;
export type Variables = Readonly<Record<string, VariableType>>;
export type ValuesOf<Given extends Variables> = { readonly [Name in keyof Given]: Types[Given[Name]] };

export interface ExpressionError {
  /** One line, without the drawing of the place. */
  readonly message: string;
  /** Offsets into the source in UTF-16 units, the end exclusive; absent where the whole is meant. */
  readonly range?: { readonly start: number; readonly end: number };
}

/** A condition, parsed and type-checked once, to be evaluated often. */
export interface Condition<Given extends Variables> {
  readonly source: string;
  /** What has to hold, among other things, for it to hold: for whoever can look that up first. */
  readonly bounds: readonly Bound[];
  /** An error where the expression cannot be evaluated for these values: a division by zero, a key that is not there. */
  evaluate(values: ValuesOf<Given>): Result<boolean, ExpressionError>;
}

/**
 * A condition in the Common Expression Language (https://github.com/google/cel-spec): no loops without bounds, no
 * side effects. An unknown variable, a wrong type and a result that is not a truth value are errors here, not later.
 */
export function compileCondition<const Given extends Variables>(
  source: string,
  variables: Given,
): Result<Condition<Given>, ExpressionError> {
  const environment = new Environment();
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  const parsed = attempt(() => environment.parse(source));
  if (!parsed.ok) return parsed;
  const checked = parsed.value.check();
  if (!checked.valid) return fail(withAdvice(describe(checked.error), Object.keys(variables)));
  if (checked.type !== 'bool') {
    return fail({
      message: `a condition is true or false, but this is ${checked.type ?? 'of unknown type'}`,
    });
  }
  const View = viewOf(variables);
  return ok({
    source,
    bounds: boundsOf(parsed.value.ast),
    evaluate: (values) => attempt(() => parsed.value(new View(values)) as boolean),
  });
}

const CONVERSIONS: { readonly [Type in VariableType]?: (value: number) => unknown } = {
  int: (value) => BigInt(value),
  'google.protobuf.Timestamp': (value) => new Date(value),
};

/** Values as the language has them, each converted only where an expression asks for it: most ask for one or two. */
function viewOf<Given extends Variables>(variables: Given): new (values: ValuesOf<Given>) => object {
  class View {
    // Private in the language, not in the types alone: a variable may have this name.
    readonly #values: ValuesOf<Given>;

    constructor(values: ValuesOf<Given>) {
      this.#values = values;
    }

    static define(name: string, type: VariableType): void {
      const convert = CONVERSIONS[type];
      const get = convert
        ? function (this: View) {
            return convert(this.#values[name] as number);
          }
        : function (this: View) {
            return this.#values[name];
          };
      Object.defineProperty(View.prototype, name, { get });
    }
  }
  for (const [name, type] of Object.entries(variables)) View.define(name, type);
  return View;
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

/** What was most likely meant, where that can be said. */
function withAdvice(error: ExpressionError, names: readonly string[]): ExpressionError {
  const [, written] = /^Unknown variable: (\w+)$/.exec(error.message) ?? [];
  if (written !== undefined) {
    const nearest = nearestName(written, names);
    return nearest === undefined
      ? error
      : { ...error, message: `${error.message}; did you mean ${nearest}?` };
  }
  const isFraction = /\bdouble\b.*\bint\b|\bint\b.*\bdouble\b/.test(error.message);
  return isFraction ? { ...error, message: `${error.message}; a whole number is written 1.0 here` } : error;
}

function describe(error: ParseError | CelTypeError | EvaluationError | undefined): ExpressionError {
  if (!error) return { message: 'the expression is not valid' };
  const range = error.range;
  return {
    message: error.summary ?? error.message.split('\n', 1)[0]!,
    ...(range && { range: { start: range.start, end: range.end } }),
  };
}
