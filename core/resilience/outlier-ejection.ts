import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { EjectionCause } from '../journal/pick.ts';
import type { BreakerOutcome } from './breaker.ts';
import type { OutlierOptions } from './outlier-options.ts';
import { findOutliers, type Outlier, type PoolMembers } from './outliers.ts';

/** How one instance did lately. */
export interface Standing {
  /** Failures in a row. */
  readonly failures: number;
  /** Since the last sweep. */
  readonly requests: number;
  readonly successes: number;
  /** What the length of the next ejection is counted from: ejections, less one for each sweep in good health since. */
  readonly times: number;
  /** It may be over. */
  readonly ejection?: Ejection;
  /** When its last ejection ended. */
  readonly returnedAt?: Nanos;
}

export interface Ejection {
  readonly because: EjectionCause;
  /** The first instant at which it is back. */
  readonly until: Nanos;
}

/** By instance; one that nothing is known against is absent. */
export type Standings = ReadonlyMap<string, Standing>;

export type OutlierChange =
  | {
      readonly instance: string;
      readonly from: 'healthy';
      readonly to: 'ejected';
      readonly because: EjectionCause;
      /** The figures that decided. */
      readonly evidence: Readonly<Record<string, number>>;
      readonly forMs: Millis;
    }
  | { readonly instance: string; readonly from: 'ejected'; readonly to: 'healthy' }
  /** It should have been ejected, but too many of one of its pools are already, or it is the last one there. */
  | {
      readonly instance: string;
      readonly from: 'healthy';
      readonly to: 'healthy';
      readonly because: EjectionCause;
      readonly evidence: Readonly<Record<string, number>>;
      readonly prevented: 'share' | 'last';
    };

export interface InstanceResult {
  readonly instance: string;
  readonly outcome: BreakerOutcome;
  readonly now: Nanos;
}

const UNKNOWN: Standing = { failures: 0, requests: 0, successes: 0, times: 0 };
const NO_CHANGES: readonly OutlierChange[] = [];

/** The ejection of an instance that is not over yet: one ends by itself, without a sweep. */
export function ejectionOf(standings: Standings, instance: string, now: Nanos): Ejection | undefined {
  const ejection = standings.get(instance)?.ejection;
  return ejection && now < ejection.until ? ejection : undefined;
}

/**
 * Enters how an attempt ended: what comes back is the new standing of this instance, no other one's changes. Consecutive
 * failures eject at once (Envoy, outlier_detection_impl.cc); what ends while it is ejected is from before and not counted.
 */
export function noteResult(
  standings: Standings,
  options: OutlierOptions,
  { instance, outcome, now }: InstanceResult,
  pools: PoolMembers,
): { readonly standing: Standing; readonly changes: readonly OutlierChange[] } {
  const known = standings.get(instance) ?? UNKNOWN;
  if (outcome === 'ignored') return { standing: known, changes: NO_CHANGES };
  const current = returned(known, now);
  if (current.ejection) return { standing: known, changes: NO_CHANGES };
  const back = current === known ? NO_CHANGES : [backChange(instance)];
  const failures = outcome === 'failure' ? current.failures + 1 : 0;
  const standing: Standing = {
    ...current,
    failures,
    requests: current.requests + 1,
    successes: current.successes + (outcome === 'success' ? 1 : 0),
  };
  if (failures < options.consecutiveFailures) return { standing, changes: back };
  const outlier: Outlier = { instance, because: 'consecutive-failures', evidence: { failures } };
  const tried = eject(standings, options, { ...standing, failures: 0 }, outlier, pools, now);
  return { standing: tried.standing, changes: [...back, tried.change] };
}

/** Compares the members of each pool by their results since the last sweep, and brings back whose time is over. */
export function sweep(
  standings: Standings,
  options: OutlierOptions,
  pools: PoolMembers,
  now: Nanos,
): { readonly standings: Standings; readonly changes: readonly OutlierChange[] } {
  const next = new Map<string, Standing>();
  const changes: OutlierChange[] = [];
  for (const [instance, known] of standings) {
    const current = returned(known, now);
    if (current !== known) changes.push(backChange(instance));
    next.set(instance, current);
  }
  const compared = new Map([...next].filter(([, { ejection }]) => !ejection));
  for (const outlier of findOutliers(compared, options, pools)) {
    const tried = eject(next, options, next.get(outlier.instance)!, outlier, pools, now);
    next.set(outlier.instance, tried.standing);
    changes.push(tried.change);
  }
  for (const [instance, current] of next) {
    const standing = { ...current, requests: 0, successes: 0, times: timesAfterSweep(current, options, now) };
    if (isUnknown(standing)) next.delete(instance);
    else next.set(instance, standing);
  }
  return { standings: next, changes };
}

function eject(
  standings: Standings,
  options: OutlierOptions,
  standing: Standing,
  { instance, because, evidence }: Outlier,
  pools: PoolMembers,
  now: Nanos,
): { readonly standing: Standing; readonly change: OutlierChange } {
  const prevented = whatPrevents(standings, options, instance, pools, now);
  if (prevented) {
    return { standing, change: { instance, from: 'healthy', to: 'healthy', because, evidence, prevented } };
  }
  // As in Envoy the count goes one beyond what the longest ejection needs, and no further.
  const times =
    options.ejectionMs * standing.times < options.maxEjectionMs + options.ejectionMs
      ? standing.times + 1
      : standing.times;
  const forMs = Math.min(options.maxEjectionMs, options.ejectionMs * times);
  const ejection: Ejection = { because, until: now + nanos(forMs) };
  return {
    standing: { ...standing, times, ejection },
    change: { instance, from: 'healthy', to: 'ejected', because, evidence, forMs },
  };
}

/** An instance of no pool is the only one that its calls can go to. */
function whatPrevents(
  standings: Standings,
  { maxEjectedShare }: OutlierOptions,
  instance: string,
  pools: PoolMembers,
  now: Nanos,
): 'share' | 'last' | undefined {
  const own = pools.filter((members) => members.includes(instance)).map((members) => new Set(members));
  if (own.length === 0) return 'last';
  let prevented: 'share' | undefined;
  for (const members of own) {
    const ejected = [...members].filter((name) => ejectionOf(standings, name, now)).length;
    if (ejected + 1 >= members.size) return 'last';
    if (ejected > 0 && (ejected + 1) / members.size > maxEjectedShare) prevented = 'share';
  }
  return prevented;
}

function returned(standing: Standing, now: Nanos): Standing {
  if (!standing.ejection || now < standing.ejection.until) return standing;
  const { ejection, ...rest } = standing;
  return { ...rest, failures: 0, returnedAt: ejection.until };
}

function backChange(instance: string): OutlierChange {
  return { instance, from: 'ejected', to: 'healthy' };
}

function timesAfterSweep(
  { times, ejection, returnedAt }: Standing,
  options: OutlierOptions,
  now: Nanos,
): number {
  if (ejection || returnedAt === undefined || now - returnedAt < nanos(options.sweepMs)) return times;
  return Math.max(0, times - 1);
}

function isUnknown({ failures, requests, times, ejection }: Standing): boolean {
  return failures === 0 && requests === 0 && times === 0 && !ejection;
}

function nanos(ms: Millis): Nanos {
  return Math.round(ms * NANOS_PER_MILLI);
}
