import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { admitQuantities, rateUsage, settle, type RateLimitState, type Rates } from './rate-limit.ts';

const at = (ms: number) => ms * NANOS_PER_MILLI;

describe('a rate limit', () => {
  /** `TestRateLimit` of throttled/throttled `rate_test.go`: 1 per second, burst 5; times in milliseconds. */
  it('does as the table of throttled', () => {
    const rates = { calls: { limit: 1, perMs: 1000, burst: 5 } };
    const table = [
      { now: 0, volume: 6, remaining: 5, reset: 0, retry: undefined, limited: true },
      { now: 0, volume: 1, remaining: 4, reset: 1000, limited: false },
      { now: 0, volume: 1, remaining: 3, reset: 2000, limited: false },
      { now: 0, volume: 1, remaining: 2, reset: 3000, limited: false },
      { now: 0, volume: 1, remaining: 1, reset: 4000, limited: false },
      { now: 0, volume: 1, remaining: 0, reset: 5000, limited: false },
      { now: 0, volume: 1, remaining: 0, reset: 5000, retry: 1000, limited: true },
      { now: 3000, volume: 1, remaining: 2, reset: 3000, limited: false },
      { now: 3100, volume: 1, remaining: 1, reset: 3900, limited: false },
      { now: 4000, volume: 1, remaining: 1, reset: 4000, limited: false },
      { now: 8000, volume: 1, remaining: 4, reset: 1000, limited: false },
      { now: 9500, volume: 1, remaining: 4, reset: 1000, limited: false },
      { now: 9500, volume: 0, remaining: 4, reset: 1000, limited: false },
      { now: 9500, volume: 2, remaining: 2, reset: 3000, limited: false },
      { now: 9500, volume: 5, remaining: 2, reset: 3000, retry: 3000, limited: true },
    ];
    let state: RateLimitState<'calls'> = {};
    const rows = table.map(({ now, volume }) => {
      const admission = admitQuantities(state, rates, { calls: volume }, at(now));
      if (admission.admitted) state = admission.state;
      const { remaining, resetAt } = rateUsage(state, rates, 'calls', at(now));
      const retryAt = admission.admitted ? undefined : admission.retryAt;
      return {
        now,
        volume,
        remaining,
        reset: resetAt / NANOS_PER_MILLI - now,
        retry: retryAt === undefined ? undefined : retryAt / NANOS_PER_MILLI - now,
        limited: !admission.admitted,
      };
    });
    expect(rows).toEqual(table.map((row) => ({ retry: undefined, ...row })));
  });

  const rates = {
    rpm: { limit: 10, perMs: 60_000, burst: 10 },
    tpm: { limit: 7_000, perMs: 60_000, burst: 7_000 },
  };

  it('reserves in every dimension or in none, and names the one that is ready last', () => {
    const first = admitQuantities({}, rates, { rpm: 1, tpm: 7_000 }, 0);
    if (!first.admitted) throw new Error('refused');
    const second = admitQuantities(first.state, rates, { rpm: 1, tpm: 3_500 }, 0);
    expect(second).toEqual({ admitted: false, dimension: 'tpm', retryAt: at(30_000) });
    expect(admitQuantities(first.state, rates, { rpm: 11, tpm: 1 }, 0)).toEqual({
      admitted: false,
      dimension: 'rpm',
    });
  });

  it('admits at `retryAt`, not before, and never more than burst and rate allow', () => {
    const step = fc.record({
      wait: fc.integer({ min: 0, max: 20_000 }),
      tpm: fc.integer({ min: 0, max: 7_000 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        let state: RateLimitState<'rpm' | 'tpm'> = {};
        let now = 0;
        let used = 0;
        for (const { wait, tpm } of steps) {
          now += at(wait);
          const quantities = { rpm: 1, tpm };
          const admission = admitQuantities(state, rates, quantities, now);
          if (admission.admitted) {
            state = admission.state;
            used += tpm;
          }
          expect(used).toBeLessThanOrEqual(7_000 + (7_000 * now) / at(60_000) + 1e-3);
          const retryAt = admission.admitted ? undefined : admission.retryAt;
          const around = retryAt === undefined ? [] : [retryAt - 1, retryAt];
          expect(
            around.map((instant) => admitQuantities(state, rates, quantities, instant).admitted),
          ).toEqual(retryAt === undefined ? [] : [false, true]);
        }
      }),
    );
  });

  it('gives back at once what was reserved and not used, and charges what was used beyond it', () => {
    const amount = fc.integer({ min: 0, max: 7_000 });
    fc.assert(
      fc.property(amount, amount, (reserved, used) => {
        const admission = admitQuantities({}, rates, { rpm: 1, tpm: reserved }, 0);
        const direct = admitQuantities({}, rates, { rpm: 1, tpm: used }, 0);
        if (!admission.admitted || !direct.admitted) throw new Error('a whole burst was refused');
        const settled = settle(admission.state, rates, admission.reservation, { rpm: 1, tpm: used }, 0);
        expect(rateUsage(settled, rates, 'tpm', 0)).toEqual(rateUsage(direct.state, rates, 'tpm', 0));
      }),
    );
  });

  it('does not give back what time has given back already', () => {
    const early = admitQuantities({}, rates, { rpm: 1, tpm: 7_000 }, 0);
    if (!early.admitted) throw new Error('refused');
    const late = admitQuantities(early.state, rates, { rpm: 1, tpm: 7_000 }, at(60_000));
    if (!late.admitted) throw new Error('refused');
    const settled = settle(late.state, rates, early.reservation, { rpm: 1, tpm: 0 }, at(60_000));
    expect(settled).toEqual(late.state);
  });

  it('can be settled when limits were set or taken away meanwhile', () => {
    const [none, some, all]: Rates<string>[] = [{}, { tpm: rates.tpm }, rates];
    const admission = admitQuantities({}, some!, { tpm: 7_000 }, 0);
    if (!admission.admitted) throw new Error('refused');
    const settledBy = (now: Rates<string>) =>
      settle(admission.state, now, admission.reservation, { rpm: 1, tpm: 0 }, 0);
    expect(rateUsage(settledBy(all!), rates, 'tpm', 0).remaining).toBe(7_000);
    expect(settledBy(none!)).toEqual(admission.state);
  });

  it('says how many units would still be admitted', () => {
    const units = fc.integer({ min: 0, max: 7_000 });
    fc.assert(
      fc.property(units, fc.integer({ min: 0, max: 60_000 }), (used, wait) => {
        const first = admitQuantities({}, rates, { rpm: 1, tpm: used }, 0);
        if (!first.admitted) throw new Error('a whole burst was refused');
        const { remaining } = rateUsage(first.state, rates, 'tpm', at(wait));
        const admits = (tpm: number) =>
          admitQuantities(first.state, rates, { rpm: 0, tpm }, at(wait)).admitted;
        expect([admits(remaining), admits(remaining + 1)]).toEqual([true, false]);
      }),
    );
  });

  /** 1 a second, burst 2. Times in seconds. */
  function ledger() {
    const rates = { calls: { limit: 1, perMs: 1000, burst: 2 } };
    let state: RateLimitState<'calls'> = {};
    return {
      usage: (now: number) => rateUsage(state, rates, 'calls', at(1000 * now)),
      reserve(calls: number, now: number) {
        const admission = admitQuantities(state, rates, { calls }, at(1000 * now));
        if (!admission.admitted) return undefined;
        state = admission.state;
        return (actual: number, then: number) => {
          state = settle(state, rates, admission.reservation, { calls: actual }, at(1000 * then));
        };
      },
    };
  }

  it('does not give back time twice where a reservation moved into the place of an earlier one', () => {
    const calls = ledger();
    const [first, second] = [calls.reserve(1, 0)!, calls.reserve(1, 0)!];
    first(0, 0);
    // The second one's second is now the first, and has passed.
    calls.reserve(2, 1.5);
    second(0, 1.5);
    expect(calls.usage(1.5)).toEqual({ remaining: 0, resetAt: at(3500) });
  });

  it('gives back less than it could to one that is settled after a later one, by at most what that one got', () => {
    const calls = ledger();
    const [first, second] = [calls.reserve(1, 0)!, calls.reserve(1, 0)!];
    second(0.5, 0);
    first(0, 0);
    expect(calls.usage(0)).toEqual({ remaining: 1, resetAt: at(1000) });
  });

  it('admits in no window more than burst and rate allow, in whatever order reservations are settled', () => {
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 0.25, 0.5, 1, 2),
      calls: fc.constantFrom(0.5, 1, 2),
      used: fc.constantFrom(0, 0, 0.5, 1),
      settles: fc.option(fc.nat(9), { nil: undefined, freq: 2 }),
    });
    let refused = 0;
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const calls = ledger();
        const admitted: { at: number; calls: number }[] = [];
        const open: { settle: (actual: number, now: number) => void; entry: number; used: number }[] = [];
        let now = 0;
        for (const { wait, calls: asked, used, settles } of steps) {
          now += wait;
          const one =
            settles === undefined ? undefined : open.splice(settles % Math.max(1, open.length), 1)[0];
          if (one) {
            one.settle(one.used, now);
            admitted[one.entry]!.calls = one.used;
          }
          const settle = calls.reserve(asked, now);
          if (!settle) refused++;
          else open.push({ settle, entry: admitted.push({ at: now, calls: asked }) - 1, used: asked * used });
        }
        for (let from = 0; from < admitted.length; from++) {
          let sum = 0;
          for (const { at: when, calls: counted } of admitted.slice(from)) {
            sum += counted;
            expect(sum).toBeLessThanOrEqual(2 + (when - admitted[from]!.at));
          }
        }
      }),
      { numRuns: 2000, seed: 9 },
    );
    expect(refused).toBeGreaterThan(1000);
  });
});
