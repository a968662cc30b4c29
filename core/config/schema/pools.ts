import { z } from 'zod';
import { strategyOptionsSchema, type StrategyName } from '../../balancing/strategies.ts';
import { fromToml } from '../from-toml.ts';
import { sayIssue } from '../say-issue.ts';
import { noSuchKey } from '../words.ts';
import { sharedGuardShape } from './guards.ts';
import { nameSchema, strategySchema } from './parts.ts';

export const poolSchema = z
  .strictObject({
    /** Where it is absent, that of the category of its members. */
    strategy: strategySchema.exactOptional(),
    instances: z.array(nameSchema).min(1, 'a pool needs at least one instance'),
    /** Of the strategy, each with its own. */
    options: z.record(z.string(), z.json()).default({}),
    ...sharedGuardShape,
  })
  .transform((pool, context) => {
    const { strategy, options: written } = pool;
    if (strategy !== undefined) return { ...pool, options: completed(strategy, written, context) };
    if (Object.keys(written).length > 0) {
      const message = 'options belong to a strategy; name it with `strategy`';
      context.addIssue({ code: 'custom', message, path: ['options'] });
    }
    return pool;
  });

/** With the defaults of the strategy; what it does not take becomes an issue. */
function completed(strategy: StrategyName, written: unknown, context: z.RefinementCtx): unknown {
  const schema = strategyOptionsSchema(strategy);
  const { value, unknown } = fromToml(schema, written);
  for (const { path, known } of unknown) {
    const message = noSuchKey(String(path.at(-1)), known);
    context.addIssue({ code: 'custom', message, path: ['options', ...path] });
  }
  const options = schema.safeParse(value, { error: sayIssue });
  for (const issue of options.error?.issues ?? []) {
    context.addIssue({ ...issue, path: ['options', ...issue.path] });
  }
  return options.data ?? {};
}
