import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import { classifyError } from './error-class.ts';
import { overridesOf } from './overrides.ts';

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

/** For a pool or a tier; the budget is one for the whole host. */
export const retryOverridesSchema = overridesOf(retryOptionsSchema).omit({ budgetShare: true });

export type RetryOptions = z.infer<typeof retryOptionsSchema>;

/** Whether another instance may well answer what failed like this, if nothing of it has reached the client yet. */
export function isRetryable(error: CallError): boolean {
  const found = classifyError(error);
  return found === 'rate-limit' || found === 'timeout' || found === 'server-error';
}

/**
 * Exponential backoff with full jitter (AWS Architecture Blog, "Exponential Backoff And Jitter"): evenly from 0 to
 * min(cap, base · 2ⁿ), so that calls which failed together do not come again together.
 */
export function backoffMs({ baseMs, capMs }: RetryOptions, retriesSoFar: number, random: Random): Millis {
  return random() * Math.min(capMs, baseMs * 2 ** retriesSoFar);
}

/** When a retry is thought about. */
export interface RetryMoment {
  readonly retriesSoFar: number;
  /** How long the upstream asked to be left alone: see `parseRetryAfter`. */
  readonly retryAfterMs?: Millis | undefined;
  readonly now: Nanos;
  /** When the call's total runs out. */
  readonly deadline: Nanos;
}

/** How long to wait before a retry of what failed: never shorter than was asked for; nothing where it would come too late. */
export function waitBeforeRetry(
  options: RetryOptions,
  moment: RetryMoment,
  random: Random,
): Millis | undefined {
  const { retriesSoFar, retryAfterMs = 0, now, deadline } = moment;
  const waitMs = Math.max(backoffMs(options, retriesSoFar, random), retryAfterMs);
  return now + waitMs * NANOS_PER_MILLI < deadline ? waitMs : undefined;
}

/** Whoever asks for a longer wait gets this one: a call is not parked on an upstream's word alone. */
const LONGEST_RETRY_AFTER_MS: Millis = 60_000;

const DECIMAL = /^\d+(\.\d+)?$/;

/** The three forms of RFC 9110 §5.6.7; the last has no zone in it and means GMT too. */
const IMF_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;
const RFC_850_DATE = /^[A-Z][a-z]+day, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT$/;
const ASCTIME_DATE = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/;

/** The two headers that ask for a wait, as they came. */
export interface RetryAfterHeaders {
  readonly 'retry-after'?: string | undefined;
  /** OpenAI's and Anthropic's own; goes before the standard one, as in their SDKs. */
  readonly 'retry-after-ms'?: string | undefined;
}

/**
 * How long the upstream asks to be left alone, at most a minute; a date that has passed means 0.
 * Nothing where neither header can be read, which is so for negative numbers.
 */
export function parseRetryAfter(headers: RetryAfterHeaders, wallTime: Millis): Millis | undefined {
  const asked =
    decimal(headers['retry-after-ms'], 1) ??
    decimal(headers['retry-after'], 1000) ??
    untilDate(headers['retry-after'], wallTime);
  return asked === undefined ? undefined : Math.min(LONGEST_RETRY_AFTER_MS, asked);
}

function decimal(text: string | undefined, unit: Millis): Millis | undefined {
  const trimmed = text?.trim() ?? '';
  return DECIMAL.test(trimmed) ? Number(trimmed) * unit : undefined;
}

function untilDate(text: string | undefined, wallTime: Millis): Millis | undefined {
  const trimmed = text?.trim() ?? '';
  const zoned = ASCTIME_DATE.test(trimmed) ? `${trimmed} GMT` : trimmed;
  if (zoned === trimmed && !IMF_DATE.test(trimmed) && !RFC_850_DATE.test(trimmed)) return undefined;
  const date = Date.parse(zoned);
  return Number.isNaN(date) ? undefined : Math.max(0, date - wallTime);
}
