import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';
import type { ErrorClass } from '../journal/event.ts';
import type { Pick as Decision, Rejection } from '../journal/pick.ts';
import { stepFor } from '../routing/fallback.ts';
import { millisUntil } from '../routing/guard.ts';
import type { LiveInstance } from '../routing/live-instance.ts';
import type { Plan, Tier } from '../routing/plan.ts';
import type { Pool, PoolCall } from '../routing/pool.ts';
import { mayBeTried } from '../routing/tier-standing.ts';
import type { Refusal, Work } from './work.ts';

/** Where a call is on its way: which plan, which tier of it, and whom it has been at. */
export interface Progress {
  plan: Plan;
  tier: number;
  /** Instances of this tier. */
  readonly tried: Set<string>;
  /** Accounts without money, of whatever tier. */
  readonly spent: Set<string>;
  /** In this tier. */
  attempts: number;
  /** Why the last of them failed. */
  lastError?: ErrorClass;
}

/** A place for an attempt, not taken yet. */
export interface Found {
  readonly kind: 'found';
  readonly tierIndex: number;
  readonly tier: Tier;
  readonly pool: Pool;
  readonly member: LiveInstance;
  readonly pick: Decision;
  /** Who had nobody before, tier by tier. */
  readonly refusals: readonly Refusal[];
}

export interface NotFound {
  readonly kind: 'not-found';
  readonly refusals: readonly Refusal[];
  /** Set where somebody will be able to take it by and by: at this time, else when an attempt ends. */
  readonly wait?: { readonly until?: Nanos };
}

/** Looks for somebody who can take the call now: in its tier, else in the tiers below as far as the group allows. */
export function seek(work: Work, progress: Progress, now: Nanos): Found | NotFound {
  const { tiers, fallback } = progress.plan;
  const refusals: Refusal[] = [];
  for (let tierIndex = progress.tier; tierIndex < tiers.length; tierIndex++) {
    const tier = tiers[tierIndex]!;
    const tried = tierIndex === progress.tier ? progress.tried : NOBODY;
    const found = seekInTier(work, tier, { tried, spent: progress.spent, now }, refusals);
    if (found) return { kind: 'found', tierIndex, tier, ...found, refusals };
    const because = (tierIndex === progress.tier && progress.lastError) || unavailability(refusals, tier);
    if (stepFor(fallback, because).kind !== 'next-tier') break;
  }
  const wait = waitFor(refusals, now);
  return { kind: 'not-found', refusals, ...(wait && { wait }) };
}

const NOBODY: ReadonlySet<string> = new Set();

/** The first pool of the tier that has somebody; why not, into `refusals`, where none has. */
function seekInTier(
  { task, affinity }: Work,
  tier: Tier,
  at: Pick<PoolCall, 'tried' | 'spent' | 'now'>,
  refusals: Refusal[],
): { readonly pool: Pool; readonly member: LiveInstance; readonly pick: Decision } | undefined {
  const tokens = task.inputTokens + task.outputTokens;
  const { now } = at;
  const rejected = standingOf(tier, now) ?? tier.guard?.reject(tokens, now);
  if (rejected) {
    refusals.push({ at: tier.label, rejected });
    return undefined;
  }
  for (const pool of tier.pools) {
    const closed = pool.guard?.reject(tokens, now);
    if (closed) {
      refusals.push({ at: pool.target.name, rejected: closed });
      continue;
    }
    const { pick, member } = pool.pick({ task, affinity, ...at });
    if (member) return { pool, member, pick };
    refusals.push({ at: pool.target.name, pick });
  }
  return undefined;
}

function standingOf({ standing, promotion }: Tier, now: Nanos): Rejection | undefined {
  if (!promotion || standing.kind === 'in-use' || mayBeTried(standing, now)) return undefined;
  return { reason: 'fallen', retryInMs: millisUntil(standing.until, now) };
}

/** The class of failure that it amounts to when nobody of a tier can take a call. */
function unavailability(refusals: readonly Refusal[], tier: Tier): ErrorClass {
  const names = new Set([tier.label, ...tier.pools.map((pool) => pool.target.name)]);
  const reasons = rejectionsOf(refusals.filter(({ at }) => names.has(at))).map(({ reason }) => reason);
  if (reasons.length > 0 && reasons.every((reason) => reason === 'context-too-small'))
    return 'context-window';
  return reasons.some((reason) => reason === 'rate-limited' || reason === 'at-capacity')
    ? 'rate-limit'
    : 'server-error';
}

/** Every single reason in these refusals. */
export function rejectionsOf(refusals: readonly Refusal[]): readonly Rejection[] {
  return refusals.flatMap(({ pick, rejected }) => [
    ...(rejected ? [rejected] : []),
    ...(pick?.considered.flatMap((one) => one.rejected ?? []) ?? []),
  ]);
}

/** Reasons that pass by themselves; those with a time are over then, the others when an attempt ends. */
function waitFor(refusals: readonly Refusal[], now: Nanos): NotFound['wait'] {
  let waits = false;
  let soonest = Infinity;
  for (const rejection of rejectionsOf(refusals)) {
    switch (rejection.reason) {
      case 'rate-limited':
        // Without a time it asks for more than it could ever have.
        if (rejection.retryInMs === undefined) continue;
        break;
      case 'at-capacity':
      case 'breaker-open':
      case 'ejected':
      case 'fallen':
      case 'resources-short':
        break;
      default:
        continue;
    }
    waits = true;
    if ('retryInMs' in rejection && rejection.retryInMs !== undefined) {
      soonest = Math.min(soonest, rejection.retryInMs);
    }
  }
  if (!waits) return undefined;
  return soonest === Infinity ? {} : { until: now + soonest * NANOS_PER_MILLI };
}
