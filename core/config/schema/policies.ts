import { z } from 'zod';
import type { Category } from '../../journal/task.ts';
import { breakerOptionsSchema as breakerOptions } from '../../resilience/breaker.ts';

const DAY_MS = 86_400_000;

const limit = z.number().positive('a timeout is above 0').max(DAY_MS, 'a timeout is at most a day');

export const timeoutOptionsSchema = z.strictObject({
  connectMs: limit.describe('Until a connection is there.').default(5_000),
  firstTokenMs: limit.describe('From the start of an attempt until a stream begins.').default(60_000),
  idleMs: limit.describe('Between two pieces of an answer.').default(30_000),
  totalMs: limit.describe('For the whole call, with all its attempts and waits.').default(600_000),
});

const wait = z.number().positive('a wait is above 0').max(600_000);

export const retryOptionsSchema = z.strictObject({
  maxAttempts: z.int().min(1).max(10).describe('Attempts of one call, the first included.').default(3),
  baseMs: wait
    .describe('The longest wait before the first retry; each further one may be twice as long.')
    .default(500),
  capMs: wait.describe('The longest wait before any retry that the upstream did not ask for.').default(8_000),
  budgetShare: z
    .number()
    .min(0)
    .max(1)
    .describe('Retries of the whole host, as a share of its calls.')
    .default(0.1),
});

export const hedgeOptionsSchema = z.strictObject({
  after: z
    .union([z.literal('p95'), z.number().positive()], { error: 'a number of ms above 0, or "p95"' })
    .default('p95')
    .describe('How long an attempt may be without an answer before another is sent.'),
  max: z.int().min(1).max(3).default(1).describe('Attempts that may be sent besides the first.'),
});

/** The breaker's options, with a limit for slow calls that may follow what the instance usually takes. */
export const breakerOptionsSchema = breakerOptions.extend({
  slowCallMs: z
    .union([z.number().positive(), z.literal('3xp95')], { error: 'a number of ms above 0, or "3xp95"' })
    .default('3xp95'),
});

const millis = z.number().positive('a time is above 0').max(DAY_MS, 'a time is at most a day');
const hosts = z.int().min(1).max(1000);
const requests = z.int().min(1).max(1_000_000);

export const outlierOptionsSchema = z
  .strictObject({
    consecutiveFailures: z.int().min(1).max(10_000).default(5),
    sweepMs: millis.default(10_000),
    ejectionMs: millis.default(30_000),
    maxEjectionMs: millis.default(300_000),
    maxEjectedShare: z.number().min(0).max(1).default(0.5),
    successRate: z
      .strictObject({
        minimumHosts: hosts.default(5),
        minimumRequests: requests.default(100),
        deviations: z.number().positive().default(1.9),
      })
      .prefault({}),
    failurePercentage: z
      .strictObject({
        enabled: z.boolean().default(false),
        minimumHosts: hosts.default(5),
        minimumRequests: requests.default(50),
        threshold: z.number().gt(0).max(100).default(85),
      })
      .prefault({}),
  })
  .refine(({ ejectionMs, maxEjectionMs }) => maxEjectionMs >= ejectionMs, {
    path: ['maxEjectionMs'],
    error: 'the longest ejection cannot be shorter than the first',
  });

function probeOf(path: string) {
  return z
    .strictObject({
      path: z.string().regex(/^\//, 'a path starts with "/"').default(path),
      intervalMs: z.number().min(100).max(DAY_MS).default(30_000),
      timeoutMs: z.number().min(100).max(DAY_MS).default(5_000),
      upAfter: z.int().min(1).max(100).default(2),
      downAfter: z.int().min(1).max(100).default(3),
    })
    .exactOptional();
}

/** The probes of each category; one that is absent is not probed. */
export const probeOptionsSchema = z.strictObject({
  llm: probeOf('/models'),
  embedding: probeOf('/models'),
  document: probeOf('/healthcheck'),
  'vector-db': probeOf('/api/v2/heartbeat'),
  'knowledge-graph': probeOf('/'),
  tool: probeOf('/'),
} satisfies Record<Category, z.ZodType>);

type Shape = Readonly<Record<string, z.ZodDefault>>;

type Overrides<Options extends Shape> = {
  [Key in keyof Options]: z.ZodExactOptional<Options[Key] extends z.ZodDefault<infer Inner> ? Inner : never>;
};

/** The same options where only those count that are written. */
function overridesOf<Options extends Shape>({
  shape,
}: z.ZodObject<Options>): z.ZodObject<Overrides<Options>, z.core.$strict> {
  const entries = Object.entries(shape).map(([key, option]) => [key, z.exactOptional(option.unwrap())]);
  return z.strictObject(Object.fromEntries(entries) as Overrides<Options>);
}

export const timeoutOverridesSchema = overridesOf(timeoutOptionsSchema);
export const retryOverridesSchema = overridesOf(retryOptionsSchema).omit({ budgetShare: true });
export const breakerOverridesSchema = overridesOf(breakerOptionsSchema);
