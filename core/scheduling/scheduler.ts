import type { Clock, Timers } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { ErrorClass, GuardScope } from '../journal/event.ts';
import { classifyError } from '../resilience/error-class.ts';
import { hedgeDelayMs } from '../resilience/hedge.ts';
import { backoffMs, isRetryable } from '../resilience/retry.ts';
import { effectivePolicies, type EffectivePolicies } from '../routing/call-policies.ts';
import { stepFor, type FallbackStep } from '../routing/fallback.ts';
import type { Guard } from '../routing/guard.ts';
import type { Judgement } from '../routing/live-instance.ts';
import type { Plan, Tier } from '../routing/plan.ts';
import { fell, succeeded } from '../routing/tier-standing.ts';
import { raceAttempts, type RaceEnd } from './attempt-race.ts';
import { Attempt, type PassedGuard } from './attempt.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { Journey } from './journey.ts';
import { seek, type Found, type NotFound } from './placement.ts';
import { classOf } from './queue/call-class.ts';
import type { QueueOptions } from '../config/schema/scheduling.ts';
import type { Admission } from './queue/waiting.ts';
import type { Reservation, ResourceLedger } from './resources/ledger.ts';
import type { RetryGuard } from './retry-guard.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { FailedAttempt, UnservedWait, Work, WorkEnd } from './work.ts';

export interface SchedulerOptions {
  /** Attempts in flight in the whole host. */
  readonly maxConcurrent: number;
  readonly queue: QueueOptions;
  /** Where neither tier, pool nor instance says otherwise. */
  readonly policies: EffectivePolicies;
}

export interface SchedulerPorts {
  readonly clock: Clock;
  readonly timers: Timers;
  readonly random: Random;
  readonly ids: IdSource;
  readonly retries: RetryGuard;
  readonly resources: ResourceLedger;
  /** Where a fallback to a group or an instance leads. */
  readonly follow: (step: FallbackStep) => Plan | undefined;
  /** Told what every attempt says of its instance. */
  readonly judged: (instance: string, judgement: Judgement) => void;
}

/** A place that has been taken: guards passed, resources reserved. */
interface Taken {
  readonly kind: 'taken';
  readonly found: Found;
  readonly guards: readonly PassedGuard[];
  readonly reservation: Reservation | undefined;
}

interface Unplaced extends NotFound {
  readonly waited?: UnservedWait;
}

export interface SchedulerView {
  readonly outstanding: number;
  readonly maxConcurrent: number;
  readonly queues: readonly { readonly name: string; readonly waiting: number }[];
}

const ANSWERED: WorkEnd = { kind: 'answered' };
const CANCELLED: WorkEnd & { readonly kind: 'cancelled' } = { kind: 'cancelled' };
const NO_STEP: FallbackStep = { kind: 'none' };

/** A call whose client asks later may wait for so long. */
const LONGEST_DEFERRAL_MS: Millis = 3_600_000;

/**
 * The life of a call between its receipt and its end: a place is sought, waited for, taken; attempts are made, retried,
 * hedged; and where they fail, the call falls back as its group says. Every step is in the journal. Wires are unknown
 * here: what is tried is the work's own affair.
 */
export class Scheduler {
  private readonly ports: SchedulerPorts;
  private readonly options: SchedulerOptions;
  private readonly watch: DeadlineWatch;
  private readonly waiting: WaitingRoom<Taken>;
  private outstanding = 0;

  constructor(ports: SchedulerPorts, options: SchedulerOptions) {
    this.ports = ports;
    this.options = options;
    this.watch = new DeadlineWatch(ports.clock, ports.timers);
    this.waiting = new WaitingRoom(ports, options.queue);
  }

  /** Resolves when the work is done; never rejects for what an upstream or a client does. */
  async run(work: Work): Promise<WorkEnd> {
    const journey = new Journey(work, this.ports.clock.now());
    this.ports.retries.countCall();
    for (;;) {
      const sought = this.takeInTurn(journey);
      const placed = sought.kind === 'taken' ? sought : await this.placeLater(journey, sought);
      switch (placed.kind) {
        case 'cancelled':
          return CANCELLED;
        case 'taken': {
          const end = (await this.attempt(journey, placed)) ?? this.afterFailure(journey, placed.found.tier);
          if (end) return end;
          break;
        }
        case 'not-found': {
          const end = this.withoutPlace(journey, placed);
          if (end) return end;
          break;
        }
      }
    }
  }

  /** Something has changed from outside: an instance is back, a limit is higher. */
  wake(): void {
    this.waiting.wake();
  }

  /** As a person sees it. */
  view(): SchedulerView {
    const { maxConcurrent } = this.options;
    return { outstanding: this.outstanding, maxConcurrent, queues: this.waiting.view() };
  }

  /** A new call waits behind those that wait for the same already; why nobody is free is looked up all the same. */
  private takeInTurn(journey: Journey): Taken | NotFound {
    const { work, progress } = journey;
    const queued = progress.attempts === 0 && this.waiting.isWaitedFor(progress.plan.target.name);
    if (!queued) return this.take(journey);
    const sought = seek(work, progress, this.ports.clock.now());
    return { kind: 'not-found', refusals: sought.refusals, wait: {} };
  }

  /** Takes a place where there is one now: all of it or nothing, in one step. */
  private take(journey: Journey): Taken | NotFound {
    const { work, progress } = journey;
    const { maxConcurrent } = this.options;
    if (this.outstanding >= maxConcurrent) {
      const rejected = {
        reason: 'at-capacity',
        outstanding: this.outstanding,
        capacity: maxConcurrent,
      } as const;
      return { kind: 'not-found', refusals: [{ at: 'host', rejected }], wait: {} };
    }
    const now = this.ports.clock.now();
    const found = seek(work, progress, now);
    if (found.kind === 'not-found') return found;
    journey.recordRefusals(found.refusals);
    if (found.tierIndex !== progress.tier) {
      const left = progress.plan.tiers[progress.tier]!;
      if (progress.attempts > 0 && journey.lastFailure) this.noteFailure(journey, left, journey.lastFailure);
      journey.recordFallback({ kind: 'tier', name: found.tier.label }, progress.lastError ?? 'unavailable');
      journey.moveToTier(found.tierIndex);
    }
    return this.enter(journey, found, now);
  }

  private enter(journey: Journey, found: Found, now: Nanos, hedge = false): Taken {
    const { tier, pool, member, pick } = found;
    const { requires } = member.instance;
    const { work } = journey;
    const { inputTokens, outputTokens } = work.task;
    const tokens = inputTokens + outputTokens;
    // The pick has asked a moment ago whether they are free.
    const holder = { runId: work.recorder.runId, spanId: work.span.spanId, instance: member.instance.name };
    const reserved = requires && this.ports.resources.reserve(requires, holder);
    const reservation = reserved?.kind === 'reserved' ? reserved.reservation : undefined;
    const guards: PassedGuard[] = [];
    if (tier.guard) guards.push(pass('tier', tier.label, tier.guard, tokens, now));
    if (pool.guard) guards.push(pass('pool', pool.target.name, pool.guard, tokens, now));
    const { name } = member.instance;
    guards.push({ scope: 'instance', name, guard: member.guard, ...member.enter(work.task, now) });
    this.outstanding += 1;
    journey.attempts += 1;
    journey.progress.attempts += 1;
    journey.progress.tried.add(member.instance.name);
    journey.recordRouted(pick, tier, hedge);
    return { kind: 'taken', found, guards, reservation };
  }

  /** Nobody can take it now: waits a little where all were tried, else for a place, as far as waiting is of use. */
  private async placeLater(
    journey: Journey,
    sought: NotFound,
  ): Promise<Taken | Unplaced | { readonly kind: 'cancelled' }> {
    const { work, progress } = journey;
    let blocked = sought;
    if (progress.tried.size > 0) {
      if (!(await this.backOff(journey))) return CANCELLED;
      progress.tried.clear();
      const again = this.take(journey);
      if (again.kind === 'taken') return again;
      blocked = again;
    }
    const defers = progress.plan.fallback.exhausted.kind === 'queue' && journey.defer();
    const wait = blocked.wait ?? (defers ? {} : undefined);
    if (!wait) return blocked;
    const now = this.ports.clock.now();
    const maxWaitMs = defers ? LONGEST_DEFERRAL_MS : this.options.queue.maxWaitMs;
    if ((wait.until ?? now) > now + maxWaitMs * NANOS_PER_MILLI) return blocked;
    const queue = progress.plan.target.name;
    const queueClass = classOf(work.task.priority);
    const admitted = this.waiting.wait({
      queue,
      class: queueClass,
      run: work.recorder.runId,
      client: work.client,
      maxWaitMs,
      gone: work.gone,
      ...(wait.until !== undefined && { until: wait.until }),
      waitsForAnything: defers,
      take: () => {
        const taken = this.take(journey);
        if (taken.kind === 'not-found') blocked = taken;
        return taken;
      },
    });
    if (!admitted.ok) {
      return { ...blocked, waited: notAdmitted(admitted.refusal) };
    }
    journey.recordRefusals(sought.refusals);
    journey.record('call-queued', { queue, class: queueClass, ahead: admitted.ahead });
    const end = await admitted.end;
    const waitedMs = Math.round((this.ports.clock.now() - now) / NANOS_PER_MILLI);
    journey.record('call-dequeued', { outcome: end.outcome, waitedMs });
    if (end.outcome === 'placed') return end.place;
    if (end.outcome === 'cancelled') return CANCELLED;
    return { ...blocked, waited: { outcome: end.outcome, waitedMs } };
  }

  /** Makes the attempt that a place was taken for, and its hedges; nothing where all of them failed before the first byte. */
  private async attempt(journey: Journey, taken: Taken): Promise<WorkEnd | undefined> {
    const { tier, member } = taken.found;
    const policies = this.policiesAt(taken.found);
    const first = this.open(journey, taken, policies, false);
    const delayMs =
      policies.hedge && hedgeDelayMs(policies.hedge, member.firstTokenP95Ms, member.firstTokenSamples);
    const end: RaceEnd =
      delayMs === undefined
        ? await runAlone(first)
        : await raceAttempts(this.ports.timers, first, {
            delayMs,
            max: policies.hedge!.max,
            next: () => this.hedge(journey, taken.found, policies),
          });
    if ('failure' in end) {
      journey.lastFailure = end.failure;
      return end.failure.result.outcome === 'cancelled' ? CANCELLED : undefined;
    }
    const { result, finish } = await end.begun.relay();
    end.attempt.end(result);
    finish();
    if (result.outcome === 'ok') this.noteSuccess(journey, tier);
    return ANSWERED;
  }

  private hedge(
    journey: Journey,
    { tier, tierIndex, pool }: Found,
    policies: EffectivePolicies,
  ): Attempt | undefined {
    const now = this.ports.clock.now();
    if (this.outstanding >= this.options.maxConcurrent) return undefined;
    const { work, progress } = journey;
    const { pick, member } = pool.pick({
      task: work.task,
      tried: progress.tried,
      affinity: work.affinity,
      now,
    });
    const tokens = work.task.inputTokens + work.task.outputTokens;
    const closed = tier.guard?.reject(tokens, now) ?? pool.guard?.reject(tokens, now);
    if (!member || closed || !this.ports.retries.take()) return undefined;
    const found: Found = { kind: 'found', tier, tierIndex, pool, member, pick, refusals: [] };
    return this.open(journey, this.enter(journey, found, now, true), policies, true);
  }

  private open(journey: Journey, taken: Taken, policies: EffectivePolicies, hedge: boolean): Attempt {
    const { clock, ids, resources, judged } = this.ports;
    const { reservation, guards } = taken;
    return new Attempt({ clock, ids, watch: this.watch }, journey.work, {
      number: journey.attempts,
      hedge,
      member: taken.found.member,
      guards,
      policies,
      deadlines: journey.deadlines.attempt(clock.now(), journey.work.task.streaming),
      judged,
      release: () => {
        this.outstanding -= 1;
        if (reservation) resources.release(reservation);
        this.waiting.wake();
      },
    });
  }

  /** What to do after a tier's attempt failed: nothing where the call goes on, else how it ends. */
  private afterFailure(journey: Journey, tier: Tier): WorkEnd | undefined {
    const failure = journey.lastFailure!;
    const { progress, work } = journey;
    const errorClass = classifyError(failure.error);
    progress.lastError = errorClass;
    const { retry, timeouts } = effectivePolicies(this.options.policies, tier.policies);
    const spent = (this.ports.clock.now() - journey.startedAt) / NANOS_PER_MILLI;
    const allowed = Math.max(1, retry.maxAttempts - work.clientRetries);
    const goesOn = isRetryable(failure.error) && spent < timeouts.totalMs;
    if (goesOn && progress.attempts < allowed && this.ports.retries.take()) return undefined;
    // A sibling may speak the client's own dialect.
    if (errorClass === 'untranslatable' && hasUntried(tier, progress.tried)) return undefined;
    this.noteFailure(journey, tier, failure);
    return this.follow(journey, stepFor(progress.plan.fallback, errorClass), errorClass);
  }

  /** Nobody could take it, and nobody will in time. */
  private withoutPlace(journey: Journey, { refusals, waited }: Unplaced): WorkEnd | undefined {
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

  /** A little before everybody is tried again, at random so that calls do not come in step; false where the client left. */
  private async backOff(journey: Journey): Promise<boolean> {
    const { tiers } = journey.progress.plan;
    const tier = tiers[journey.progress.tier];
    const { retry } = effectivePolicies(this.options.policies, tier?.policies);
    const delayMs = backoffMs(retry, journey.attempts - 1, this.ports.random);
    journey.record('retry-delayed', { delayMs });
    return sleep(this.ports.timers, delayMs, journey.work.gone);
  }

  private policiesAt({ member, pool, tier }: Found): EffectivePolicies {
    return effectivePolicies(this.options.policies, member.policies, pool.policies, tier.policies);
  }

  private noteFailure(journey: Journey, tier: Tier, { error }: FailedAttempt): void {
    if (!tier.promotion || !(isRetryable(error) || classifyError(error) === 'auth')) return;
    const before = tier.standing.kind;
    tier.standing = fell(tier.standing, tier.promotion, this.ports.clock.now());
    if (before === 'in-use') journey.recordTierChange(tier);
  }

  private noteSuccess(journey: Journey, tier: Tier): void {
    if (!tier.promotion || tier.standing.kind === 'in-use') return;
    tier.standing = succeeded(tier.standing, tier.promotion);
    if (tier.standing.kind === 'in-use') journey.recordTierChange(tier);
  }
}

/** A single attempt, with nothing beside it. */
async function runAlone(attempt: Attempt): Promise<RaceEnd> {
  const begun = await attempt.begin();
  if (begun.ok) return { attempt, begun };
  attempt.end(begun.failure.result, begun.failure.answer?.recorded);
  return { failure: begun.failure };
}

function failed({ lastFailure, progress }: Journey): WorkEnd {
  if (lastFailure) return { kind: 'failed', failure: lastFailure };
  return { kind: 'unserved', target: progress.plan.target.name, refusals: [] };
}

function hasUntried({ pools }: Tier, tried: ReadonlySet<string>): boolean {
  return pools.some(({ members }) => members.some(({ instance }) => !tried.has(instance.name)));
}

function pass(scope: GuardScope, name: string, guard: Guard, tokens: Tokens, now: Nanos): PassedGuard {
  return { scope, name, guard, ...guard.enter(tokens, now) };
}

function notAdmitted(refusal: Extract<Admission<unknown>, { ok: false }>): UnservedWait {
  if (refusal.reason === 'full') return { outcome: 'full', waitedMs: 0, length: refusal.length };
  return { outcome: 'hopeless', waitedMs: 0, expectedMs: refusal.expectedWait / NANOS_PER_MILLI };
}

/** False where the signal was aborted before the time was over. */
function sleep(timers: Timers, delay: Millis, signal: AbortSignal): Promise<boolean> {
  if (signal.aborted) return Promise.resolve(false);
  return new Promise((resolve) => {
    const wake = () => {
      cancel();
      resolve(false);
    };
    const cancel = timers.after(delay, () => {
      signal.removeEventListener('abort', wake);
      resolve(true);
    });
    signal.addEventListener('abort', wake, { once: true });
  });
}
