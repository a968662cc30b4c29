import { z } from 'zod';
import { categoriesSchema } from './schema/categories.ts';
import { connectionOptionsSchema } from './schema/connections.ts';
import { policiesSchema, routingSchema } from './schema/conditions.ts';
import { groupSchema } from './schema/groups.ts';
import { instanceSchema, providerSchema } from './schema/instances.ts';
import { mcpServerSchema } from './schema/mcp.ts';
import { optimiserSchema } from './schema/optimiser.ts';
import { nameSchema, priceSchema, quantitiesSchema } from './schema/parts.ts';
import { breakerOptionsSchema } from '../resilience/breaker.ts';
import { outlierOptionsSchema } from '../resilience/outlier-options.ts';
import { probesSchema } from '../resilience/probe.ts';
import { retryOptionsSchema } from '../resilience/retry.ts';
import { timeoutOptionsSchema } from '../resilience/timeouts.ts';
import { poolSchema } from './schema/pools.ts';
import { queueOptionsSchema, schedulerSchema } from './schema/scheduling.ts';
import { forwardSchema } from './schema/forward.ts';
import { journalSchema } from './schema/journal.ts';
import { redactionSchema } from './schema/redaction.ts';
import { simulatedSchema } from './schema/simulated.ts';

const dataPlane = z.strictObject({
  /** What agents connect to. 0 takes any free one. */
  port: z.int().min(0).max(65_535).default(4600),
  /** Where exporters look that were told nothing; taken where it is free. 0: not at all. */
  otlpPort: z.int().min(0).max(65_535).default(4318),
});

/** The whole configuration, in camel case; `fromToml` makes that of what is written. */
export const configSchema = z.strictObject({
  dataPlane: dataPlane.prefault({}),
  scheduler: schedulerSchema.prefault({}),
  queue: queueOptionsSchema.prefault({}),
  timeouts: timeoutOptionsSchema.prefault({}),
  connections: connectionOptionsSchema.prefault({}),
  retry: retryOptionsSchema.prefault({}),
  breaker: breakerOptionsSchema.prefault({}),
  health: outlierOptionsSchema.prefault({}),
  probes: probesSchema.prefault({}),
  /** Declared capacity of this machine. */
  resources: quantitiesSchema.default({}),
  categories: categoriesSchema.default({}),
  providers: z.record(nameSchema, providerSchema).default({}),
  instances: z.record(nameSchema, instanceSchema).default({}),
  pools: z.record(nameSchema, poolSchema).default({}),
  groups: z.record(nameSchema, groupSchema).default({}),
  /** MCP servers that agents reach through the data plane. */
  mcp: z.record(nameSchema, mcpServerSchema).default({}),
  policies: policiesSchema.default([]),
  routing: routingSchema.default([]),
  optimiser: optimiserSchema.prefault({}),
  /** By names of models, or `provider/model`, with `*` for anything; before the public list. */
  prices: z.record(z.string().min(1), priceSchema).default({}),
  redaction: redactionSchema.prefault({}),
  journal: journalSchema.prefault({}),
  forward: forwardSchema.prefault({}),
  simulated: simulatedSchema.prefault({}),
});

export type Config = z.output<typeof configSchema>;
