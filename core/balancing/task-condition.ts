import { compileCondition, type ExpressionError, type ValuesOf, type Variables } from '../base/expression.ts';
import { ok, type Result } from '../base/result.ts';
import type { Task } from '../journal/task.ts';

/** What a condition may say of a task; `maxOutputTokens` is 0 where the call sets none. */
export const TASK_VARIABLES = {
  category: 'string',
  model: 'string',
  streaming: 'bool',
  inputTokens: 'int',
  outputTokens: 'int',
  maxOutputTokens: 'int',
  tools: 'int',
  complexity: 'double',
  capabilities: 'list<string>',
  priority: 'int',
  urgent: 'bool',
} as const satisfies Record<keyof Task, Variables[string]>;

/** … and of an instance that it might go to; `zone` is empty where it has none. */
export const INSTANCE_VARIABLES = {
  instance: 'string',
  provider: 'string',
  zone: 'string',
  labels: 'map<string, string>',
} as const satisfies Variables;

/** A condition on a task and, in `Extra`, on what it is asked about besides: an instance. */
export interface TaskCondition<Extra extends Variables> {
  readonly source: string;
  /** An error where it cannot be evaluated for these values; it then does not hold. */
  evaluate(task: Task, extra: ValuesOf<Extra>): Result<boolean, ExpressionError>;
}

/** A condition in CEL; see `compileCondition`. `extra` names none of the task's own variables. */
export function compileTaskCondition<const Extra extends Variables>(
  source: string,
  extra: Extra,
): Result<TaskCondition<Extra>, ExpressionError> {
  const compiled = compileCondition<Variables>(source, { ...extra, ...TASK_VARIABLES });
  if (!compiled.ok) return compiled;
  return ok({
    source,
    evaluate: (task, extra) =>
      compiled.value.evaluate({ ...extra, ...task, maxOutputTokens: task.maxOutputTokens ?? 0 }),
  });
}
