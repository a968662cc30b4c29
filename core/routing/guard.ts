import type { Mutable } from '../base/mutable.ts';
import type { Random } from '../base/random.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { BreakerKind, BreakerTransition } from '../journal/event.ts';
import type { Rejection } from '../journal/pick.ts';
import {
  admit,
  initialBreaker,
  isolate,
  record,
  restore,
  type BreakerOptions,
  type BreakerOutcome,
  type BreakerResult,
  type BreakerState,
} from '../resilience/breaker.ts';
import { countWindow } from '../resilience/sliding-window.ts';
import {
  admitQuantities,
  rateUsage,
  settle,
  type Rates,
  type RateLimitState,
} from '../resilience/rate-limit.ts';

type Dimension = 'rpm' | 'tpm';

/** What stands in front of an instance, a pool or a tier; whatever is absent does not limit. */
export interface GuardOptions {
  /** Attempts that it may have at once. */
  readonly capacity?: number;
  /** Requests and tokens that it takes in a minute. */
  readonly limits?: { readonly rpm?: number; readonly tpm?: Tokens };
  readonly breaker?: BreakerOptions;
}

/** How an attempt ended, for the guards that it passed. */
export interface GuardResult {
  readonly outcome: BreakerOutcome;
  /** To the first token of a stream, else to the first byte; without the time that it was held. */
  readonly durationMs: Millis;
  /** The 95th percentile of such durations before, where it is known. */
  readonly p95Ms?: Millis;
  /** What it really took; as it was asked for where nobody said. */
  readonly tokens?: Tokens;
}

/** A place behind a guard, to be left exactly once. */
export interface GuardPlace {
  readonly startedAt: Nanos;
  readonly tokens: Tokens;
  readonly settle?: (tokens: Tokens, now: Nanos) => void;
}

const MINUTE: Millis = 60_000;
const ISOLATED: Rejection = { reason: 'isolated' };
const NEVER_OPENS: BreakerState = { kind: 'closed', window: countWindow(1) };

/** Concurrency, rates and breaker in one place, the same for an instance, a pool and a tier. */
export class Guard {
  outstanding = 0;
  private options: GuardOptions;
  private rates: Rates<Dimension> | undefined;
  private rateState: RateLimitState<Dimension> = {};
  private breaker: BreakerState;
  /** Until then it asked to be left alone. */
  private coolUntil: Nanos = -1;
  private readonly random: Random;

  constructor(options: GuardOptions, random: Random) {
    this.options = options;
    this.rates = ratesOf(options);
    this.breaker = closedBreaker(options);
    this.random = random;
  }

  /** Other limits from now on; what is in flight and what was counted stays. */
  configure(options: GuardOptions): void {
    this.options = options;
    this.rates = ratesOf(options);
    if (!options.breaker) this.breaker = closedBreaker(options);
  }

  /** Another limit of attempts in flight; the others stay. */
  limitTo(capacity: number): void {
    this.options = { ...this.options, capacity };
  }

  get capacity(): number | undefined {
    return this.options.capacity;
  }

  /** Why an attempt with so many tokens cannot pass now. Changes nothing. */
  reject(tokens: Tokens, now: Nanos): Rejection | undefined {
    const { capacity, breaker } = this.options;
    if (capacity !== undefined && this.outstanding >= capacity) {
      return { reason: 'at-capacity', outstanding: this.outstanding, capacity };
    }
    if (this.coolUntil > now) {
      return { reason: 'rate-limited', limit: 'retry-after', retryInMs: millisUntil(this.coolUntil, now) };
    }
    if (this.rates) {
      const admission = admitQuantities(this.rateState, this.rates, { rpm: 1, tpm: tokens }, now);
      if (!admission.admitted) {
        const { dimension, retryAt } = admission;
        const retryInMs = retryAt === undefined ? undefined : millisUntil(retryAt, now);
        return { reason: 'rate-limited', limit: dimension, ...(retryInMs !== undefined && { retryInMs }) };
      }
    }
    if (this.breaker.kind === 'closed') return undefined;
    if (this.breaker.kind === 'isolated') return ISOLATED;
    if (!breaker) return undefined;
    const permit = admit(this.breaker, breaker, now);
    if (permit.admitted) return undefined;
    const retryInMs = permit.retryAt === undefined ? undefined : millisUntil(permit.retryAt, now);
    return { reason: 'breaker-open', ...(retryInMs !== undefined && { retryInMs }) };
  }

  /** Lets an attempt pass that `reject` did not refuse; the transition where it is the first probe of an open breaker. */
  enter(
    tokens: Tokens,
    now: Nanos,
  ): { readonly place: GuardPlace; readonly change: BreakerTransition | undefined } {
    this.outstanding += 1;
    const { breaker } = this.options;
    const probes = breaker !== undefined && this.breaker.kind !== 'closed';
    const change = probes ? this.become(admit(this.breaker, breaker, now).state, now) : undefined;
    return { place: this.reserve(tokens, now), change };
  }

  /** The attempt has ended. */
  leave(place: GuardPlace, result: GuardResult, now: Nanos): BreakerTransition | undefined {
    this.outstanding -= 1;
    place.settle?.(result.tokens ?? place.tokens, now);
    const { breaker } = this.options;
    if (!breaker) return undefined;
    const { outcome, durationMs, p95Ms } = result;
    const sample: Mutable<BreakerResult> = { outcome, durationMs, at: now, startedAt: place.startedAt };
    if (p95Ms !== undefined) sample.p95Ms = p95Ms;
    return this.become(record(this.breaker, breaker, sample, this.random), now);
  }

  /** It asked to be left alone until then. A later word never shortens an earlier one. */
  coolDown(until: Nanos): void {
    this.coolUntil = Math.max(until, this.coolUntil);
  }

  /** Opens the breaker by hand, until it is restored. */
  isolate(now: Nanos): BreakerTransition | undefined {
    return this.become(isolate(), now);
  }

  /** Closes an isolated breaker; any other stays as it is. */
  restore(now: Nanos): BreakerTransition | undefined {
    const { breaker } = this.options;
    return breaker && this.become(restore(this.breaker, breaker, now), now);
  }

  /** As a person sees it. */
  view(now: Nanos): GuardView {
    const { breaker, rates, options } = this;
    const retryInMs = breaker.kind === 'open' ? millisUntil(breaker.until, now) : undefined;
    const coolForMs = this.coolUntil > now ? millisUntil(this.coolUntil, now) : undefined;
    return {
      outstanding: this.outstanding,
      ...(options.capacity !== undefined && { capacity: options.capacity }),
      ...(options.breaker && { breaker: breaker.kind }),
      ...(retryInMs !== undefined && { retryInMs }),
      ...(coolForMs !== undefined && { coolForMs }),
      ...(rates && {
        rates: Object.keys(rates).map((dimension) => ({
          limit: dimension as Dimension,
          perMinute: rates[dimension as Dimension].limit,
          remaining: rateUsage(this.rateState, rates, dimension as Dimension, now).remaining,
        })),
      }),
    };
  }

  private reserve(tokens: Tokens, now: Nanos): GuardPlace {
    const { rates } = this;
    if (!rates) return { startedAt: now, tokens };
    const admission = admitQuantities(this.rateState, rates, { rpm: 1, tpm: tokens }, now);
    if (!admission.admitted) return { startedAt: now, tokens };
    this.rateState = admission.state;
    return {
      startedAt: now,
      tokens,
      settle: (actual, at) => {
        const quantities = { rpm: 1, tpm: actual };
        this.rateState = settle(this.rateState, rates, admission.reservation, quantities, at);
      },
    };
  }

  private become(to: BreakerState, now: Nanos): BreakerTransition | undefined {
    const from = this.breaker;
    this.breaker = to;
    if (from.kind === to.kind) return undefined;
    const openForMs = to.kind === 'open' ? millisUntil(to.until, now) : undefined;
    return { from: from.kind, to: to.kind, ...(openForMs !== undefined && { openForMs }) };
  }
}

/** A guard as a person sees it; what is absent is not limited. */
export interface GuardView {
  readonly outstanding: number;
  readonly capacity?: number;
  readonly breaker?: BreakerKind;
  /** For an open breaker: until it lets a probe through. */
  readonly retryInMs?: Millis;
  /** For how long it asked to be left alone. */
  readonly coolForMs?: Millis;
  readonly rates?: readonly {
    readonly limit: Dimension;
    readonly perMinute: number;
    readonly remaining: number;
  }[];
}

/** One that never opens, where there are no options for it. */
function closedBreaker({ breaker }: GuardOptions): BreakerState {
  return breaker ? initialBreaker(breaker) : NEVER_OPENS;
}

function ratesOf({ limits }: GuardOptions): Rates<Dimension> | undefined {
  const rates = Object.entries(limits ?? {}).map(([dimension, limit]) => [
    dimension,
    { limit, perMs: MINUTE, burst: limit },
  ]);
  return rates.length > 0 ? (Object.fromEntries(rates) as Rates<Dimension>) : undefined;
}

export function millisUntil(at: Nanos, now: Nanos): Millis {
  return Math.max(0, Math.ceil((at - now) / NANOS_PER_MILLI));
}
