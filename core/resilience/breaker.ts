import { z } from 'zod';
import type { Random } from '../base/random.ts';
import { unreachable } from '../base/result.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { CallError } from '../journal/event.ts';
import { classifyError } from './error-class.ts';
import { countWindow, intoWindow, tallyOf, timeWindow, type SlidingWindow } from './sliding-window.ts';

const share = z.number().gt(0, 'a share is above 0').max(1, 'a share is at most 1');
const positiveMillis = z.number().positive();

/** What takes no longer is never slow under `3xp95`, however fast the instance was before. */
const SLOW_FLOOR_MS: Millis = 30_000;

/** Defaults are for language models; they need fewer calls and more patience than those of the libraries. */
export const breakerOptionsSchema = z.strictObject({
  /** Which results count: those of the last `windowMs`, or the last `windowCalls`. */
  window: z.enum(['time', 'count']).default('time'),
  windowMs: positiveMillis.max(3_600_000).default(60_000),
  windowCalls: z.int().min(1).max(10_000).default(100),
  /** Below so many results no rate is known; never more than a count window holds. */
  minimumCalls: z.int().min(1).max(10_000).default(10),
  /** Opens at this share of failures or above. */
  failureRate: share.default(0.5),
  /** Slow is what takes strictly longer: so many milliseconds, or three times the 95th percentile, at least 30 s. */
  slowCallMs: z
    .union([positiveMillis, z.literal('3xp95')], { error: 'a number of ms above 0, or "3xp95"' })
    .default('3xp95'),
  /** Opens at this share of slow calls or above. */
  slowCallRate: share.default(1),
  /** Calls let through by a half-open breaker before it decides. */
  permittedProbes: z.int().min(1).max(100).default(3),
  /** How long the first of consecutive openings lasts; each further one lasts twice as long. */
  openMs: positiveMillis.default(15_000),
  /** The longest opening, before jitter. */
  maxOpenMs: positiveMillis.default(300_000),
  /** Openings are longer or shorter by up to this share, so that breakers do not probe in step. */
  jitter: z.number().min(0).max(0.5).default(0.1),
  /** A half-open breaker whose probes have not said enough by then opens again; 0 waits for ever. */
  maxWaitInHalfOpenMs: z.number().min(0).default(120_000),
});

export type BreakerOptions = z.infer<typeof breakerOptionsSchema>;

interface Closed {
  readonly kind: 'closed';
  /** Results of calls that started before count, but do not open it; absent where it has always been closed. */
  readonly since?: Nanos;
  readonly window: SlidingWindow;
}

interface Open {
  readonly kind: 'open';
  /** The last instant at which nothing is let through. */
  readonly until: Nanos;
  /** Openings since it was last closed, this one included. */
  readonly openings: number;
  /** What the lengths of the openings are multiplied with until the next is drawn. */
  readonly stretch: number;
  /** What it opened on; results that arrive late are added. */
  readonly window: SlidingWindow;
}

interface HalfOpen {
  readonly kind: 'half-open';
  readonly since: Nanos;
  readonly openings: number;
  readonly stretch: number;
  /** Permits given and not handed back; one whose result has arrived stays given. */
  readonly permits: number;
  /** The results of the probes. */
  readonly window: SlidingWindow;
}

/** Opened by a person, until it is restored. */
interface Isolated {
  readonly kind: 'isolated';
}

export type BreakerState = Closed | Open | HalfOpen | Isolated;

export type BreakerOutcome = 'success' | 'failure' | 'ignored';

export interface BreakerResult {
  readonly outcome: BreakerOutcome;
  /** Without the time that the call was held at a breakpoint. */
  readonly durationMs: Millis;
  /** The 95th percentile of such durations before this one, for the option `3xp95`; absent while none is known. */
  readonly p95Ms?: Millis;
  readonly at: Nanos;
  /** When its permit was given: tells a probe from a call that outlived a change of state. */
  readonly startedAt: Nanos;
}

export interface Admission {
  readonly admitted: boolean;
  readonly state: BreakerState;
  /** The first instant at which an open breaker lets a probe through. */
  readonly retryAt?: Nanos;
}

export function initialBreaker(options: BreakerOptions): BreakerState {
  return { kind: 'closed', window: closedWindow(options) };
}

/**
 * Asks for a permit, which is then to be ended by `record` or given back by `release`. The transitions and comparisons
 * are those of resilience4j's CircuitBreakerStateMachine: an open breaker turns half-open only here, strictly after its
 * deadline. Without side effects; a refusal is final only for the state that is given back.
 */
export function admit(state: BreakerState, options: BreakerOptions, now: Nanos): Admission {
  const current = afterWaiting(state, options, now);
  switch (current.kind) {
    case 'closed':
      return { admitted: true, state: current };
    case 'isolated':
      return { admitted: false, state: current };
    case 'open':
      return now > current.until
        ? { admitted: true, state: { ...halfOpened(current, options, now), permits: 1 } }
        : { admitted: false, state: current, retryAt: current.until + 1 };
    case 'half-open':
      return current.permits < options.permittedProbes
        ? { admitted: true, state: { ...current, permits: current.permits + 1 } }
        : { admitted: false, state: current };
    default:
      unreachable(current);
  }
}

/** Gives back the permit of a call that was never made. */
export function release(state: BreakerState, permit: { readonly startedAt: Nanos }): BreakerState {
  if (state.kind !== 'half-open' || permit.startedAt < state.since || state.permits === 0) return state;
  return { ...state, permits: state.permits - 1 };
}

/** Enters how a permitted call ended. The random stream is drawn from once, only where this opens the breaker. */
export function record(
  state: BreakerState,
  options: BreakerOptions,
  result: BreakerResult,
  random: Random,
): BreakerState {
  const current = afterWaiting(state, options, result.at);
  if (result.outcome === 'ignored') return release(current, result);
  if (current.kind === 'isolated') return current;
  // A call from before says nothing about whether the instance is well again.
  if (current.kind === 'half-open' && result.startedAt < current.since) return current;
  const window = intoWindow(current.window, result.at, {
    failed: result.outcome === 'failure',
    slow: result.durationMs > slowAfter(options, result.p95Ms),
  });
  if (current.kind === 'open') return { ...current, window };
  if (current.kind === 'closed') {
    const late = current.since !== undefined && result.startedAt < current.since;
    if (late || verdict(window, options, result.at) !== 'exceeded') return { ...current, window };
    return opened(window, options, result.at, 1, stretchFrom(options, random));
  }
  switch (verdict(window, options, result.at)) {
    case 'unknown':
      return { ...current, window };
    case 'fine':
      return { kind: 'closed', since: result.at, window: closedWindow(options) };
    case 'exceeded':
      return opened(window, options, result.at, current.openings + 1, stretchFrom(options, random));
  }
}

/** Opens the breaker until `restore`, whatever the calls say. */
export function isolate(): BreakerState {
  return { kind: 'isolated' };
}

/** Closes an isolated breaker, with nothing counted; any other is left as it is. */
export function restore(state: BreakerState, options: BreakerOptions, now: Nanos): BreakerState {
  return state.kind === 'isolated' ? { kind: 'closed', since: now, window: closedWindow(options) } : state;
}

/** What an attempt's end says about its instance: only what it did wrong itself counts; 429 belongs to the rate limits. */
export function outcomeForBreaker(error: CallError | undefined): BreakerOutcome {
  if (!error) return 'success';
  const found = classifyError(error);
  return found === 'server-error' || found === 'timeout' ? 'failure' : 'ignored';
}

/** A half-open breaker that waited too long had opened at that moment, with the stretch of the opening before. */
function afterWaiting(state: BreakerState, options: BreakerOptions, now: Nanos): BreakerState {
  if (state.kind !== 'half-open' || options.maxWaitInHalfOpenMs === 0) return state;
  const end = state.since + Math.round(options.maxWaitInHalfOpenMs * NANOS_PER_MILLI);
  return now > end ? opened(state.window, options, end, state.openings + 1, state.stretch) : state;
}

function halfOpened(state: Open, options: BreakerOptions, now: Nanos): HalfOpen {
  const { openings, stretch } = state;
  const window = countWindow(options.permittedProbes);
  return { kind: 'half-open', since: now, openings, stretch, permits: 0, window };
}

function opened(
  window: SlidingWindow,
  options: BreakerOptions,
  at: Nanos,
  openings: number,
  stretch: number,
): Open {
  const openMs = Math.min(options.maxOpenMs, options.openMs * 2 ** (openings - 1)) * stretch;
  return { kind: 'open', until: at + Math.round(openMs * NANOS_PER_MILLI), openings, stretch, window };
}

function stretchFrom(options: BreakerOptions, random: Random): number {
  return 1 + options.jitter * (2 * random() - 1);
}

function slowAfter({ slowCallMs }: BreakerOptions, p95Ms: Millis = 0): Millis {
  return slowCallMs === '3xp95' ? Math.max(SLOW_FLOOR_MS, 3 * p95Ms) : slowCallMs;
}

function closedWindow(options: BreakerOptions): SlidingWindow {
  return options.window === 'time' ? timeWindow(options.windowMs) : countWindow(options.windowCalls);
}

function verdict(
  window: SlidingWindow,
  options: BreakerOptions,
  now: Nanos,
): 'unknown' | 'fine' | 'exceeded' {
  const { calls, failures, slow } = tallyOf(window, now);
  const minimum =
    window.kind === 'count' ? Math.min(options.minimumCalls, window.size) : options.minimumCalls;
  if (calls < minimum) return 'unknown';
  return failures / calls >= options.failureRate || slow / calls >= options.slowCallRate
    ? 'exceeded'
    : 'fine';
}
