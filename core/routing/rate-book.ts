import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { Rejection } from '../journal/pick.ts';
import { admitQuantities, settle, type RateLimitState, type Rates } from '../resilience/rate-limit.ts';
import type { Instance } from '../registry/instance.ts';

type Dimension = 'rpm' | 'tpm';

const MINUTE: Millis = 60_000;

/** How far the configured rates of the instances are used, and which of them asked to be left alone. */
export class RateBook {
  private readonly states = new Map<string, RateLimitState<Dimension>>();
  private readonly coolUntil = new Map<string, Nanos>();

  /** Why an instance may not be asked for so many tokens now. */
  reject(instance: Instance, tokens: Tokens, now: Nanos): Rejection | undefined {
    const until = this.coolUntil.get(instance.name) ?? now;
    if (until > now) return { reason: 'rate-limited', limit: 'retry-after', retryInMs: millis(until - now) };
    if (!instance.limits) return undefined;
    const admission = admitQuantities(this.stateOf(instance), ratesOf(instance), quantities(tokens), now);
    if (admission.admitted) return undefined;
    const { dimension, retryAt } = admission;
    return {
      reason: 'rate-limited',
      limit: dimension,
      ...(retryAt !== undefined && { retryInMs: millis(retryAt - now) }),
    };
  }

  /** Takes a request and its tokens out of the allowance; what comes back is told how many tokens it really was. */
  reserve(instance: Instance, tokens: Tokens, now: Nanos): (actual: Tokens, now: Nanos) => void {
    if (!instance.limits) return () => undefined;
    const rates = ratesOf(instance);
    const admission = admitQuantities(this.stateOf(instance), rates, quantities(tokens), now);
    if (!admission.admitted) return () => undefined;
    this.states.set(instance.name, admission.state);
    return (actual, at) => {
      const state = settle(this.stateOf(instance), rates, admission.reservation, quantities(actual), at);
      this.states.set(instance.name, state);
    };
  }

  /** The upstream said 429: it is left alone until then. A later word never shortens an earlier one. */
  coolDown(name: string, until: Nanos): void {
    this.coolUntil.set(name, Math.max(until, this.coolUntil.get(name) ?? until));
  }

  private stateOf({ name }: Instance): RateLimitState<Dimension> {
    return this.states.get(name) ?? {};
  }
}

function ratesOf({ limits }: Instance): Rates<Dimension> {
  const rates = Object.entries(limits ?? {}).map(([dimension, limit]) => [
    dimension,
    { limit, perMs: MINUTE, burst: limit },
  ]);
  return Object.fromEntries(rates) as Rates<Dimension>;
}

function quantities(tokens: Tokens): Record<Dimension, number> {
  return { rpm: 1, tpm: tokens };
}

function millis(nanos: Nanos): Millis {
  return Math.ceil(nanos / NANOS_PER_MILLI);
}
