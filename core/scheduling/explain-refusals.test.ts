import { describe, expect, it } from 'vitest';
import type { Rejection } from '../journal/pick.ts';
import { describeRejection, describeWait, explainRefusals } from './explain-refusals.ts';

describe('why nobody could take a call', () => {
  it.each<[Parameters<typeof describeRejection>[0], string]>([
    [{ reason: 'already-tried' }, 'was tried already'],
    [{ reason: 'account-spent' }, 'is paid for by an account that has no money'],
    [{ reason: 'maintenance' }, 'is under maintenance'],
    [{ reason: 'isolated' }, 'was taken out by hand'],
    [{ reason: 'fallen', retryInMs: 1500 }, 'failed and is left out for another 1.5 s'],
    [{ reason: 'context-too-small', needed: 9, limit: 8 }, 'holds 8 tokens, about 9 are needed'],
    [{ reason: 'at-capacity', outstanding: 2, capacity: 2 }, 'has 2 of 2 attempts in flight'],
    [{ reason: 'lacks-capability', missing: ['tools', 'vision'] }, 'cannot do tools, vision'],
    [{ reason: 'denied', policy: 'eu only' }, 'is refused by the policy "eu only"'],
    [{ reason: 'unhealthy', failures: 3 }, 'failed its last 3 probes'],
    [
      { reason: 'ejected', because: 'success-rate', retryInMs: 30_000 },
      'did too badly (success-rate) and is left out for another 30.0 s',
    ],
    [{ reason: 'resources-short', resource: 'gpu', needed: 1, free: 0.5 }, 'needs 1 of "gpu", 0.5 are free'],
    [
      { reason: 'resources-impossible', resource: 'gpu', needed: 2, capacity: 1 },
      'needs 2 of "gpu", of which there are only 1',
    ],
    [
      { reason: 'resources-impossible', resource: 'gpu', needed: 2 },
      'needs "gpu", which this machine has not declared',
    ],
    [{ reason: 'rate-limited', limit: 'rpm', retryInMs: 100 }, 'has reached its rpm for another 0.1 s'],
    [{ reason: 'rate-limited', limit: 'tpm' }, 'has reached its tpm'],
    [
      { reason: 'rate-limited', limit: 'retry-after', retryInMs: 7000 },
      'asked to be left alone for another 7.0 s',
    ],
    [{ reason: 'breaker-open' }, 'its breaker waits for probes that are under way'],
    [{ reason: 'breaker-open', retryInMs: 15_000 }, 'its breaker is open for another 15.0 s'],
    [{ reason: 'other-zone', wanted: 'eu', zone: 'us' }, 'is in the zone "us", not in "eu"'],
    [{ reason: 'other-zone', wanted: 'eu' }, 'is in no zone, not in "eu"'],
    [{ reason: 'other-label', label: 'team', wanted: 'a' }, 'has no label "team"'],
    [{ reason: 'other-label', label: 'team', wanted: 'a', value: 'b' }, 'has "b" as team, not "a"'],
    [{ reason: 'too-expensive', limit: 1 }, 'has no known price'],
    [{ reason: 'too-expensive', limit: 1, price: 2 }, 'costs $2 for a million tokens, more than $1'],
  ])('is said in words for %j', (rejection, words) => {
    expect(describeRejection(rejection)).toBe(words);
  });

  it('names every candidate, the tier or pool that was closed as a whole, and the pool without any', () => {
    const maintenance: Rejection = { reason: 'maintenance' };
    const pick = (considered: readonly { instance: string; terms: object; rejected?: Rejection }[]) => ({
      strategy: 'random',
      probability: 0,
      inputs: {},
      considered: considered.map((one) => ({ ...one, terms: {} })),
    });
    const refusals = [
      { at: 'g/first', rejected: { reason: 'fallen', retryInMs: 1000 } as const },
      {
        at: 'fast',
        pick: pick([
          { instance: 'a', terms: {}, rejected: maintenance },
          { instance: 'b', terms: {}, rejected: { reason: 'isolated' } },
        ]),
      },
      { at: 'empty', pick: pick([]) },
    ];
    expect(explainRefusals(refusals)).toEqual([
      'g/first: failed and is left out for another 1.0 s.',
      'a: is under maintenance; b: was taken out by hand.',
      'empty: has no instances.',
    ]);
  });

  it.each([
    [{ outcome: 'full', waitedMs: 0, length: 7 }, ', and it cannot wait: 7 calls are waiting already'],
    [
      { outcome: 'hopeless', waitedMs: 0, expectedMs: 90_000 },
      ', and its turn in the queue would come in about 90.0 s, which is too late',
    ],
    [
      { outcome: 'displaced', waitedMs: 1200 },
      ': after 1.2 s in the queue a more urgent call took its place',
    ],
    [{ outcome: 'expired', waitedMs: 30_000 }, ': none was free within the 30.0 s that it may wait'],
  ] as const)('says what became of the wait: %j', (wait, words) => {
    expect(describeWait(wait)).toBe(words);
  });
});
