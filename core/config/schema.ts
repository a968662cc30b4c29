import { z } from 'zod';
import {
  STRATEGY_ALIASES,
  STRATEGY_NAMES,
  strategyOptionsSchema,
  type StrategyName,
} from '../balancing/strategies.ts';
import { breakerOptionsSchema } from '../resilience/breaker.ts';
import { camelKeys } from './snake-case.ts';

/** The endpoint that stands for the simulated provider built into the host. */
export const SIMULATED_ENDPOINT = 'simulated';

const name = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]*$/i,
    'a name has letters, digits, ".", "_" and "-" only, and starts with a letter or digit',
  );

const httpUrl = z.url({
  protocol: /^https?$/,
  error: 'an http:// or https:// base URL is needed, or "simulated"',
});

const provider = z.strictObject({
  /** Base URL with its version path, as an SDK would be given it: `https://api.openai.com/v1`. */
  endpoint: z.union([z.literal(SIMULATED_ENDPOINT), httpUrl]),
  /** The environment variable that holds the key; keys themselves are never written into a configuration. */
  api_key_env: z
    .string()
    .regex(/^[A-Za-z_][A-Za-z0-9_]*$/)
    .optional(),
});

const perMinute = z.int().positive('a limit is above 0');

const instance = z.strictObject({
  provider: name,
  model: z.string().min(1),
  /** Tokens that fit into one call, input and output together. */
  context_window: z.int().positive().optional(),
  /** USD for a million tokens; without it the public price list is asked. */
  price: z.strictObject({ input: z.number().min(0), output: z.number().min(0) }).optional(),
  /** Share of the traffic under weighted strategies. */
  weight: z.number().positive('a weight is above 0').default(1),
  /** The lowest number is preferred under `priority`. */
  priority: z.int().min(0).default(1),
  /** Requests and tokens that it takes in a minute. */
  limits: z.strictObject({ rpm: perMinute.optional(), tpm: perMinute.optional() }).optional(),
  /** Attempts that it may have at once. */
  max_concurrent: z.int().positive('at least one attempt must be allowed').optional(),
  /** While it is set, no call goes there. */
  maintenance: z.boolean().default(false),
});

const pool = z
  .strictObject({
    strategy: z
      .enum([...STRATEGY_NAMES, ...Object.keys(STRATEGY_ALIASES)] as [StrategyName, ...StrategyName[]])
      .default('round-robin'),
    instances: z.array(name).min(1, 'a pool needs at least one instance'),
    /** Of the strategy, each with its own: see docs/configuration.md. */
    options: z.record(z.string(), z.json()).default({}),
  })
  .transform(({ strategy: named, instances, options: written }, context) => {
    const strategy = STRATEGY_ALIASES[named] ?? named;
    const options = strategyOptionsSchema(strategy).safeParse(camelKeys(written));
    for (const issue of options.error?.issues ?? []) {
      context.addIssue({ ...issue, path: ['options', ...issue.path] });
    }
    return { strategy, instances, options: options.data ?? {} };
  });

const simulatedModel = z.strictObject({
  first_token_ms: z.number().min(0).max(600_000),
  tokens_per_second: z.number().positive(),
  /** Share of requests that fail with 503, 0 to 1. */
  error_rate: z.number().min(0).max(1).default(0),
  context_window: z.int().positive(),
});

const script = z.strictObject({
  /** A piece of the newest message that is not a tool's; the first script that fits answers. */
  match: z.string().min(1),
  reply: z.string().default(''),
  tool_calls: z
    .array(z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.json()) }))
    .default([]),
  /** Fails the first of every two sightings of the same request with 503, so that a retry succeeds. */
  flaky: z.boolean().default(false),
});

const port = z.int().min(0).max(65_535);

export const configSchema = z.strictObject({
  data_plane: z.strictObject({ port: port.default(4600) }).prefault({}),
  breaker: z.preprocess(camelKeys, breakerOptionsSchema).prefault({}),
  retry: z.strictObject({ max_attempts: z.int().min(1).max(10).default(3) }).prefault({}),
  providers: z.record(name, provider).default({}),
  instances: z.record(name, instance).default({}),
  pools: z.record(name, pool).default({}),
  simulated: z
    .strictObject({
      seed: z.int().default(1),
      /** 2 is twice as fast as the figures of the models say; 0 answers at once. */
      speed: z.number().min(0).default(1),
      models: z.record(z.string(), simulatedModel).default({}),
      scripts: z.array(script).default([]),
    })
    .prefault({}),
});

export type Config = z.output<typeof configSchema>;
export type SimulatedConfig = Config['simulated'];
export type SimulatedScript = z.output<typeof script>;
