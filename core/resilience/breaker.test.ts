import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import {
  admit,
  breakerOptionsSchema,
  initialBreaker,
  isolate,
  outcomeForBreaker,
  record,
  release,
  restore,
  type BreakerOutcome,
  type BreakerState,
} from './breaker.ts';
import { tallyOf } from './sliding-window.ts';

const at = (seconds: number) => Math.round(seconds * 1000) * NANOS_PER_MILLI;
const unjittered = () => 0.5;

/** The configuration of CircuitBreakerStateMachineTest's `setUp`. */
const options = breakerOptionsSchema.parse({
  failureRate: 0.5,
  permittedProbes: 4,
  slowCallMs: 4000,
  slowCallRate: 0.5,
  maxWaitInHalfOpenMs: 1000,
  windowMs: 20_000,
  minimumCalls: 5,
  openMs: 5000,
  jitter: 0,
});

/** A breaker with a clock, as those tests drive it. */
function driven(given = options) {
  let state: BreakerState = initialBreaker(given);
  let now = 0;
  const self = {
    get state() {
      return state;
    },
    get tally() {
      return state.kind === 'isolated' ? undefined : tallyOf(state.window, now);
    },
    advance(seconds: number) {
      now += at(seconds);
    },
    admit() {
      const admission = admit(state, given, now);
      state = admission.state;
      return admission.admitted;
    },
    end(outcome: BreakerOutcome, seconds = 0, startedAt = now) {
      state = record(state, given, { outcome, durationMs: seconds * 1000, at: now, startedAt }, unjittered);
      return state.kind;
    },
    release(startedAt = now) {
      state = release(state, { startedAt });
    },
    isolate() {
      state = isolate();
    },
    restore() {
      state = restore(state, given, now);
    },
    /** Opens it by failures, and lets its deadline pass. */
    halfOpen() {
      while (self.end('failure') !== 'open');
      self.advance(6);
      self.admit();
      self.release();
      expect(state.kind).toBe('half-open');
    },
  };
  return self;
}

const isNothing = { calls: 0, failures: 0, slow: 0 };

describe('the breaker in the cases of resilience4j CircuitBreakerStateMachineTest', () => {
  it('shouldThrowCallNotPermittedExceptionWhenStateIsOpen', () => {
    const breaker = driven();
    while (breaker.end('failure') !== 'open');
    expect(breaker.admit()).toBe(false);
  });

  it('shouldForceOpenCircuitBreaker, shouldThrowCallNotPermittedExceptionWhenStateIsForcedOpen', () => {
    const breaker = driven();
    breaker.isolate();
    expect(breaker.admit()).toBe(false);
    breaker.advance(6);
    expect(breaker.admit()).toBe(false);
    expect(breaker.end('success')).toBe('isolated');
  });

  it('shouldIncreaseCounterOnReleasePermission', () => {
    const breaker = driven();
    breaker.halfOpen();
    expect([1, 2, 3, 4, 5, 6].map(() => breaker.admit())).toEqual([true, true, true, true, false, false]);
    breaker.release();
    expect([1, 2].map(() => breaker.admit())).toEqual([true, false]);
  });

  it('shouldOnlyPermitFourCallsInHalfOpenState, also the next time', () => {
    const breaker = driven();
    for (let round = 0; round < 2; round++) {
      if (round === 0) breaker.halfOpen();
      else breaker.advance(11);
      expect([1, 2, 3, 4, 5].map(() => breaker.admit())).toEqual([true, true, true, true, false]);
      for (let probe = 0; probe < 4; probe++) breaker.end('failure');
      expect(breaker.state.kind).toBe('open');
    }
  });

  it('shouldOpenAfterFailureRateThresholdExceeded2', () => {
    const breaker = driven();
    for (const outcome of ['success', 'success', 'success', 'failure', 'failure'] as const) {
      expect(breaker.end(outcome)).toBe('closed');
      breaker.advance(1);
    }
    expect(breaker.end('failure')).toBe('open');
  });

  it('shouldOpenAfterFailureRateThresholdExceeded', () => {
    const breaker = driven();
    for (const outcome of ['failure', 'failure', 'failure', 'success'] as const) {
      expect(breaker.admit()).toBe(true);
      expect(breaker.end(outcome)).toBe('closed');
    }
    expect(breaker.end('success')).toBe('open');
    expect(breaker.tally).toEqual({ calls: 5, failures: 3, slow: 0 });
    expect(breaker.admit()).toBe(false);
  });

  it('shouldOpenAfterSlowCallRateThresholdExceeded', () => {
    const breaker = driven();
    expect(breaker.end('failure', 5)).toBe('closed');
    expect(breaker.end('success', 5)).toBe('closed');
    expect(breaker.end('failure', 0.1)).toBe('closed');
    expect(breaker.end('success', 0.1)).toBe('closed');
    expect(breaker.end('success', 5)).toBe('open');
    expect(breaker.tally).toEqual({ calls: 5, failures: 2, slow: 3 });
  });

  it('shouldTransitionToHalfOpenAfterWaitDuration', () => {
    const breaker = driven();
    while (breaker.end('failure') !== 'open');
    expect(breaker.admit()).toBe(false);
    breaker.advance(3);
    expect(breaker.admit()).toBe(false);
    breaker.advance(3);
    expect(breaker.admit()).toBe(true);
    expect(breaker.state.kind).toBe('half-open');
    expect(breaker.tally).toEqual(isNothing);
  });

  it('shouldTransitionToHalfOpenAfterWaitInterval, doubling here', () => {
    const breaker = driven();
    breaker.halfOpen();
    for (let probe = 0; probe < 4; probe++) breaker.end('failure');
    breaker.advance(6);
    expect(breaker.admit()).toBe(false);
    breaker.advance(5);
    expect(breaker.admit()).toBe(true);
    expect(breaker.state.kind).toBe('half-open');
  });

  it('shouldTransitionBackToOpenStateWhenFailureRateIsAboveThreshold', () => {
    const breaker = driven();
    breaker.halfOpen();
    expect(breaker.end('failure')).toBe('half-open');
    expect(breaker.end('failure')).toBe('half-open');
    expect(breaker.end('success')).toBe('half-open');
    expect(breaker.end('failure')).toBe('open');
    expect(breaker.tally).toEqual({ calls: 4, failures: 3, slow: 0 });
  });

  it('shouldTransitionBackToOpenStateWhenSlowCallRateIsAboveThreshold', () => {
    const breaker = driven();
    breaker.halfOpen();
    for (let probe = 0; probe < 3; probe++) expect(breaker.end('success', 5)).toBe('half-open');
    expect(breaker.end('success', 1)).toBe('open');
    expect(breaker.tally).toEqual({ calls: 4, failures: 0, slow: 3 });
  });

  it('shouldTransitionBackToClosedStateWhenFailureIsBelowThreshold', () => {
    const breaker = driven();
    breaker.halfOpen();
    breaker.end('failure');
    breaker.end('success');
    breaker.end('success');
    expect(breaker.end('success')).toBe('closed');
    expect(breaker.tally).toEqual(isNothing);
    breaker.end('success');
    expect(breaker.tally).toEqual({ calls: 1, failures: 0, slow: 0 });
  });

  it('shouldReleasePermissionWhenExceptionIgnored', () => {
    const breaker = driven();
    breaker.halfOpen();
    for (let probe = 0; probe < 3; probe++) {
      expect(breaker.admit()).toBe(true);
      expect(breaker.end('success')).toBe('half-open');
    }
    expect(breaker.admit()).toBe(true);
    expect(breaker.end('ignored')).toBe('half-open');
    expect(breaker.tally).toEqual({ calls: 3, failures: 0, slow: 0 });
    expect(breaker.admit()).toBe(true);
    expect(breaker.end('failure')).toBe('closed');
  });

  it('shouldIgnoreExceptionsAndThenTransitionToClosed', () => {
    const breaker = driven();
    breaker.halfOpen();
    for (let probe = 0; probe < 4; probe++) {
      expect(breaker.admit()).toBe(true);
      expect(breaker.end('ignored')).toBe('half-open');
    }
    expect(breaker.tally).toEqual(isNothing);
    for (let probe = 0; probe < 3; probe++) {
      expect(breaker.admit()).toBe(true);
      expect(breaker.end('success')).toBe('half-open');
    }
    expect(breaker.admit()).toBe(true);
    expect(breaker.end('success')).toBe('closed');
  });

  it('circuitBreakerTransitionsToOpenAfterWaitDurationInHalfOpenState', () => {
    const breaker = driven();
    breaker.halfOpen();
    breaker.advance(2);
    expect(breaker.admit()).toBe(false);
    expect(breaker.state).toMatchObject({ kind: 'open', openings: 2, until: at(6 + 1 + 10) });
  });
});

describe('the breaker', () => {
  it('has defaults for language models', () => {
    expect(breakerOptionsSchema.parse({})).toEqual({
      window: 'time',
      windowMs: 60_000,
      windowCalls: 100,
      minimumCalls: 10,
      failureRate: 0.5,
      slowCallMs: '3xp95',
      slowCallRate: 1,
      permittedProbes: 3,
      openMs: 15_000,
      maxOpenMs: 300_000,
      jitter: 0.1,
      maxWaitInHalfOpenMs: 120_000,
    });
    expect(breakerOptionsSchema.safeParse({ minimumCalls: 0 }).success).toBe(false);
    expect(breakerOptionsSchema.safeParse({ tries: 1 }).success).toBe(false);
    expect(breakerOptionsSchema.safeParse({ slowCallMs: '2xp95' }).error?.issues[0]?.message).toBe(
      'a number of ms above 0, or "3xp95"',
    );
  });

  it.each([
    ['nothing is known', undefined, 30_000],
    ['it is usually fast', 200, 30_000],
    ['it is usually slow', 20_000, 60_000],
  ])('takes for slow what takes longer than 3 × p95 and 30 s: %s', (_, p95Ms, limitMs) => {
    const given = breakerOptionsSchema.parse({ window: 'count', minimumCalls: 100 });
    let state = initialBreaker(given);
    for (const durationMs of [limitMs, limitMs + 1]) {
      const result = { outcome: 'success', durationMs, at: 0, startedAt: 0 } as const;
      state = record(state, given, { ...result, ...(p95Ms !== undefined && { p95Ms }) }, unjittered);
    }
    expect(state.kind === 'closed' && tallyOf(state.window, 0)).toEqual({ calls: 2, failures: 0, slow: 1 });
  });

  it('is open for 15 s, twice as long each time up to 5 min, give or take a tenth', () => {
    const given = breakerOptionsSchema.parse({ minimumCalls: 1 });
    for (const [draw, stretch] of [
      [0, 0.9],
      [0.5, 1],
      [1, 1.1],
    ] as const) {
      let state = initialBreaker(given);
      let now = 0;
      for (const seconds of [15, 30, 60, 120, 240, 300, 300]) {
        const result = { outcome: 'failure', durationMs: 1, at: now, startedAt: now } as const;
        state = record(state, given, result, () => draw);
        if (state.kind !== 'open') throw new Error(state.kind);
        expect((state.until - now) / at(1)).toBeCloseTo(seconds * stretch, 6);
        expect(admit(state, given, state.until).admitted).toBe(false);
        now = state.until + 1;
        state = admit(state, given, now).state;
      }
    }
  });

  it('counts a late result, and does not change because of it', () => {
    const breaker = driven();
    while (breaker.end('failure') !== 'open');
    const open = breaker.state;
    breaker.end('failure');
    expect(breaker.state).toMatchObject({ kind: 'open', until: open.kind === 'open' && open.until });
    expect(breaker.tally).toMatchObject({ calls: 6 });
    breaker.advance(6);
    breaker.admit();
    for (let count = 0; count < 9; count++) expect(breaker.end('failure', 6, 0)).toBe('half-open');
    expect(breaker.tally).toEqual(isNothing);
    breaker.end('ignored', 6, 0);
    breaker.release(0);
    expect(breaker.state).toMatchObject({ permits: 1 });
  });

  it('is closed with nothing counted when it is restored, and only an isolated one is', () => {
    const breaker = driven();
    breaker.end('failure');
    breaker.restore();
    expect(breaker.tally).toMatchObject({ calls: 1 });
    breaker.isolate();
    breaker.restore();
    expect(breaker.state.kind).toBe('closed');
    expect(breaker.tally).toEqual(isNothing);
  });

  it('never counts client errors and cancellations', () => {
    const ours = fc.oneof(
      fc.integer({ min: 400, max: 499 }).filter((status) => status !== 408),
      fc.constantFrom('cancelled', 'client_gone'),
    );
    fc.assert(
      fc.property(fc.array(ours, { maxLength: 50 }), (errors) => {
        const breaker = driven();
        for (const error of errors) {
          const [code, status] = typeof error === 'string' ? [error, undefined] : ['http', error];
          breaker.end(outcomeForBreaker({ code, message: '', ...(status !== undefined && { status }) }), 60);
        }
        expect(breaker.state).toEqual(initialBreaker(options));
      }),
    );
  });

  it('holds the same amount of state after any number of calls', () => {
    for (const window of ['time', 'count'] as const) {
      const given = breakerOptionsSchema.parse({ window, windowCalls: 20, failureRate: 1 });
      const breaker = driven(given);
      const sizes = Array.from({ length: 500 }, (_, index) => {
        breaker.advance(1.7);
        breaker.end(index % 2 === 0 ? 'success' : 'failure');
        return JSON.stringify(breaker.state).length;
      });
      expect(Math.max(...sizes)).toBeLessThan(2500);
      expect(breaker.tally?.calls).toBe(window === 'count' ? 20 : 35);
    }
  });
});
