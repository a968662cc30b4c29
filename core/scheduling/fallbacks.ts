import type { Clock } from '../base/clock.ts';
import { NANOS_PER_MILLI, type Millis } from '../base/units.ts';
import type { ErrorClass } from '../journal/event.ts';
import { accountOf } from '../registry/instance.ts';
import { classifyError } from '../resilience/error-class.ts';
import { isRetryable } from '../resilience/retry.ts';
import { stepFor, type FallbackStep } from '../routing/fallback.ts';
import type { Plan, Tier } from '../routing/plan.ts';
import { fell, succeeded } from '../routing/tier-standing.ts';
import type { Journey } from './journey.ts';
import type { Found, NotFound, Progress } from './placement.ts';
import type { RetryGuard } from './retry-guard.ts';
import type { UnservedWait, WorkEnd } from './work.ts';

export interface FallbackPorts {
  readonly clock: Clock;
  readonly retries: RetryGuard;
  /** Where a fallback to a group or an instance leads. */
  readonly follow: (step: FallbackStep) => Plan | undefined;
}

/** Nobody could take a call, and what became of its wait. */
export interface Unplaced extends NotFound {
  readonly waited?: UnservedWait;
}

/** A call whose client asks later may wait for so long. */
export const LONGEST_DEFERRAL_MS: Millis = 3_600_000;

const NO_STEP: FallbackStep = { kind: 'none' };
/** Not worth a retry, and yet no fault of the request: calls stay away from the tier for a while. */
const LEAVES_TIER: ReadonlySet<ErrorClass> = new Set(['auth', 'billing']);

/** What follows where a call has failed, or found nobody: another try, another tier, another target, or its end. */
export class Fallbacks {
  private readonly ports: FallbackPorts;

  constructor(ports: FallbackPorts) {
    this.ports = ports;
  }

  /** What to do after a tier's attempt failed: nothing where the call goes on, else how it ends. */
  afterFailure(journey: Journey, { tier, member }: Found): WorkEnd | undefined {
    const failure = journey.lastFailure!;
    const { progress, work } = journey;
    const errorClass = classifyError(failure.error);
    progress.lastError = errorClass;
    const { retry, timeouts } = journey.policies!;
    const spent = (this.ports.clock.now() - journey.startedAt) / NANOS_PER_MILLI;
    const allowed = Math.max(1, retry.maxAttempts - work.clientRetries);
    if (errorClass === 'billing') progress.spent.add(accountOf(member.instance));
    // Another account may have the money that this one lacks.
    const mayHelp = isRetryable(failure.error) || (errorClass === 'billing' && hasSolvent(tier, progress));
    const goesOn = mayHelp && spent < timeouts.totalMs;
    if (goesOn && progress.attempts < allowed && this.ports.retries.take()) return undefined;
    // A sibling may speak the client's own dialect.
    if (errorClass === 'untranslatable' && hasUntried(tier, progress.tried)) return undefined;
    this.noteFailure(journey, tier);
    return this.follow(journey, stepFor(progress.plan.fallback, errorClass), errorClass);
  }

  /** Nobody could take it, and nobody will in time. */
  withoutPlace(journey: Journey, { refusals, waited }: Unplaced): WorkEnd | undefined {
    const { plan } = journey.progress;
    journey.recordRefusals(refusals);
    const { exhausted } = plan.fallback;
    const step = exhausted.kind === 'queue' || exhausted.kind === 'next-tier' ? NO_STEP : exhausted;
    const end = this.follow(journey, step, 'unavailable');
    return end?.kind !== 'unserved'
      ? end
      : { kind: 'unserved', target: plan.target.name, refusals, ...(waited && { waited }) };
  }

  private follow(
    journey: Journey,
    step: FallbackStep,
    because: ErrorClass | 'unavailable',
  ): WorkEnd | undefined {
    const { progress, lastFailure } = journey;
    const { plan, tier } = progress;
    const error = lastFailure?.error;
    switch (step.kind) {
      case 'next-tier': {
        const next = plan.tiers[tier + 1];
        if (!next) {
          const { exhausted } = plan.fallback;
          return this.follow(journey, exhausted.kind === 'next-tier' ? NO_STEP : exhausted, because);
        }
        journey.recordFallback({ kind: 'tier', name: next.label }, because, error);
        journey.moveToTier(tier + 1);
        return undefined;
      }
      case 'group':
      case 'instance': {
        const to = this.ports.follow(step);
        if (!to || journey.wasAt(to)) return failed(journey);
        journey.recordFallback({ kind: step.kind, name: step.name }, because, error);
        journey.moveTo(to);
        return undefined;
      }
      case 'answer':
        journey.recordFallback({ kind: 'answer' }, because, error);
        return { kind: 'preset', text: step.text };
      case 'queue':
        return this.tryLater(journey) ? undefined : failed(journey);
      case 'none':
        return failed(journey);
    }
  }

  /** Every attempt of a call that may be answered later has failed: it starts again after a while. */
  private tryLater(journey: Journey): boolean {
    const waited = this.ports.clock.now() - journey.startedAt;
    if (!journey.defer() || waited > LONGEST_DEFERRAL_MS * NANOS_PER_MILLI) return false;
    journey.progress.attempts = 0;
    return true;
  }

  /** The call leaves a tier whose attempts failed: for a reason of its own the tier is left out for a while. */
  noteFailure(journey: Journey, tier: Tier): void {
    const error = journey.lastFailure?.error;
    if (!tier.promotion || !error || !(isRetryable(error) || LEAVES_TIER.has(classifyError(error)))) return;
    const before = tier.standing.kind;
    tier.standing = fell(tier.standing, tier.promotion, this.ports.clock.now());
    if (before === 'in-use') journey.recordTierChange(tier);
  }

  noteSuccess(journey: Journey, tier: Tier): void {
    if (!tier.promotion || tier.standing.kind === 'in-use') return;
    tier.standing = succeeded(tier.standing, tier.promotion);
    if (tier.standing.kind === 'in-use') journey.recordTierChange(tier);
  }
}

function failed({ lastFailure, progress, attempts }: Journey): WorkEnd {
  if (lastFailure) return { kind: 'failed', failure: lastFailure, attempts };
  return { kind: 'unserved', target: progress.plan.target.name, refusals: [] };
}

function hasUntried({ pools }: Tier, tried: ReadonlySet<string>): boolean {
  return pools.some(({ members }) => members.some(({ instance }) => !tried.has(instance.name)));
}

/** Somebody untried whom another account pays for. */
function hasSolvent({ pools }: Tier, { tried, spent }: Progress): boolean {
  return pools.some(({ members }) =>
    members.some(({ instance }) => !tried.has(instance.name) && !spent.has(accountOf(instance))),
  );
}
