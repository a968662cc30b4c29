import type { Clock } from '../base/clock.ts';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { Candidate } from '../balancing/picker.ts';
import {
  ended,
  initialStatistics,
  signalsOf,
  started,
  type InstanceStatistics,
} from '../balancing/signals.ts';
import type { BreakerKind, CallError, EventData, Outcome } from '../journal/event.ts';
import type { Rejection } from '../journal/pick.ts';
import {
  admit,
  initialBreaker,
  isolate,
  outcomeForBreaker,
  record,
  restore,
  type BreakerOptions,
  type BreakerState,
} from '../resilience/breaker.ts';
import type { Instance } from '../registry/instance.ts';
import { RateBook } from './rate-book.ts';

export type BreakerChange = EventData['breaker-changed'];

/** What a pick wants to know an instance's fitness for. */
export interface Demand {
  readonly tried: ReadonlySet<string>;
  readonly inputTokens: Tokens;
  readonly expectedOutputTokens: Tokens;
}

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
}

/** An attempt in flight; it must be ended exactly once. */
export interface LiveAttempt {
  /** Set where this attempt is the first probe of a breaker that was open. */
  readonly change?: BreakerChange;
  end(result: AttemptResult): BreakerChange | undefined;
}

/** The live figures of one instance, for a person. */
export interface InstanceHealth {
  readonly name: string;
  readonly outstanding: number;
  readonly samples: number;
  readonly successRate?: number;
  readonly firstTokenMs?: number;
  readonly breaker: BreakerKind;
  /** For an open breaker: until it lets a probe through. */
  readonly retryInMs?: number;
}

/** The figures that a person looks at do not depend on what is configured. */
const ANY_CONFIG = { weight: 1, priority: 1 };

/** What is known of every instance right now: attempts in flight, moving figures, breakers. One for the whole host. */
export class LiveInstances {
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly breakerOptions: BreakerOptions;
  private readonly statistics = new Map<string, InstanceStatistics>();
  private readonly breakers = new Map<string, BreakerState>();
  private readonly rates = new RateBook();

  constructor(clock: Clock, random: Random, breakerOptions: BreakerOptions) {
    this.clock = clock;
    this.random = random;
    this.breakerOptions = breakerOptions;
  }

  /** The instance as a strategy sees it, with the reason where it cannot take this call. */
  candidate(instance: Instance, demand: Demand): Candidate {
    const now = this.clock.now();
    const signals = signalsOf(this.statisticsOf(instance.name), instance, {
      now,
      inputTokens: demand.inputTokens,
      expectedOutputTokens: demand.expectedOutputTokens,
    });
    const rejected = this.reject(instance, demand, signals.outstanding, now);
    return { instance: instance.name, signals, ...(rejected && { rejected }) };
  }

  /** Begins an attempt at an instance that `candidate` did not reject. */
  start(instance: Instance, demand: Demand): LiveAttempt {
    const { name } = instance;
    const startedAt = this.clock.now();
    const reserved = tokensOf(demand);
    const settle = this.rates.reserve(instance, reserved, startedAt);
    this.statistics.set(name, started(this.statisticsOf(name)));
    const change = this.changeBreaker(
      name,
      admit(this.breakerOf(name), this.breakerOptions, startedAt).state,
    );
    return {
      ...(change && { change }),
      end: (result) => {
        const { inputTokens, outputTokens, retryAfterMs } = result;
        const now = this.clock.now();
        settle(inputTokens === undefined ? reserved : inputTokens + (outputTokens ?? 0), now);
        if (retryAfterMs !== undefined) this.rates.coolDown(name, now + retryAfterMs * NANOS_PER_MILLI);
        return this.end(name, startedAt, result);
      },
    };
  }

  /** Takes an instance out by hand, until it is restored. */
  isolate(name: string): void {
    this.breakers.set(name, isolate());
  }

  restore(name: string): void {
    this.breakers.set(name, restore(this.breakerOf(name), this.breakerOptions, this.clock.now()));
  }

  health(name: string): InstanceHealth {
    const now = this.clock.now();
    const breaker = this.breakerOf(name);
    const statistics = this.statisticsOf(name);
    const { outstanding, samples, successRate } = signalsOf(statistics, ANY_CONFIG, {
      now,
      inputTokens: 0,
      expectedOutputTokens: 0,
    });
    // As it was measured last: what a strategy sees fades while an instance is idle.
    const firstTokenMs = statistics.firstToken?.ms;
    return {
      name,
      outstanding,
      samples,
      ...(successRate !== undefined && { successRate }),
      ...(firstTokenMs !== undefined && { firstTokenMs }),
      breaker: breaker.kind,
      ...(breaker.kind === 'open' && { retryInMs: millisUntil(breaker.until, now) }),
    };
  }

  private reject(instance: Instance, demand: Demand, outstanding: number, now: Nanos): Rejection | undefined {
    const { name, contextWindow, capacity, maintenance } = instance;
    if (demand.tried.has(name)) return { reason: 'already-tried' };
    if (maintenance) return { reason: 'maintenance' };
    if (contextWindow !== undefined && demand.inputTokens > contextWindow) {
      return { reason: 'context-too-small', needed: demand.inputTokens, limit: contextWindow };
    }
    if (capacity !== undefined && outstanding >= capacity)
      return { reason: 'at-capacity', outstanding, capacity };
    const limited = this.rates.reject(instance, tokensOf(demand), now);
    if (limited) return limited;
    const permit = admit(this.breakerOf(name), this.breakerOptions, now);
    if (permit.admitted) return undefined;
    const retryInMs = permit.retryAt === undefined ? undefined : millisUntil(permit.retryAt, now);
    return { reason: 'breaker-open', ...(retryInMs !== undefined && { retryInMs }) };
  }

  private end(name: string, startedAt: Nanos, result: AttemptResult): BreakerChange | undefined {
    const now = this.clock.now();
    const { outcome, firstTokenAt, streamed, outputTokens, error } = result;
    const counted = outcome === 'cancelled' ? 'ignored' : outcomeForBreaker(error);
    this.statistics.set(
      name,
      ended(this.statisticsOf(name), {
        now,
        startedAt,
        ...(firstTokenAt !== undefined && { firstTokenAt }),
        // Only a stream shows how long its tokens took, one after the other.
        ...(streamed && outputTokens !== undefined && { outputTokens }),
        outcome: counted,
      }),
    );
    // A long answer is not a slow one: what counts is when it began.
    const durationMs = ((firstTokenAt ?? now) - startedAt) / NANOS_PER_MILLI;
    const sample = { outcome: counted, durationMs, at: now, startedAt };
    return this.changeBreaker(name, record(this.breakerOf(name), this.breakerOptions, sample, this.random));
  }

  private changeBreaker(name: string, to: BreakerState): BreakerChange | undefined {
    const from = this.breakerOf(name);
    this.breakers.set(name, to);
    if (from.kind === to.kind) return undefined;
    const openForMs = to.kind === 'open' ? millisUntil(to.until, this.clock.now()) : undefined;
    return { instance: name, from: from.kind, to: to.kind, ...(openForMs !== undefined && { openForMs }) };
  }

  private statisticsOf(name: string): InstanceStatistics {
    return this.statistics.get(name) ?? initialStatistics;
  }

  private breakerOf(name: string): BreakerState {
    return this.breakers.get(name) ?? initialBreaker(this.breakerOptions);
  }
}

function tokensOf({ inputTokens, expectedOutputTokens }: Demand): Tokens {
  return inputTokens + expectedOutputTokens;
}

function millisUntil(at: Nanos, now: Nanos): number {
  return Math.max(0, Math.ceil((at - now) / NANOS_PER_MILLI));
}
