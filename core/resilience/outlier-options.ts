import { z } from 'zod';

const millis = z.number().positive('a time is above 0').max(86_400_000, 'a time is at most a day');
const hosts = z.int().min(1, 'at least one is needed').max(1000);
const requests = z.int().min(1, 'at least one is needed').max(1_000_000);
const LONGEST_EJECTION_MS = 300_000;

/** Those of Envoy's OutlierDetection, but for the share, which suits pools of two to four. */
export const outlierOptionsSchema = z
  .strictObject({
    consecutiveFailures: z.int().min(1).max(10_000).describe('So many in a row eject at once.').default(5),
    sweepMs: millis.describe('How often rates are compared.').default(10_000),
    ejectionMs: millis
      .describe('How long the first ejection lasts; the second lasts twice as long, and so on.')
      .default(30_000),
    maxEjectionMs: millis.optional().describe('The longest ejection: five minutes, or as long as the first.'),
    maxEjectedShare: z
      .number()
      .min(0)
      .max(1)
      .describe('Of each pool; one may always be ejected, but never the last.')
      .default(0.5),
    successRate: z
      .strictObject({
        minimumHosts: hosts.describe('Members of a pool with enough requests.').default(5),
        minimumRequests: requests.describe('Between two sweeps.').default(100),
        deviations: z
          .number()
          .positive()
          .describe('Standard deviations below the mean of the pool.')
          .default(1.9),
      })
      .prefault({}),
    failurePercentage: z
      .strictObject({
        enabled: z.boolean().default(false),
        minimumHosts: hosts.describe('Members of a pool with enough requests.').default(5),
        minimumRequests: requests.describe('Between two sweeps.').default(50),
        threshold: z
          .number()
          .gt(0)
          .max(100)
          .describe('Ejects at this percentage of failures or above.')
          .default(85),
      })
      .prefault({}),
  })
  .refine(({ ejectionMs, maxEjectionMs = ejectionMs }) => maxEjectionMs >= ejectionMs, {
    path: ['maxEjectionMs'],
    error: 'the longest ejection cannot be shorter than the first',
  })
  .transform(({ maxEjectionMs, ...options }) => ({
    ...options,
    maxEjectionMs: maxEjectionMs ?? Math.max(LONGEST_EJECTION_MS, options.ejectionMs),
  }));

export type OutlierOptions = z.infer<typeof outlierOptionsSchema>;
