import { z } from 'zod';
import { compileTaskCondition, INSTANCE_VARIABLES, TASK_VARIABLES } from '../../balancing/task-condition.ts';
import type { Variables } from '../../base/expression.ts';

/** On a task and, in `extra`, what it is asked about besides. */
function conditionOn(extra: Variables) {
  const names = Object.keys({ ...TASK_VARIABLES, ...extra });
  return z
    .string()
    .max(4_000)
    .superRefine((source, context) => {
      const compiled = compileTaskCondition(source, extra);
      if (compiled.ok) return;
      const { message, range } = compiled.error;
      const place = range ? ` (character ${range.start + 1} of the condition)` : '';
      const message_ = `${message}${place}; it can speak of ${names.join(', ')}`;
      context.addIssue({ code: 'custom', message: message_ });
    });
}

/** In order: a call for which `deny` holds does not go to that instance. */
export const policiesSchema = z.array(
  z.strictObject({
    /** Said where a call is denied. */
    name: z.string().min(1, 'a policy needs a name'),
    deny: conditionOn(INSTANCE_VARIABLES),
  }),
);

/** In order: the first that holds decides, before the model is looked up. */
export const routingSchema = z.array(
  z.strictObject({
    when: conditionOn({}),
    /** A group, a pool, an `instance-or-provider/model` path or a model. */
    to: z.string().min(1),
  }),
);
