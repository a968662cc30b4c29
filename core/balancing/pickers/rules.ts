import { z } from 'zod';
import { explorationOption, exploring } from '../exploration.ts';
import type { Task } from '../../journal/task.ts';
import type { Policy } from '../policy.ts';
import { certain } from '../selection.ts';
import type { Slate } from '../slate.ts';
import { compileTaskCondition, TASK_VARIABLES } from '../task-condition.ts';

const condition = z
  .string()
  .max(4000)
  .superRefine((source, context) => {
    const compiled = compileTaskCondition(source, {});
    if (!compiled.ok) context.addIssue({ code: 'custom', message: compiled.error.message });
  })
  .describe(`A condition in CEL on ${Object.keys(TASK_VARIABLES).join(', ')}.`);

/** All options but `otherwise`, which needs the table of strategies. */
export const ruleOptions = {
  rules: z
    .array(
      z.strictObject({
        when: condition,
        instance: z.string().min(1).describe('Where a call goes for which the condition holds.'),
      }),
    )
    .max(200)
    .default([])
    .describe('In order: the first that holds, and whose instance can take the call, decides.'),
  // A rule is an order, not an estimate: departing from it has to be asked for.
  exploration: explorationOption.default(0),
};

type Rule = z.output<typeof ruleOptions.rules>[number];

/**
 * The instance of the first rule that holds and whose instance is eligible; where there is none, what `otherwise`
 * chooses, with an exploration of its own. A condition that cannot be evaluated for a call (a division by zero) does
 * not hold, and is counted in the inputs. `rule` there is the place of the one that decided, from 0, or -1.
 */
export function rules(ordered: readonly Rule[], otherwise: Policy, exploration: number): Policy {
  const conditions = ordered.map(({ when, instance }) => {
    const compiled = compileTaskCondition(when, {});
    if (!compiled.ok) throw new Error(`not checked before: ${when}: ${compiled.error.message}`);
    return { condition: compiled.value, indexIn: placeOf(instance) };
  });

  /** The index of the instance that is ruled, where there is one, and what is recorded of it. */
  function firstOf(slate: Slate, task: Task) {
    let failedRules = 0;
    for (let rule = 0; rule < conditions.length; rule++) {
      const { condition, indexIn } = conditions[rule]!;
      const index = indexIn(slate);
      if (index === undefined || slate.at(index).rejected) continue;
      const holds = condition.evaluate(task, {});
      if (!holds.ok) failedRules++;
      else if (holds.value) return { index, inputs: { rule, failedRules } };
    }
    return { inputs: { rule: -1, failedRules } };
  }

  return (slate, context) => {
    const { index, inputs } = firstOf(slate, context.task);
    if (index === undefined) {
      const decision = otherwise(slate, context);
      return { ...decision, inputs: () => ({ ...decision.inputs?.(), ...inputs }) };
    }
    const ruled: Policy = () => ({
      ...certain(index),
      terms: (asked) => ({ ruled: asked === index ? 1 : 0 }),
      inputs: () => inputs,
    });
    return exploring(ruled, exploration)(slate, context);
  };
}

/** Finds an instance among the candidates; where it was the last time, at once. */
function placeOf(instance: string): (slate: Slate) => number | undefined {
  let place = 0;
  return (slate) => {
    const { size } = slate;
    for (let step = 0; step < size; step++) {
      const index = (place + step) % size;
      if (slate.at(index).instance === instance) return (place = index);
    }
    return undefined;
  };
}
