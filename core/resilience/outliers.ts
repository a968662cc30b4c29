import type { EjectionCause } from '../journal/pick.ts';
import type { OutlierOptions } from './outlier-options.ts';

/**
 * The names of the members of each pool; an instance may be in several. Whoever leaves out what takes no calls anyway, as
 * under maintenance, has the last one protected that does.
 */
export type PoolMembers = readonly (readonly string[])[];

/** Results of one instance between two sweeps. */
export interface Results {
  readonly requests: number;
  readonly successes: number;
}

/** An instance that does too badly, with the figures that say so. */
export interface Outlier {
  readonly instance: string;
  readonly because: EjectionCause;
  readonly evidence: Readonly<Record<string, number>>;
}

interface Rated {
  readonly instance: string;
  /** Share of successes. */
  readonly rate: number;
  readonly requests: number;
}

/**
 * Those that do much worse than the others of one of their pools, or fail too often by themselves (Envoy,
 * `processSuccessRateEjections`): each once, of every pool the worst first. Only those in `results` are compared.
 */
export function findOutliers(
  results: ReadonlyMap<string, Results>,
  options: OutlierOptions,
  pools: PoolMembers,
): readonly Outlier[] {
  const found = new Map<string, Outlier>();
  for (const members of pools) {
    const rated = [...new Set(members)]
      .flatMap((instance) => ratedOf(instance, results.get(instance)))
      .toSorted((a, b) => a.rate - b.rate);
    for (const outlier of [...bySuccessRate(rated, options), ...byFailurePercentage(rated, options)]) {
      if (!found.has(outlier.instance)) found.set(outlier.instance, outlier);
    }
  }
  return [...found.values()];
}

/** Mean − deviations · σ, of the whole population. */
export function successRateThreshold(
  rates: readonly number[],
  deviations: number,
): { readonly mean: number; readonly threshold: number } {
  const mean = rates.reduce((sum, rate) => sum + rate, 0) / rates.length;
  const variance = rates.reduce((sum, rate) => sum + (rate - mean) ** 2, 0) / rates.length;
  return { mean, threshold: mean - deviations * Math.sqrt(variance) };
}

function ratedOf(instance: string, results: Results | undefined): readonly Rated[] {
  if (!results || results.requests === 0) return [];
  const { requests, successes } = results;
  return [{ instance, rate: successes / requests, requests }];
}

function bySuccessRate(all: readonly Rated[], { successRate }: OutlierOptions): readonly Outlier[] {
  const { minimumHosts, minimumRequests, deviations } = successRate;
  const rated = all.filter(({ requests }) => requests >= minimumRequests);
  if (rated.length < minimumHosts) return [];
  const rates = rated.map(({ rate }) => rate);
  const { mean, threshold } = successRateThreshold(rates, deviations);
  return rated
    .filter(({ rate }) => rate < threshold)
    .map(({ instance, rate }) => ({
      instance,
      because: 'success-rate',
      evidence: { successRate: rate, mean, threshold },
    }));
}

function byFailurePercentage(
  all: readonly Rated[],
  { failurePercentage }: OutlierOptions,
): readonly Outlier[] {
  const { enabled, minimumHosts, minimumRequests, threshold } = failurePercentage;
  const rated = all.filter(({ requests }) => requests >= minimumRequests);
  if (!enabled || rated.length < minimumHosts) return [];
  return rated
    .map(({ instance, rate }) => ({ instance, percentage: 100 - 100 * rate }))
    .filter(({ percentage }) => percentage >= threshold)
    .map(({ instance, percentage }) => ({
      instance,
      because: 'failure-percentage',
      evidence: { failurePercentage: percentage, threshold },
    }));
}
