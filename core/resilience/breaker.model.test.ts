import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom, type Random } from '../base/random.ts';
import { NANOS_PER_MILLI } from '../base/units.ts';
import {
  admit,
  breakerOptionsSchema,
  initialBreaker,
  isolate,
  record,
  release,
  restore,
  type BreakerOptions,
  type BreakerOutcome,
  type BreakerState,
} from './breaker.ts';
import { tallyOf } from './sliding-window.ts';

/** Written for itself, as plainly as can be: remembers every result, and which stretch of its life a call belongs to. */
function naiveBreaker(options: BreakerOptions, random: Random) {
  const nanos = (ms: number) => Math.round(ms * NANOS_PER_MILLI);
  let kind: BreakerState['kind'] = 'closed';
  let era = 0;
  let since = 0;
  let until = 0;
  let openings = 0;
  let stretch = 1;
  let given = 0;
  let results: { at: number; bad: boolean; slow: boolean }[] = [];

  const become = (next: BreakerState['kind'], now: number) => {
    kind = next;
    era++;
    since = now;
    given = 0;
    results = [];
  };
  const open = (now: number) => {
    become('open', now);
    openings++;
    let ms = options.openMs;
    for (let more = 1; more < openings; more++) ms *= 2;
    until = now + nanos(Math.min(ms, options.maxOpenMs) * stretch);
  };
  const expire = (now: number) => {
    const end = since + nanos(options.maxWaitInHalfOpenMs);
    if (kind === 'half-open' && options.maxWaitInHalfOpenMs > 0 && now > end) open(end);
  };
  const counted = (now: number) => {
    if (kind === 'half-open') return results;
    if (options.window === 'count') return results.slice(-options.windowCalls);
    const tenth = nanos(options.windowMs / 10);
    return results.filter((one) => Math.floor(one.at / tenth) > Math.floor(now / tenth) - 10);
  };

  return {
    admit(now: number): number | undefined {
      expire(now);
      if (kind === 'open' && now > until) become('half-open', now);
      if (kind === 'open' || kind === 'isolated') return undefined;
      if (kind === 'half-open' && given === options.permittedProbes) return undefined;
      given++;
      return era;
    },
    release(permit: number) {
      if (permit === era) given--;
    },
    record(permit: number, now: number, outcome: BreakerOutcome, slow: boolean) {
      expire(now);
      if (outcome === 'ignored') return this.release(permit);
      if (kind === 'open' || kind === 'isolated') return;
      if (kind === 'half-open' && permit !== era) return;
      results.push({ at: now, bad: outcome === 'failure', slow });
      if (permit !== era) return;
      const seen = counted(now);
      let needed = options.minimumCalls;
      if (kind === 'half-open') needed = Math.min(needed, options.permittedProbes);
      else if (options.window === 'count') needed = Math.min(needed, options.windowCalls);
      if (seen.length < needed) return;
      const shareOf = (matches: (one: (typeof seen)[number]) => boolean) =>
        seen.filter(matches).length / seen.length;
      const exceeded =
        shareOf((one) => one.bad) >= options.failureRate ||
        shareOf((one) => one.slow) >= options.slowCallRate;
      if (exceeded) {
        stretch = 1 + options.jitter * (2 * random() - 1);
        open(now);
      } else if (kind === 'half-open') {
        become('closed', now);
        openings = 0;
      }
    },
    isolate(now: number) {
      become('isolated', now);
    },
    restore(now: number) {
      if (kind !== 'isolated') return;
      become('closed', now);
      openings = 0;
    },
    seen(now: number): string {
      if (kind === 'open') return `open until ${until} after ${openings}`;
      if (kind === 'isolated') return kind;
      const of = counted(now);
      const [bad, slow] = [of.filter((one) => one.bad).length, of.filter((one) => one.slow).length];
      const probes = kind === 'half-open' ? ` given ${given} since ${since}` : '';
      return `${kind}${probes}: ${of.length} calls, ${bad} failed, ${slow} slow`;
    },
  };
}

function seen(state: BreakerState, now: number): string {
  if (state.kind === 'open') return `open until ${state.until} after ${state.openings}`;
  if (state.kind === 'isolated') return state.kind;
  const { calls, failures, slow } = tallyOf(state.window, now);
  const probes = state.kind === 'half-open' ? ` given ${state.permits} since ${state.since}` : '';
  return `${state.kind}${probes}: ${calls} calls, ${failures} failed, ${slow} slow`;
}

const optionsArbitrary = fc
  .record({
    window: fc.constantFrom('time', 'count'),
    windowMs: fc.integer({ min: 100, max: 1500 }),
    windowCalls: fc.integer({ min: 1, max: 8 }),
    minimumCalls: fc.integer({ min: 1, max: 5 }),
    failureRate: fc.constantFrom(0.25, 0.5, 1),
    slowCallRate: fc.constantFrom(0.5, 1),
    slowCallMs: fc.constant(100),
    permittedProbes: fc.integer({ min: 1, max: 3 }),
    openMs: fc.integer({ min: 20, max: 200 }),
    maxOpenMs: fc.integer({ min: 100, max: 1000 }),
    maxWaitInHalfOpenMs: fc.constantFrom(0, 50, 500),
  })
  .map((options) => breakerOptionsSchema.parse(options));

const history = fc.array(fc.tuple(fc.nat(99), fc.nat(499)), { maxLength: 80, size: 'max' });

function outcomeOf(value: number): BreakerOutcome {
  if (value % 10 === 9) return 'ignored';
  return value % 2 === 0 ? 'failure' : 'success';
}

describe('the breaker against a naive one', () => {
  it('is in the same state after every step of 10,000 random histories', { timeout: 120_000 }, () => {
    const changes = new Map<string, number>();
    const check = fc.property(optionsArbitrary, history, fc.nat(), (options, steps, seed) => {
      const random = seededRandom(seed);
      const naive = naiveBreaker(options, seededRandom(seed));
      let state = initialBreaker(options);
      let now = 1000;
      let deadline = 0;
      const inFlight: { era: number; startedAt: number; probe: boolean }[] = [];
      for (const [action, value] of steps) {
        now++;
        const before = state;
        const one = inFlight[value % Math.max(1, inFlight.length)];
        if (action < 35) {
          const admission = admit(state, options, now);
          const era = naive.admit(now);
          if (admission.admitted !== (era !== undefined)) throw new Error(`${action}: ${seen(state, now)}`);
          state = admission.state;
          if (admission.retryAt !== undefined) {
            if (admit(state, options, admission.retryAt - 1).admitted) throw new Error('admitted early');
            if (!admit(state, options, admission.retryAt).admitted) throw new Error('refused at retryAt');
          }
          if (era !== undefined) inFlight.push({ era, startedAt: now, probe: state.kind === 'half-open' });
        } else if (action < 75 && one) {
          inFlight.splice(inFlight.indexOf(one), 1);
          const slow = value % 7 === 0;
          const outcome = outcomeOf(value);
          const result = { outcome, durationMs: slow ? 101 : 100, at: now, startedAt: one.startedAt };
          state = record(state, options, result, random);
          naive.record(one.era, now, outcome, slow);
        } else if (action < 80 && one) {
          inFlight.splice(inFlight.indexOf(one), 1);
          state = release(state, one);
          naive.release(one.era);
        } else if (action < 96) {
          now += value * NANOS_PER_MILLI;
        } else if (action < 98) {
          state = isolate();
          naive.isolate(now);
          deadline = 0;
        } else {
          state = restore(state, options, now);
          naive.restore(now);
        }
        const [ours, theirs] = [seen(state, now), naive.seen(now)];
        if (ours !== theirs) throw new Error(`ours: ${ours}; naive: ${theirs}`);
        if (state.kind === 'open') {
          if (state.until < deadline) throw new Error('the deadline shrank');
          deadline = state.until;
        }
        if (state.kind === 'half-open') {
          const { since } = state;
          const probes = inFlight.filter((call) => call.probe && call.startedAt >= since).length;
          if (probes > options.permittedProbes) throw new Error('too many probes');
        }
        if (before.kind !== state.kind) {
          const change = `${before.kind} → ${state.kind}`;
          changes.set(change, (changes.get(change) ?? 0) + 1);
        }
      }
    });
    fc.assert(check, { numRuns: 10_000, seed: 3 });
    for (const change of [
      'closed → open',
      'open → half-open',
      'half-open → open',
      'half-open → closed',
      'closed → isolated',
      'isolated → closed',
    ]) {
      expect(changes.get(change)).toBeGreaterThan(100);
    }
    expect(changes.has('closed → half-open')).toBe(false);
  });
});
