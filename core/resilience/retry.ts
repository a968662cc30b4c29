import type { Millis } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import { classifyError } from './error-class.ts';

/** Whether another instance may well answer what failed like this, if nothing of it has reached the client yet. */
export function isRetryable(error: CallError): boolean {
  const found = classifyError(error);
  return found === 'rate-limit' || found === 'timeout' || found === 'server-error';
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
