import { z } from 'zod';
import { compileCondition } from '../../base/expression.ts';
import { explorationOption, exploring } from '../exploration.ts';
import type { Task } from '../../journal/task.ts';
import type { Candidate } from '../picker.ts';
import type { Policy } from '../policy.ts';
import { certain } from '../selection.ts';

/** What a condition may speak of; `maxOutputTokens` is 0 where the call sets none. */
const TASK_VARIABLES = {
  model: 'string',
  streaming: 'bool',
  inputTokens: 'int',
  maxOutputTokens: 'int',
  tools: 'int',
} as const;

const condition = z
  .string()
  .max(4000)
  .superRefine((source, context) => {
    const compiled = compileCondition(source, TASK_VARIABLES);
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
    const compiled = compileCondition(when, TASK_VARIABLES);
    if (!compiled.ok) throw new Error(`not checked before: ${when}: ${compiled.error.message}`);
    return { condition: compiled.value, instance };
  });

  function firstOf(eligible: readonly Candidate[], task: Task) {
    const values = { ...task, maxOutputTokens: task.maxOutputTokens ?? 0 };
    let failedRules = 0;
    for (const [rule, { condition, instance }] of conditions.entries()) {
      const index = eligible.findIndex((candidate) => candidate.instance === instance);
      if (index === -1) continue;
      const holds = condition.evaluate(values);
      if (!holds.ok) failedRules++;
      else if (holds.value) return { index, inputs: { rule, failedRules } };
    }
    return { index: -1, inputs: { rule: -1, failedRules } };
  }

  return (eligible, candidates, context) => {
    const { index, inputs } = firstOf(eligible, context.task);
    if (index === -1) {
      const decision = otherwise(eligible, candidates, context);
      return { ...decision, inputs: { ...decision.inputs, ...inputs } };
    }
    const ordered: Policy = () => ({
      ...certain(index),
      terms: (asked) => ({ ruled: asked === index ? 1 : 0 }),
      inputs,
    });
    return exploring(ordered, exploration)(eligible, candidates, context);
  };
}
