import { z } from 'zod';

const intervals = (most: number) => z.int().min(1).max(most);
const share = z.number().min(0).max(1);

/** Factors of what the configuration says; 1, the configured value itself, is always within. */
const factors = (min: number, max: number) =>
  z
    .strictObject({
      min: z.number().positive('a bound is above 0').max(1, 'at most 1, the configured value').default(min),
      max: z.number().min(1, 'at least 1, the configured value').max(100).default(max),
    })
    .prefault({});

/** What both optimisers have. */
const common = {
  apply: z.boolean().default(false).describe('Applies what it proposes; else it only proposes.'),
  intervalMs: z
    .int()
    .min(1000, 'at least a second')
    .default(60_000)
    .describe('How often the figures are looked at, and how long the window is that they are from.'),
  minimumAttempts: z
    .int()
    .min(30, 'fewer than 30 attempts say too little')
    .default(30)
    .describe('Fewer attempts in an interval are no evidence.'),
  wantedIntervals: intervals(100)
    .default(3)
    .describe('A change is proposed once it was wanted for so many intervals in a row.'),
  holdIntervals: intervals(1000)
    .default(10)
    .describe('A change that was applied is not turned back within so many intervals.'),
  forgetIntervals: intervals(10_000)
    .default(60)
    .describe(
      'A limit that did harm is not tried again, and what was undone by hand not proposed, for so long.',
    ),
  maxStep: z
    .number()
    .positive()
    .max(0.25, 'at most a quarter at once')
    .default(0.25)
    .describe('The largest step, as a share of the value.'),
};

/** What counts as doing well and badly, where a limit is tried out. */
const health = {
  healthySuccess: share.default(0.98).describe('From this share of successes on an instance is healthy.'),
  failingSuccess: share.default(0.9).describe('Below this share of successes an instance is failing.'),
  rateLimitedShare: share
    .default(0.05)
    .describe('From this share of attempts answered with 429 on, there are too many.'),
  stableResponse: z
    .number()
    .min(1)
    .max(10)
    .default(1.25)
    .describe('A p95 of the first token of up to so many times the usual one is stable.'),
  usualIntervals: intervals(100_000)
    .default(1440)
    .describe('What is usual is measured anew after so many intervals.'),
};

const healthyIsAbove = {
  check: ({ healthySuccess, failingSuccess }: { healthySuccess: number; failingSuccess: number }) =>
    healthySuccess > failingSuccess,
  because: { path: ['healthySuccess'], error: 'healthy is above failing' },
};

/** `[optimiser.scheduler]`. */
export const schedulerOptimiserSchema = z
  .strictObject({
    ...common,
    ...health,
    deadBand: z
      .number()
      .min(0.01)
      .max(1)
      .default(0.2)
      .describe('A weight that is wrong by less than this share stays.'),
    turnedAwayShare: share
      .default(0.01)
      .describe('From this share of calls turned away on, a limit is too low.'),
    weight: factors(0.1, 10).describe(
      'Bounds, as factors of the mean weight that is configured in the pool.',
    ),
    maxConcurrent: factors(0.25, 4).describe('Bounds, as factors of what is configured; never below 1.'),
  })
  .refine(healthyIsAbove.check, healthyIsAbove.because);

/** `[optimiser.resources]`. */
export const resourceOptimiserSchema = z
  .strictObject({
    ...common,
    ...health,
    shortShare: share
      .default(0.05)
      .describe('From this share of reservations that found too little on, it is short.'),
    fullShare: share.default(0.9).describe('From this share reserved on, a resource is full.'),
    idleShare: share.default(0.5).describe('Below this share reserved at the peak, a resource is idle.'),
    capacity: factors(0.5, 1.25).describe('Bounds of a capacity, as factors of what is declared.'),
    requirement: factors(0.5, 2).describe('Bounds of a requirement, as factors of what is configured.'),
  })
  .refine(healthyIsAbove.check, healthyIsAbove.because)
  .refine(({ idleShare, fullShare }) => idleShare < fullShare, {
    path: ['idleShare'],
    error: 'idle is below full',
  });

export type SchedulerOptimiserOptions = z.output<typeof schedulerOptimiserSchema>;
export type ResourceOptimiserOptions = z.output<typeof resourceOptimiserSchema>;
export type CommonOptions = Pick<SchedulerOptimiserOptions, keyof typeof common>;
export type HealthOptions = Pick<SchedulerOptimiserOptions, keyof typeof health>;
/** Factors of a configured value. */
export type Factors = SchedulerOptimiserOptions['weight'];

export const optimiserSchema = z.strictObject({
  scheduler: schedulerOptimiserSchema.prefault({}),
  resources: resourceOptimiserSchema.prefault({}),
});
