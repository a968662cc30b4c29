import type { CancelSignal } from '../base/cancellation.ts';
import type { Clock, Timers } from '../base/clock.ts';
import type { IdSource } from '../base/ids.ts';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { GuardScope } from '../journal/event.ts';
import { hedgeDelayMs } from '../resilience/hedge.ts';
import { backoffMs } from '../resilience/retry.ts';
import { effectivePolicies, type EffectivePolicies } from '../routing/call-policies.ts';
import type { FallbackStep } from '../routing/fallback.ts';
import type { Guard } from '../routing/guard.ts';
import type { Judgement } from '../routing/live-instance.ts';
import type { Plan } from '../routing/plan.ts';
import { raceAttempts, type RaceEnd } from './attempt-race.ts';
import { Attempt, type PassedGuard } from './attempt.ts';
import { DeadlineWatch } from './deadline-watch.ts';
import { Fallbacks, LONGEST_DEFERRAL_MS, type Unplaced } from './fallbacks.ts';
import { Journey } from './journey.ts';
import { seek, type Found, type NotFound } from './placement.ts';
import { classOf } from './queue/call-class.ts';
import type { QueueOptions } from '../config/schema/scheduling.ts';
import type { Admission } from './queue/waiting.ts';
import type { Reservation, ResourceLedger } from './resources/ledger.ts';
import type { RetryGuard } from './retry-guard.ts';
import { WaitingRoom } from './waiting-room.ts';
import type { UnservedWait, Work, WorkEnd } from './work.ts';

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

export interface SchedulerView {
  readonly outstanding: number;
  readonly maxConcurrent: number;
  readonly queues: readonly { readonly name: string; readonly waiting: number }[];
}

const ANSWERED: WorkEnd = { kind: 'answered' };
const CANCELLED: WorkEnd & { readonly kind: 'cancelled' } = { kind: 'cancelled' };

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
  private readonly fallbacks: Fallbacks;
  private outstanding = 0;

  constructor(ports: SchedulerPorts, options: SchedulerOptions) {
    this.ports = ports;
    this.options = options;
    this.watch = new DeadlineWatch(ports.clock, ports.timers);
    this.waiting = new WaitingRoom(ports, options.queue);
    this.fallbacks = new Fallbacks(ports);
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
          const end =
            (await this.attempt(journey, placed)) ?? this.fallbacks.afterFailure(journey, placed.found);
          if (end) return end;
          break;
        }
        case 'not-found': {
          const end = this.fallbacks.withoutPlace(journey, placed);
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
      if (progress.attempts > 0) this.fallbacks.noteFailure(journey, left);
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
    journey.policies = policies;
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
    if (result.outcome === 'ok') this.fallbacks.noteSuccess(journey, tier);
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
      spent: progress.spent,
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

  /** A little before everybody is tried again, at random so that calls do not come in step; false where the client left. */
  private async backOff(journey: Journey): Promise<boolean> {
    const { retry } = journey.policies ?? this.options.policies;
    const delayMs = backoffMs(retry, journey.attempts - 1, this.ports.random);
    journey.record('retry-delayed', { delayMs });
    return sleep(this.ports.timers, delayMs, journey.work.gone);
  }

  private policiesAt({ member, pool, tier }: Found): EffectivePolicies {
    return effectivePolicies(this.options.policies, member.policies, pool.policies, tier.policies);
  }
}

/** A single attempt, with nothing beside it. */
async function runAlone(attempt: Attempt): Promise<RaceEnd> {
  const begun = await attempt.begin();
  if (begun.ok) return { attempt, begun };
  attempt.end(begun.failure.result, begun.failure.answer?.recorded);
  return { failure: begun.failure };
}

function pass(scope: GuardScope, name: string, guard: Guard, tokens: Tokens, now: Nanos): PassedGuard {
  return { scope, name, guard, ...guard.enter(tokens, now) };
}

function notAdmitted(refusal: Extract<Admission<unknown>, { ok: false }>): UnservedWait {
  if (refusal.reason === 'full') return { outcome: 'full', waitedMs: 0, length: refusal.length };
  return { outcome: 'hopeless', waitedMs: 0, expectedMs: refusal.expectedWait / NANOS_PER_MILLI };
}

/** False where the signal was aborted before the time was over. */
function sleep(timers: Timers, delay: Millis, signal: CancelSignal): Promise<boolean> {
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
