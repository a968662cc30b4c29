import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { ended, initialStatistics, signalsOf, started, type AttemptEnd } from './signals.ts';

const at = (ms: number) => ms * NANOS_PER_MILLI;
const config = { weight: 1, priority: 0 };
const read = (statistics: typeof initialStatistics, ms: number) =>
  signalsOf(statistics, config, { now: at(ms), inputTokens: 0, expectedOutputTokens: 0 });

/** An attempt that began at `ms` and had its first token after `firstTokenMs`, where it ended. */
const stream = (ms: number, firstTokenMs: number): AttemptEnd => ({
  now: at(ms + firstTokenMs),
  startedAt: at(ms),
  firstTokenAt: at(ms + firstTokenMs),
  outcome: 'success',
});
const ending = (outcome: AttemptEnd['outcome'], tookMs = 10): AttemptEnd => ({
  now: at(tookMs),
  startedAt: 0,
  outcome,
});

describe('the statistics of an instance', () => {
  it('know nothing at first, but what is configured and what the call would cost', () => {
    const asked = { now: 5, inputTokens: 1000, expectedOutputTokens: 500 };
    const priced = { weight: 3, priority: 2, capacity: 8, price: { input: 2, output: 10, cachedInput: 1 } };
    expect(signalsOf(initialStatistics, config, asked)).toEqual({ ...config, outstanding: 0, samples: 0 });
    expect(signalsOf(initialStatistics, priced, asked)).toEqual({
      weight: 3,
      priority: 2,
      capacity: 8,
      outstanding: 0,
      samples: 0,
      costUsd: 0.007,
    });
  });

  it('count what is in flight and never fall below 0', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean()), (starts) => {
        let statistics = initialStatistics;
        for (const start of starts) {
          const before = statistics.outstanding;
          statistics = start ? started(statistics) : ended(statistics, ending('ignored'));
          expect(statistics.outstanding).toBe(start ? before + 1 : Math.max(0, before - 1));
        }
      }),
    );
  });

  it('jump up to a larger time to first token and forget it by e^(−Δt/10 s), as Finagle does', () => {
    const slow = ended(ended(initialStatistics, stream(0, 100)), stream(100, 900));
    expect(read(slow, 1000).firstTokenMs).toBe(900);
    expect(read(slow, 11_000).firstTokenMs).toBeCloseTo(900 / Math.E, 9);
    const faster = ended(slow, stream(10_900, 100));
    expect(read(faster, 11_000).firstTokenMs).toBeCloseTo(900 / Math.E + 100 * (1 - 1 / Math.E), 9);
  });

  it('have a time to first token that is never below the sample nor what was left of the last', () => {
    const ms = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(fc.array(fc.tuple(ms, ms), { minLength: 1, maxLength: 20 }), (samples) => {
        let statistics = initialStatistics;
        let now = 0;
        let largest = 0;
        for (const [wait, firstToken] of samples) {
          const before = statistics;
          statistics = ended(statistics, stream(now + wait, firstToken));
          now += wait + firstToken;
          largest = Math.max(largest, firstToken);
          const value = read(statistics, now).firstTokenMs!;
          expect(value).toBeGreaterThanOrEqual((read(before, now).firstTokenMs ?? 0) - 1e-6);
          expect(value).toBeGreaterThanOrEqual(
            Math.min(firstToken, before.firstToken?.ms ?? firstToken) - 1e-6,
          );
          expect(value).toBeLessThanOrEqual(largest + 1e-6);
        }
      }),
    );
  });

  it('grow with the sample and shrink with time', () => {
    const ms = fc.integer({ min: 0, max: 60_000 });
    fc.assert(
      fc.property(ms, ms, ms, fc.integer({ min: 60_000, max: 120_000 }), (first, a, b, endAt) => {
        const base = ended(initialStatistics, stream(0, first));
        const after = (sample: number) => ended(base, stream(endAt - sample, sample));
        const [small, large] = [after(Math.min(a, b)), after(Math.max(a, b))];
        expect(read(small, endAt).firstTokenMs!).toBeLessThanOrEqual(read(large, endAt).firstTokenMs! + 1e-6);
        expect(read(large, endAt + a).firstTokenMs!).toBeLessThanOrEqual(read(large, endAt).firstTokenMs!);
      }),
    );
  });

  it('take the whole time of an answer that is not streamed', () => {
    expect(read(ended(initialStatistics, ending('success', 70)), 70).firstTokenMs).toBe(70);
  });

  it('do not take a quick refusal for a quick answer, but learn from a long wait that failed', () => {
    const base = ended(initialStatistics, stream(0, 500));
    expect(ended(base, ending('failure', 20)).firstToken).toEqual(base.firstToken);
    expect(ended(initialStatistics, ending('failure', 20)).firstToken).toBeUndefined();
    const timedOut = ended(base, { now: at(60_500), startedAt: at(500), outcome: 'failure' });
    expect(read(timedOut, 60_500).firstTokenMs).toBe(60_000);
  });

  it('measure the time for each token between the first and the last', () => {
    const of = (outputTokens: number) =>
      ended(initialStatistics, { ...stream(0, 100), now: at(1100), outputTokens });
    expect(read(of(11), 1100).tokenMs).toBe(100);
    expect(read(of(1), 1100).tokenMs).toBeUndefined();
  });

  it('leave cancelled attempts and client errors out', () => {
    const one = ended(initialStatistics, ending('success'));
    expect(ended(started(one), ending('ignored'))).toEqual(one);
  });

  it('have a success rate that halves in 20 failures and stays a share', () => {
    let statistics = initialStatistics;
    for (let count = 0; count < 1000; count++) statistics = ended(statistics, ending('success'));
    expect(read(statistics, 0).successRate).toBe(1);
    for (let count = 0; count < 20; count++) statistics = ended(statistics, ending('failure'));
    expect(read(statistics, 0).successRate).toBeCloseTo(0.5, 9);
    expect(read(statistics, 0).samples).toBe(1020);
    const outcomes = fc.array(fc.constantFrom<AttemptEnd['outcome']>('success', 'failure', 'ignored'));
    fc.assert(
      fc.property(outcomes, (outcomes) => {
        let statistics = initialStatistics;
        for (const outcome of outcomes) {
          const before = read(statistics, 0).successRate ?? 0.5;
          statistics = ended(statistics, ending(outcome));
          const after = read(statistics, 0).successRate ?? 0.5;
          const direction = { success: 1, failure: -1, ignored: 0 }[outcome];
          expect((after - before) * direction).toBeGreaterThanOrEqual(-1e-12);
          expect(after).toBeGreaterThanOrEqual(0);
          expect(after).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});
