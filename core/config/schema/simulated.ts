import { z } from 'zod';

const model = z.strictObject({
  firstTokenMs: z.number().min(0).max(600_000),
  tokensPerSecond: z.number().positive(),
  /** Share of requests that fail with 503, 0 to 1. */
  errorRate: z.number().min(0).max(1).default(0),
  contextWindow: z.int().positive(),
});

const script = z.strictObject({
  /** A piece of the newest message that is not a tool's; the first script that fits answers. */
  match: z.string().min(1),
  reply: z.string().default(''),
  toolCalls: z
    .array(z.strictObject({ name: z.string().min(1), arguments: z.record(z.string(), z.json()) }))
    .default([]),
  /** Fails the first of every two sightings of the same request with 503, so that a retry succeeds. */
  flaky: z.boolean().default(false),
});

export const simulatedSchema = z.strictObject({
  seed: z.int().default(1),
  /** 2 is twice as fast as the figures of the models say; 0 answers at once. */
  speed: z.number().min(0).default(1),
  models: z.record(z.string(), model).default({}),
  scripts: z.array(script).default([]),
});

export type SimulatedConfig = z.output<typeof simulatedSchema>;
export type SimulatedScript = z.output<typeof script>;
