import type { Mutable } from '../base/mutable.ts';
import type { Nanos } from '../base/units.ts';
import type { CallError, ErrorClass, EventData, EventType, FallbackTarget } from '../journal/event.ts';
import type { Pick } from '../journal/pick.ts';
import { Deadlines } from '../resilience/timeouts.ts';
import type { EffectivePolicies } from '../routing/call-policies.ts';
import type { Plan, Tier } from '../routing/plan.ts';
import type { Progress } from './placement.ts';
import type { FailedAttempt, Refusal, Work } from './work.ts';

/** A call on its way through the scheduler, with what is written about it. */
export class Journey {
  readonly work: Work;
  readonly startedAt: Nanos;
  readonly deadlines: Deadlines;
  progress: Progress;
  /** Of the whole call. */
  attempts = 0;
  lastFailure: FailedAttempt | undefined;
  /** Of the last attempt. */
  policies: EffectivePolicies | undefined;
  private readonly spent = new Set<string>();
  private deferred = false;
  /** Targets that it has been sent to: it never comes back to one. */
  private readonly visited = new Set<string>();

  constructor(work: Work, startedAt: Nanos) {
    this.work = work;
    this.startedAt = startedAt;
    this.deadlines = new Deadlines(startedAt);
    this.progress = this.startOf(work.plan);
  }

  wasAt(plan: Plan): boolean {
    return this.visited.has(plan.target.name);
  }

  /** Goes to another group or instance, from its beginning. */
  moveTo(plan: Plan): void {
    this.progress = this.startOf(plan);
  }

  moveToTier(tier: number): void {
    this.progress = { plan: this.progress.plan, tier, tried: new Set(), spent: this.spent, attempts: 0 };
  }

  /** The call was refused in these places before it found one, or found none. */
  recordRefusals(refusals: readonly Refusal[]): void {
    for (const { at, pick, rejected } of refusals) {
      if (pick) this.recordRouted(pick, this.tierOf(at));
      else if (rejected) this.recordRouted(nobodyAt(at, rejected), this.tierOf(at));
    }
  }

  recordRouted(pick: Pick, tier: Tier | undefined, hedge = false): void {
    const { plan } = this.progress;
    const after = this.lastFailure?.error;
    const routed: Mutable<EventData['call-routed']> = { attempt: this.attempts, target: plan.target, pick };
    if (tier?.name !== undefined) routed.tier = tier.name;
    if (plan.rule !== undefined) routed.rule = plan.rule;
    if (hedge) routed.hedge = true;
    if (after) routed.after = after;
    this.record('call-routed', routed);
  }

  recordFallback(to: FallbackTarget, because: ErrorClass | 'unavailable', error?: CallError): void {
    const { plan, tier } = this.progress;
    const from = plan.tiers[tier]?.label ?? plan.target.name;
    this.record('call-fell-back', { from, to, because, ...(error && { error }) });
  }

  recordTierChange({ name, standing }: Tier): void {
    if (name === undefined) return;
    const group = this.progress.plan.target.name;
    this.record('tier-changed', { group, tier: name, to: standing.kind });
  }

  /** Tells the client to ask for the answer later, once; false where it cannot be told that. */
  defer(): boolean {
    if (!this.work.defer) return false;
    if (!this.deferred) {
      this.deferred = true;
      this.record('call-deferred', {});
      this.work.defer();
    }
    return true;
  }

  record<Type extends EventType>(type: Type, data: EventData[Type]): void {
    this.work.recorder.append(type, data, this.work.span);
  }

  private tierOf(at: string): Tier | undefined {
    return this.progress.plan.tiers.find(
      (tier) => tier.label === at || tier.pools.some((pool) => pool.target.name === at),
    );
  }

  private startOf(plan: Plan): Progress {
    this.visited.add(plan.target.name);
    return { plan, tier: 0, tried: new Set(), spent: this.spent, attempts: 0 };
  }
}

/** A decision that no strategy was asked for: the tier or the pool was closed as a whole. */
function nobodyAt(at: string, rejected: NonNullable<Refusal['rejected']>): Pick {
  const considered = [{ instance: at, terms: {}, rejected }];
  return { strategy: 'guard', pool: at, probability: 0, considered, inputs: {} };
}
