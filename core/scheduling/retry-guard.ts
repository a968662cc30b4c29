import type { Clock } from '../base/clock.ts';
import {
  countRequest,
  initialRetryBudget,
  takeRetry,
  type RetryBudgetOptions,
} from '../resilience/retry-budget.ts';

/** Keeps the retries of the whole host below a share of its calls, so that a failing provider is not buried. */
export class RetryGuard {
  private readonly clock: Clock;
  private readonly options: RetryBudgetOptions;
  private budget = initialRetryBudget;

  constructor(clock: Clock, options: RetryBudgetOptions) {
    this.clock = clock;
    this.options = options;
  }

  countCall(): void {
    this.budget = countRequest(this.budget, this.options, this.clock.now());
  }

  /** Whether one more retry is allowed; if so, it is taken. */
  take(): boolean {
    const { allowed, budget } = takeRetry(this.budget, this.options, this.clock.now());
    this.budget = budget;
    return allowed;
  }
}
