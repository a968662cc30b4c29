import { z } from 'zod';
import { maxConcurrentSchema } from './parts.ts';

const HOUR_MS = 3_600_000;

const millis = z.number().positive('a time is above 0').max(HOUR_MS, 'a time is at most an hour');
const weight = z.int().positive('a weight is above 0').max(1_000);

export const schedulerSchema = z.strictObject({
  /** Attempts in flight in the whole host. */
  maxConcurrent: maxConcurrentSchema.default(256),
});

export const queueOptionsSchema = z.strictObject({
  maxLength: z.int().positive('at least one call must be able to wait').max(1_000_000).default(10_000),
  /** A call that has waited longer is refused. */
  maxWaitMs: millis.default(30_000),
  /** A waiting call counts one class higher after so long. */
  ageMs: millis.default(5_000),
  /** Shares of the classes while calls of all of them wait. */
  weights: z
    .strictObject({ high: weight.default(6), normal: weight.default(3), low: weight.default(1) })
    .prefault({}),
});

export type QueueOptions = z.output<typeof queueOptionsSchema>;
