import type { Mutable } from '../base/mutable.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos, type Tokens } from '../base/units.ts';
import type { Signals } from './picker.ts';

/** A moving mean in which an attempt weighs half as much after `HALF_LIFE` further ones; exact from the first on. */
interface Mean {
  readonly sum: number;
  readonly weight: number;
}

/** Pure: every function gives a new one. */
export interface InstanceStatistics {
  readonly outstanding: number;
  readonly samples: number;
  /** Peak-EWMA of the time to first token, as it was at `at`. */
  readonly firstToken?: { readonly ms: Millis; readonly at: Nanos };
  /** Milliseconds for each output token. */
  readonly token?: Mean;
  /** 1 for success, 0 for failure. */
  readonly success?: Mean;
}

/** How an attempt ended, with the time that it was held at a breakpoint already taken out of its times. */
export interface AttemptEnd {
  readonly now: Nanos;
  readonly startedAt: Nanos;
  /** For what is streamed. */
  readonly firstTokenAt?: Nanos;
  readonly outputTokens?: Tokens;
  /** Ignored: cancelled, or refused through the client's own fault. */
  readonly outcome: 'success' | 'failure' | 'ignored';
}

/** What of an instance's configuration enters its signals. */
export interface SignalConfig {
  readonly weight: number;
  readonly priority: number;
  readonly capacity?: number;
  /** USD for a million tokens; how much of the input will be in the cache is not known before the call. */
  readonly price?: { readonly input: number; readonly output: number; readonly cachedInput?: number };
}

/** Time constant of the peak-EWMA: e^(−Δt/10 s), as in Finagle's PeakEwma. */
const DECAY: Nanos = 10_000 * NANOS_PER_MILLI;

/** In attempts. */
const HALF_LIFE = 20;
const FADE = 2 ** (-1 / HALF_LIFE);

const TOKENS_PER_PRICE = 1_000_000;

export const initialStatistics: InstanceStatistics = { outstanding: 0, samples: 0 };

export function started(statistics: InstanceStatistics): InstanceStatistics {
  return { ...statistics, outstanding: statistics.outstanding + 1 };
}

export function ended(statistics: InstanceStatistics, end: AttemptEnd): InstanceStatistics {
  const firstToken = firstTokenAfter(statistics.firstToken, end);
  const tokenMs = tokenTime(end);
  const token = tokenMs === undefined ? statistics.token : into(statistics.token, tokenMs);
  const success =
    end.outcome === 'ignored'
      ? statistics.success
      : into(statistics.success, end.outcome === 'success' ? 1 : 0);
  const entered =
    firstToken !== statistics.firstToken || token !== statistics.token || success !== statistics.success;
  const after: Mutable<InstanceStatistics> = {
    outstanding: Math.max(0, statistics.outstanding - 1),
    samples: statistics.samples + (entered ? 1 : 0),
  };
  if (firstToken) after.firstToken = firstToken;
  if (token) after.token = token;
  if (success) after.success = success;
  return after;
}

/** The figures at `now`, for a call of so many tokens. Made for each candidate: all have one shape, absent figures too. */
export function signalsOf(
  statistics: InstanceStatistics,
  config: SignalConfig,
  at: { readonly now: Nanos; readonly inputTokens: Tokens; readonly expectedOutputTokens: Tokens },
): Signals {
  const { outstanding, samples, firstToken, token, success } = statistics;
  const { weight, priority, capacity, price } = config;
  return {
    weight,
    priority,
    outstanding,
    samples,
    capacity,
    firstTokenMs: firstToken && firstToken.ms * fadeBetween(firstToken.at, at.now),
    tokenMs: token && token.sum / token.weight,
    successRate: success && success.sum / success.weight,
    costUsd:
      price && (price.input * at.inputTokens + price.output * at.expectedOutputTokens) / TOKENS_PER_PRICE,
  };
}

/** Finagle's PeakEwma: up to a larger sample at once, down to a smaller one as the old value fades. */
function firstTokenAfter(
  before: InstanceStatistics['firstToken'],
  end: AttemptEnd,
): InstanceStatistics['firstToken'] {
  const sample = (nanos: Nanos) => Math.max(0, nanos) / NANOS_PER_MILLI;
  const { now, startedAt, firstTokenAt, outcome } = end;
  if (firstTokenAt === undefined && outcome === 'ignored') return before;
  const ms = sample((firstTokenAt ?? now) - startedAt);
  if (firstTokenAt === undefined && outcome === 'failure') {
    // All that is known is that the token would have come later: a quick refusal must not look like a quick answer.
    return before && ms > before.ms * fadeBetween(before.at, now) ? { ms, at: now } : before;
  }
  if (!before || ms > before.ms) return { ms, at: now };
  const fade = fadeBetween(before.at, now);
  return { ms: before.ms * fade + ms * (1 - fade), at: Math.max(before.at, now) };
}

/** Needs a stream of at least two tokens: the first one's time is counted apart. */
function tokenTime({ now, firstTokenAt, outputTokens }: AttemptEnd): Millis | undefined {
  if (firstTokenAt === undefined || outputTokens === undefined || outputTokens < 2) return undefined;
  return Math.max(0, now - firstTokenAt) / NANOS_PER_MILLI / (outputTokens - 1);
}

function into(mean: Mean | undefined, sample: number): Mean {
  if (!mean) return { sum: sample, weight: 1 };
  return { sum: mean.sum * FADE + sample, weight: mean.weight * FADE + 1 };
}

function fadeBetween(from: Nanos, to: Nanos): number {
  return Math.exp(-Math.max(0, to - from) / DECAY);
}
