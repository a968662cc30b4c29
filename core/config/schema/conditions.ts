import { z } from 'zod';
import { compileCondition, type VariableType } from '../../base/expression.ts';

/** What a condition on a task may speak of; `maxOutputTokens` is 0 where the call sets none. */
const TASK_VARIABLES = {
  category: 'string',
  model: 'string',
  streaming: 'bool',
  inputTokens: 'int',
  maxOutputTokens: 'int',
  outputTokens: 'int',
  tools: 'int',
  complexity: 'double',
  capabilities: 'list<string>',
  priority: 'int',
  urgent: 'bool',
};

/** … and one on a task at an instance; `zone` is empty where the instance has none. */
const INSTANCE_VARIABLES = {
  instance: 'string',
  provider: 'string',
  zone: 'string',
  labels: 'map<string, string>',
};

function conditionOn(variables: Readonly<Record<string, string>>) {
  // The language has lists and maps, which only whoever evaluates must be able to give it.
  const types = variables as Readonly<Record<string, VariableType>>;
  return z
    .string()
    .max(4_000)
    .superRefine((source, context) => {
      const compiled = compileCondition(source, types);
      if (compiled.ok) return;
      const { message, range } = compiled.error;
      const place = range ? ` (character ${range.start + 1} of the condition)` : '';
      const message_ = `${message}${place}; it can speak of ${Object.keys(variables).join(', ')}`;
      context.addIssue({ code: 'custom', message: message_ });
    });
}

/** In order: a call for which `deny` holds does not go to that instance. */
export const policiesSchema = z.array(
  z.strictObject({
    /** Said where a call is denied. */
    name: z.string().min(1, 'a policy needs a name'),
    deny: conditionOn({ ...TASK_VARIABLES, ...INSTANCE_VARIABLES }),
  }),
);

/** In order: the first that holds decides, before the model is looked up. */
export const routingSchema = z.array(
  z.strictObject({
    when: conditionOn(TASK_VARIABLES),
    /** A group, a pool, an `instance-or-provider/model` path or a model. */
    to: z.string().min(1),
  }),
);
