import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import { intoBuckets, liveTallies, type Buckets, type BucketShape } from './time-buckets.ts';

export interface RetryBudgetOptions {
  /** Retries for each request, 0 to 1. */
  readonly share: number;
  /** Retries that are allowed in a window without any request. */
  readonly floor: number;
  /** How long a request's share and a retry are remembered. */
  readonly windowMs: Millis;
}

export const defaultRetryBudgetOptions: RetryBudgetOptions = { share: 0.1, floor: 10, windowMs: 10_000 };

interface Tally {
  readonly requests: number;
  readonly retries: number;
}

/** Requests and retries of the last window, so that a failing service is not buried under retries. */
export interface RetryBudget {
  readonly buckets: Buckets<Tally>;
}

export const initialRetryBudget: RetryBudget = { buckets: [] };

const BUCKETS = 10;

/** Shares like 0.1 are not exact in binary: ten requests shall allow one retry. */
const ROUNDING = 1e-9;

/** Counts a request: each call once, whatever becomes of it. */
export function countRequest(budget: RetryBudget, options: RetryBudgetOptions, now: Nanos): RetryBudget {
  return counted(budget, options, now, { requests: 1, retries: 0 });
}

/** Takes one retry from the budget where it has one left: Finagle's RetryBudget (deposit, tryWithdraw). */
export function takeRetry(
  budget: RetryBudget,
  options: RetryBudgetOptions,
  now: Nanos,
): { readonly allowed: boolean; readonly budget: RetryBudget } {
  if (retriesLeft(budget, options, now) < 1) return { allowed: false, budget };
  return { allowed: true, budget: counted(budget, options, now, { requests: 0, retries: 1 }) };
}

/** Whole retries that could be taken now. */
export function retriesLeft(budget: RetryBudget, options: RetryBudgetOptions, now: Nanos): number {
  const tallies = liveTallies(budget.buckets, shapeOf(options), now);
  const left = tallies.reduce(
    (left, { requests, retries }) => left + options.share * requests - retries,
    options.floor,
  );
  return Math.max(0, Math.floor(left + ROUNDING));
}

function counted(budget: RetryBudget, options: RetryBudgetOptions, now: Nanos, more: Tally): RetryBudget {
  return {
    buckets: intoBuckets(budget.buckets, shapeOf(options), now, (before) => ({
      requests: (before?.requests ?? 0) + more.requests,
      retries: (before?.retries ?? 0) + more.retries,
    })),
  };
}

function shapeOf({ windowMs }: RetryBudgetOptions): BucketShape {
  return { count: BUCKETS, width: Math.max(1, Math.round((windowMs * NANOS_PER_MILLI) / BUCKETS)) };
}
