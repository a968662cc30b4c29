import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import { seededRandom } from '../base/random.ts';
import {
  backoffMs,
  parseRetryAfter,
  retryOptionsSchema,
  retryOverridesSchema,
  waitBeforeRetry,
} from './retry.ts';
import {
  countRequest,
  defaultRetryBudgetOptions as options,
  initialRetryBudget,
  retriesLeft,
  takeRetry,
} from './retry-budget.ts';

describe('the backoff', () => {
  const longest = () => 1;

  it('has at most the waits of the OpenAI and Anthropic SDKs: 0.5 s, doubled up to 8 s', () => {
    const given = retryOptionsSchema.parse({});
    expect([0, 1, 2, 3, 4, 5].map((retries) => backoffMs(given, retries, longest))).toEqual([
      500, 1000, 2000, 4000, 8000, 8000,
    ]);
  });

  /** `generatesCappedExponentialIntervals` of resilience4j's IntervalFunctionTest, whose attempts count from 1. */
  it('grows until it is capped', () => {
    const given = retryOptionsSchema.parse({ baseMs: 100, capMs: 100_000 });
    const longestAt = (attempt: number) => backoffMs(given, attempt - 1, longest);
    for (let attempt = 2; attempt < 12; attempt++) {
      expect(longestAt(attempt)).toBeGreaterThan(longestAt(attempt - 1));
    }
    expect([longestAt(12), longestAt(13)]).toEqual([100_000, 100_000]);
  });

  it('is spread evenly from 0', () => {
    const random = seededRandom(5);
    const quarters = [0, 0, 0, 0];
    for (let draw = 0; draw < 4000; draw++) {
      quarters[Math.floor(backoffMs(retryOptionsSchema.parse({}), 1, random) / 250)]! += 1;
    }
    // Four cells of 1,000: with 3 degrees of freedom 16.3 is exceeded once in a thousand.
    expect(quarters.reduce((sum, seen) => sum + (seen - 1000) ** 2 / 1000, 0)).toBeLessThan(16.3);
  });

  it('cannot be configured without end, nor the budget for a part of the host', () => {
    expect(retryOptionsSchema.parse({})).toMatchObject({ maxAttempts: 3, budgetShare: 0.1 });
    for (const wrong of [{ maxAttempts: 0 }, { maxAttempts: 11 }, { baseMs: 0 }, { budgetShare: 1.1 }]) {
      expect(retryOptionsSchema.safeParse(wrong).success).toBe(false);
    }
    expect(retryOverridesSchema.parse({ maxAttempts: 2 })).toEqual({ maxAttempts: 2 });
    expect(retryOverridesSchema.safeParse({ budgetShare: 0.5 }).success).toBe(false);
  });
});

describe('the wait before a retry', () => {
  const options = retryOptionsSchema.parse({});
  const waitAfter = (asked: number | undefined, leftMs: number) =>
    waitBeforeRetry(
      options,
      { retriesSoFar: 0, retryAfterMs: asked, now: 7, deadline: 7 + leftMs * NANOS_PER_MILLI },
      () => 0.5,
    );

  it('is the backoff, or what was asked for where that is longer', () => {
    expect([undefined, 100, 3000].map((asked) => waitAfter(asked, 600_000))).toEqual([250, 250, 3000]);
  });

  it('is none where the call would be over by then', () => {
    expect([waitAfter(undefined, 251), waitAfter(undefined, 250)]).toEqual([250, undefined]);
    expect([waitAfter(3000, 3001), waitAfter(3000, 2999)]).toEqual([3000, undefined]);
  });
});

describe('Retry-After', () => {
  const wallTime = Date.UTC(1994, 10, 6, 8, 49, 30);
  const after = (text: string) => parseRetryAfter({ 'retry-after': text }, wallTime);

  it.each([
    ['0', 0],
    ['7', 7000],
    [' 1.5 ', 1500],
    ['61', 60_000],
    ['9'.repeat(400), 60_000],
    ['Sun, 06 Nov 1994 08:49:37 GMT', 7000],
    ['Sunday, 06-Nov-94 08:49:37 GMT', 7000],
    ['Sun Nov  6 08:49:37 1994', 7000],
    ['Sun, 06 Nov 1994 08:49:29 GMT', 0],
    ['Mon, 06 Nov 2394 08:49:29 GMT', 60_000],
  ])('%s is %d ms', (text, ms) => {
    expect(after(text)).toBe(ms);
  });

  it.each([
    '',
    '-1',
    '1e3',
    '0x10',
    'Infinity',
    'NaN',
    'soon',
    '5 apples',
    '1994-11-06',
    'Sun, 99 Foo 1994 08:49:37 GMT',
  ])('%j says nothing', (text) => {
    expect(after(text)).toBeUndefined();
  });

  it('prefers the header in milliseconds where it can be read', () => {
    expect(parseRetryAfter({ 'retry-after-ms': '250', 'retry-after': '7' }, 0)).toBe(250);
    expect(parseRetryAfter({ 'retry-after-ms': '-250', 'retry-after': '7' }, 0)).toBe(7000);
    expect(parseRetryAfter({ 'retry-after-ms': '99999999' }, 0)).toBe(60_000);
    expect(parseRetryAfter({}, 0)).toBeUndefined();
  });

  it('is never negative and never above a minute', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.double({ noNaN: true }), (a, b, wallTime) => {
        const ms = parseRetryAfter({ 'retry-after': a, 'retry-after-ms': b }, wallTime);
        expect(ms === undefined || (ms >= 0 && ms <= 60_000)).toBe(true);
      }),
    );
  });
});

describe('a retry budget', () => {
  const at = (ms: number) => ms * NANOS_PER_MILLI;

  it('has a floor, a share of the requests, and forgets both after its window', () => {
    let budget = initialRetryBudget;
    for (let count = 0; count < 30; count++) budget = countRequest(budget, options, at(100));
    expect(retriesLeft(budget, options, at(100))).toBe(13);
    for (let count = 0; count < 13; count++) budget = takeRetry(budget, options, at(100)).budget;
    expect(takeRetry(budget, options, at(100))).toEqual({ allowed: false, budget });
    expect(retriesLeft(budget, options, at(9_999))).toBe(0);
    expect(retriesLeft(budget, options, at(10_000))).toBe(10);
  });

  it('never allows more in a window than its floor and share, and holds no more than ten buckets', () => {
    const step = fc.record({ wait: fc.integer({ min: 0, max: 3000 }), retry: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        let budget = initialRetryBudget;
        let now = 0;
        const history: { at: number; retry: boolean }[] = [];
        for (const { wait, retry } of steps) {
          now += wait;
          if (!retry) budget = countRequest(budget, options, at(now));
          else {
            const taken = takeRetry(budget, options, at(now));
            budget = taken.budget;
            if (!taken.allowed) continue;
          }
          history.push({ at: Math.floor(now / 1000), retry });
          const recent = history.filter((one) => one.at > Math.floor(now / 1000) - 10);
          const retries = recent.filter((one) => one.retry).length;
          const allowed = 10 + 0.1 * (recent.length - retries) + 1e-9;
          expect(!retry || retries <= allowed).toBe(true);
          expect(budget.buckets.length).toBeLessThanOrEqual(10);
        }
      }),
    );
  });
});
