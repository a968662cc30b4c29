import { z } from 'zod';
import type { Category } from '../journal/task.ts';
import { EXPLORATION, explorationOption, exploring } from './exploration.ts';
import type { Picker } from './picker.ts';
import { consistentHash, consistentHashOptions } from './pickers/consistent-hash.ts';
import { costOptimized, costOptimizedOptions } from './pickers/cost-optimized.ts';
import { latency, latencyOptions } from './pickers/latency.ts';
import { leastConnections, leastLoaded } from './pickers/least.ts';
import { priority, priorityOptions } from './pickers/priority.ts';
import { random, weightedRandom } from './pickers/random.ts';
import { roundRobin } from './pickers/round-robin.ts';
import { ruleOptions, rules } from './pickers/rules.ts';
import { urgencyAware, urgencyAwareOptions } from './pickers/urgency-aware.ts';
import { smoothWeighted } from './pickers/weighted.ts';
import { weightedScore, weightedScoreOptions } from './pickers/weighted-score.ts';
import { surveying, toPicker, type Policy, type Survey } from './policy.ts';

interface StrategyDefinition {
  /** A strict object in which every option has a default; the window makes its controls from it. */
  readonly options: z.ZodType;
  /** With options that `options` accepts; throws a `ZodError` for others, which the configuration has refused. */
  policy(options: unknown): Policy;
  /** A picker of its own for each pool: pickers keep state. */
  create(options: unknown): Picker;
}

function define<Options extends z.ZodType>(
  options: Options,
  create: (options: z.output<Options>) => Policy,
): StrategyDefinition {
  const policy = (given: unknown) => create(options.parse(given));
  return { options, policy, create: (given) => toPicker(policy(given)) };
}

/** For what would never choose some of the eligible: with an option for how often it does nevertheless. */
function defineExploring<Options extends z.ZodType<{ readonly exploration: number }>>(
  options: Options,
  create: (options: z.output<Options>) => Policy,
): StrategyDefinition {
  return define(options, (given) => exploring(create(given), given.exploration));
}

/** For what compares all of the eligible. */
function surveyed<Options>(create: (options: Options) => Survey): (options: Options) => Policy {
  return (options) => surveying(create(options));
}

const noOptions = z.strictObject({});
const explorationOnly = z.strictObject({ exploration: explorationOption.default(EXPLORATION) });

const basic = {
  'round-robin': defineExploring(explorationOnly, surveyed(roundRobin)),
  random: define(noOptions, random),
  weighted: defineExploring(explorationOnly, surveyed(smoothWeighted)),
  'weighted-random': define(noOptions, surveyed(weightedRandom)),
  'least-connections': defineExploring(explorationOnly, surveyed(leastConnections)),
  'least-loaded': defineExploring(explorationOnly, surveyed(leastLoaded)),
  priority: defineExploring(priorityOptions, surveyed(priority)),
  latency: defineExploring(latencyOptions, latency),
  'cost-optimized': defineExploring(costOptimizedOptions, surveyed(costOptimized)),
  'urgency-aware': defineExploring(urgencyAwareOptions, urgencyAware),
  'consistent-hash': defineExploring(consistentHashOptions, consistentHash),
  'weighted-score': defineExploring(weightedScoreOptions, surveyed(weightedScore)),
} satisfies Record<string, StrategyDefinition>;

const BASIC_NAMES = Object.keys(basic) as (keyof typeof basic)[];

const rulesOptions = z.strictObject({
  ...ruleOptions,
  otherwise: z
    .strictObject({
      strategy: z.enum(BASIC_NAMES).default('weighted-score').describe('Decides where no rule does.'),
      options: z.record(z.string(), z.unknown()).default({}).describe('The options of that strategy.'),
    })
    .superRefine(({ strategy, options }, context) => {
      const checked = basic[strategy].options.safeParse(options);
      for (const { message, path } of checked.error?.issues ?? []) {
        context.addIssue({ code: 'custom', message, path: ['options', ...path] });
      }
    })
    .prefault({})
    .describe('The strategy that decides where no rule does.'),
});

export const STRATEGY_NAMES = [
  'round-robin',
  'random',
  'weighted',
  'weighted-random',
  'least-connections',
  'least-loaded',
  'priority',
  'latency',
  'cost-optimized',
  'urgency-aware',
  'consistent-hash',
  'weighted-score',
  'rules',
] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** Other names that users know a strategy by. */
export const STRATEGY_ALIASES: Readonly<Record<string, StrategyName>> = { intelligent: 'weighted-score' };

/** Every strategy there is; an unknown name cannot get past the configuration. */
export const strategies = {
  ...basic,
  rules: define(rulesOptions, ({ rules: ordered, otherwise, exploration }) =>
    rules(ordered, basic[otherwise.strategy].policy(otherwise.options), exploration),
  ),
} satisfies Record<StrategyName, StrategyDefinition>;

/** Checks the options of a strategy, and completes them with its defaults. */
export function strategyOptionsSchema(name: StrategyName): z.ZodType {
  return strategies[name].options;
}

/** A picker with options as `strategyOptionsSchema` takes or gives them. */
export function createPicker(name: StrategyName, options: unknown): Picker {
  return strategies[name].create(options);
}

/** For a pool that names none, by the category of what it is asked for; the options are the strategy's defaults. */
export function defaultStrategy(category: Category): {
  readonly strategy: StrategyName;
  readonly options: unknown;
} {
  const strategy = DEFAULT_STRATEGIES[category];
  return { strategy, options: strategyOptionsSchema(strategy).parse({}) };
}

const DEFAULT_STRATEGIES: Readonly<Record<Category, StrategyName>> = {
  llm: 'urgency-aware',
  embedding: 'weighted-score',
  document: 'least-loaded',
  'knowledge-graph': 'weighted',
  'vector-db': 'weighted-score',
  tool: 'weighted-score',
};
