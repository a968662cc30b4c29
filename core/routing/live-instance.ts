import type { Mutable } from '../base/mutable.ts';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { Signals } from '../balancing/picker.ts';
import {
  ended,
  initialStatistics,
  signalsOf,
  started,
  type AttemptEnd,
  type InstanceStatistics,
} from '../balancing/signals.ts';
import type { BreakerTransition, CallError, HealthState, Outcome } from '../journal/event.ts';
import type { EjectionCause, Rejection } from '../journal/pick.ts';
import type { Task } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import { unfit } from '../registry/requirements.ts';
import { outcomeForBreaker, type BreakerOptions, type BreakerOutcome } from '../resilience/breaker.ts';
import { RollingQuantile } from '../resilience/quantile.ts';
import type { CallPolicies } from './call-policies.ts';
import { Guard, millisUntil, type GuardPlace, type GuardView } from './guard.ts';

/** How an attempt ended, for the figures of its instance. */
export interface AttemptResult {
  readonly outcome: Outcome;
  readonly error?: CallError;
  /** Of a stream its first token, of anything else its first byte. */
  readonly firstTokenAt?: Nanos;
  readonly streamed?: boolean;
  readonly inputTokens?: Tokens;
  readonly outputTokens?: Tokens;
  /** How long the upstream asked to be left alone. */
  readonly retryAfterMs?: Millis;
  /** How long it was held at a breakpoint, which is nobody's slowness. */
  readonly heldNanos?: Nanos;
}

/** What a result says of the instance, and how long it took: for the guards and for outlier ejection. */
export interface Judgement {
  readonly outcome: BreakerOutcome;
  readonly durationMs: Millis;
  /** The 95th percentile before. */
  readonly p95Ms?: Millis;
  readonly tokens?: Tokens;
}

/** The live figures of one instance, for a person and for `discover`. */
export interface InstanceFigures extends GuardView {
  readonly samples: number;
  /** 0 to 1; absent before the first attempt has ended. */
  readonly successRate?: number;
  /** As it was measured last: what a strategy sees fades while an instance is idle. */
  readonly firstTokenMs?: Millis;
  readonly firstTokenP95Ms?: Millis;
  readonly health: HealthState;
  /** For one that is ejected: until it is back. */
  readonly ejectedForMs?: Millis;
}

/** What the configuration says about the attempts at one instance. */
export interface InstanceSettings {
  /** Absent: it never opens. */
  readonly breaker?: BreakerOptions;
  readonly policies: CallPolicies;
}

/** The figures that a person looks at do not depend on what is asked. */
const NOTHING_ASKED = { inputTokens: 0, outputTokens: 0 };
/** Samples that the moving p95 looks back on. */
const SAMPLES = 128;
/** Fewer say nothing about a twentieth. */
const MINIMUM_SAMPLES = 20;

/** What is known of one instance right now: attempts in flight, moving figures, guard, health. */
export class LiveInstance {
  instance: Instance;
  policies: CallPolicies;
  readonly guard: Guard;
  /** Set while the active probes fail. */
  unhealthy: Extract<Rejection, { reason: 'unhealthy' }> | undefined;
  /** Set while it is left out because of its results. */
  ejected: { readonly because: EjectionCause; readonly until: Nanos } | undefined;
  private statistics: InstanceStatistics = initialStatistics;
  private readonly firstTokens = new RollingQuantile(SAMPLES);

  constructor(instance: Instance, settings: InstanceSettings, random: Random) {
    this.instance = instance;
    this.policies = settings.policies;
    this.guard = new Guard({ ...instance, ...settings }, random);
  }

  /** Other settings from now on; what was measured stays. */
  configure(instance: Instance, settings: InstanceSettings): void {
    this.instance = instance;
    this.policies = settings.policies;
    this.guard.configure({ ...instance, ...settings });
  }

  /** The instance as a strategy sees it. */
  signals(task: Pick<Task, 'inputTokens' | 'outputTokens'>, now: Nanos): Signals {
    const { inputTokens, outputTokens } = task;
    return signalsOf(this.statistics, this.instance, {
      now,
      inputTokens,
      expectedOutputTokens: outputTokens,
    });
  }

  /** Why it cannot take a call now, whatever else may be in the way. */
  reject(task: Task, now: Nanos): Rejection | undefined {
    return (
      unfit(this.instance, task) ??
      this.unhealthy ??
      this.ejection(now) ??
      this.guard.reject(task.inputTokens + task.outputTokens, now)
    );
  }

  get firstTokenSamples(): number {
    return this.firstTokens.count;
  }

  /** Milliseconds to the first token that all but a twentieth stay below; nothing while too little is known. */
  get firstTokenP95Ms(): Millis | undefined {
    return this.firstTokens.count < MINIMUM_SAMPLES ? undefined : this.firstTokens.at(0.95);
  }

  enter(
    task: Task,
    now: Nanos,
  ): { readonly place: GuardPlace; readonly change: BreakerTransition | undefined } {
    this.statistics = started(this.statistics);
    return this.guard.enter(task.inputTokens + task.outputTokens, now);
  }

  /** Enters the end of an attempt into the figures; its guards are left with what comes back. */
  judge(startedAt: Nanos, result: AttemptResult, now: Nanos): Judgement {
    const { outcome, error, inputTokens, outputTokens = 0 } = result;
    const counted = outcome === 'cancelled' ? 'ignored' : outcomeForBreaker(error);
    const from = startedAt + (result.heldNanos ?? 0);
    const p95Ms = this.firstTokenP95Ms;
    // A long answer is not a slow one: what counts is when it began.
    const durationMs = Math.max(0, (result.firstTokenAt ?? now) - from) / NANOS_PER_MILLI;
    const end: Mutable<AttemptEnd> = { now, startedAt: from, outcome: counted };
    if (result.firstTokenAt !== undefined) end.firstTokenAt = result.firstTokenAt;
    // Only a stream shows how long its tokens took, one after the other.
    if (result.streamed) end.outputTokens = outputTokens;
    this.statistics = ended(this.statistics, end);
    if (result.firstTokenAt !== undefined) this.firstTokens.add(durationMs);
    if (result.retryAfterMs !== undefined) this.guard.coolDown(now + result.retryAfterMs * NANOS_PER_MILLI);
    const judgement: Mutable<Judgement> = { outcome: counted, durationMs };
    if (p95Ms !== undefined) judgement.p95Ms = p95Ms;
    if (inputTokens !== undefined) judgement.tokens = inputTokens + outputTokens;
    return judgement;
  }

  figures(now: Nanos): InstanceFigures {
    const { samples, successRate } = this.signals(NOTHING_ASKED, now);
    const firstTokenMs = this.statistics.firstToken?.ms;
    const firstTokenP95Ms = this.firstTokenP95Ms;
    const ejection = this.ejection(now);
    return {
      ...this.guard.view(now),
      samples,
      ...(successRate !== undefined && { successRate }),
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      ...(firstTokenP95Ms !== undefined && { firstTokenP95Ms }),
      health: this.unhealthy ? 'unhealthy' : ejection ? 'ejected' : 'healthy',
      ...(ejection && { ejectedForMs: ejection.retryInMs }),
    };
  }

  private ejection(now: Nanos): Extract<Rejection, { reason: 'ejected' }> | undefined {
    if (!this.ejected || this.ejected.until <= now) return undefined;
    const { because, until } = this.ejected;
    return { reason: 'ejected', because, retryInMs: millisUntil(until, now) };
  }
}
