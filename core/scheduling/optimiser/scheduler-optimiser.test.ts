import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../base/random.ts';
import type { InstanceFigures, LimitFigures, PoolFigures } from './figures.ts';
import { initialOptimiser } from './hysteresis.ts';
import { schedulerOptimiserSchema } from '../../config/schema/optimiser.ts';
import type { Proposal } from './proposal.ts';
import { optimiseScheduler } from './scheduler-optimiser.ts';

/** A simulation takes too long to be shrunk. */
const WHOLE = { endOnFailure: true };
const options = schedulerOptimiserSchema.parse({});
/** Proposes at once whatever it wants. */
const eager = schedulerOptimiserSchema.parse({ wantedIntervals: 1, deadBand: 0.01 });

const calm: LimitFigures = {
  attempts: 1000,
  successShare: 1,
  rateLimited: 0,
  firstTokenP50Ms: 500,
  firstTokenP95Ms: 1000,
  outstandingMean: 0,
  outstandingMax: 0,
  atCapacity: 0,
};
const member = (instance: string, figures: Partial<InstanceFigures> = {}): InstanceFigures => ({
  ...calm,
  instance,
  weight: 1,
  configuredWeight: 1,
  ...figures,
});
const pool = (instances: readonly InstanceFigures[], figures: Partial<PoolFigures> = {}): PoolFigures => ({
  ...calm,
  pool: 'fast',
  ...figures,
  instances,
});

function proposedFor(instances: readonly InstanceFigures[], given = eager) {
  return optimiseScheduler(initialOptimiser, given, { at: 1, pools: [pool(instances)] }).proposals;
}

/** Lets the optimiser work on what `world` measures, applying what it proposes, and keeps every proposal. */
function run(intervals: number, world: (apply: readonly Proposal[], interval: number) => PoolFigures) {
  let memory = initialOptimiser;
  let proposals: readonly Proposal[] = [];
  const all: (Proposal & { readonly interval: number })[] = [];
  for (let interval = 1; interval <= intervals; interval++) {
    const pools = [world(proposals, interval)];
    ({ memory, proposals } = optimiseScheduler(memory, options, { at: interval, pools }));
    all.push(...proposals.map((proposal) => ({ ...proposal, interval })));
  }
  return all;
}

describe('service weights', () => {
  it('are success × 1 / seconds × free share, together as much as before', () => {
    const [better, worse, ...none] = proposedFor([
      member('quick', {
        maxConcurrent: 10,
        configuredMaxConcurrent: 10,
        outstandingMean: 2,
        costPerCallUsd: 0.01,
      }),
      member('slow', { successShare: 0.8, firstTokenP50Ms: 1000 }),
    ]);
    // 1 / 0.5 × 0.8 = 1.6 and 0.8 / 1 = 0.8: wanted are 4/3 and 2/3, half of the way by ratio.
    expect(none).toEqual([]);
    expect(better).toMatchObject({
      kind: 'weight',
      target: { kind: 'instance', name: 'quick' },
      from: 1,
      to: 1.154,
      reason: 'serves-better-than-its-share',
      evidence: { attempts: 1000, successShare: 1, load: 0.2, costPerCallUsd: 0.01 },
    });
    expect(better?.evidence['service']).toBeCloseTo(1.6, 9);
    expect(better?.evidence['wantedWeight']).toBeCloseTo(4 / 3, 9);
    expect(worse).toMatchObject({ from: 1, to: 0.8165, reason: 'serves-worse-than-its-share' });
  });

  it.each([
    ['fail always', { successShare: 0 }, { service: 0.1 }],
    ['answer at once', { firstTokenP50Ms: 1 }, { service: 10 }],
    ['are overfull', { outstandingMean: 40, maxConcurrent: 10 }, { service: 0.5 }],
  ])('count within 0.1 and 10 for those that %s', (_, figures, expected) => {
    const found = proposedFor([member('a', figures), member('b'), member('c')]);
    expect(found.find(({ target }) => target.name === 'a')?.evidence).toMatchObject(expected);
  });

  it.each([
    ['with fewer than 30 attempts', { attempts: 29 }],
    ['without a measured response', { firstTokenP50Ms: undefined }],
  ])('are not proposed for a member %s, nor for the only other', (_, figures) => {
    const { firstTokenP50Ms, ...rest } = { ...calm, ...figures };
    const unknown: InstanceFigures = {
      ...rest,
      ...(firstTokenP50Ms !== undefined && { firstTokenP50Ms }),
      instance: 'unknown',
      weight: 1,
      configuredWeight: 1,
    };
    const slow = member('slow', { firstTokenP50Ms: 5000 });
    expect(proposedFor([unknown, slow])).toEqual([]);
    const names = proposedFor([unknown, slow, member('quick')]).map(({ target }) => target.name);
    expect(names).toEqual(['slow', 'quick']);
  });

  it('leave a member of several pools to the first', () => {
    const [a, b, c] = [member('a'), member('b', { firstTokenP50Ms: 2000 }), member('c')];
    const pools = [pool([a, b]), { ...pool([b, c]), pool: 'other' }];
    const { proposals } = optimiseScheduler(initialOptimiser, eager, { at: 1, pools });
    expect(proposals.map(({ target, to }) => [target.name, to > 1])).toEqual([
      ['a', true],
      ['b', false],
    ]);
  });

  it('leave alone what is wrong by less than the dead band', () => {
    const near = [member('a'), member('b', { firstTokenP50Ms: 590 })];
    expect(proposedFor(near, schedulerOptimiserSchema.parse({ wantedIntervals: 1 }))).toEqual([]);
    expect(proposedFor(near)).toHaveLength(2);
  });
});

/** Members as they really are, under a load that is shared out by weight. */
interface Real {
  readonly seconds: number;
  readonly success: number;
  readonly maxConcurrent?: number;
  readonly weight: number;
}
const real = fc.record(
  {
    seconds: fc.double({ min: 0.05, max: 5, noNaN: true }),
    success: fc.double({ min: 0.8, max: 1, noNaN: true }),
    maxConcurrent: fc.integer({ min: 4, max: 64 }),
    // Within the bounds around their mean.
    weight: fc.double({ min: 0.5, max: 4, noNaN: true }),
  },
  { requiredKeys: ['seconds', 'success', 'weight'] },
);
const reals = fc.array(real, { minLength: 2, maxLength: 6 });

/** `callsPerSecond` of 0 is a load that does not depend on the weights. */
function runPool(members: readonly Real[], callsPerSecond: number, intervals: number, noise = () => 1) {
  const weights = members.map(({ weight }) => weight);
  const proposals = run(intervals, (applied) => {
    for (const { kind, target, to } of applied) if (kind === 'weight') weights[Number(target.name)] = to;
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    return pool(
      members.map(({ seconds, success, maxConcurrent, weight }, index) => {
        // Little's law.
        const wanted = callsPerSecond * (weights[index]! / total) * seconds;
        const outstandingMean = Math.min(wanted, maxConcurrent ?? Infinity);
        return member(String(index), {
          weight: weights[index]!,
          configuredWeight: weight,
          successShare: success,
          firstTokenP50Ms: seconds * 1000 * noise(),
          outstandingMean,
          ...(maxConcurrent !== undefined && { maxConcurrent, configuredMaxConcurrent: maxConcurrent }),
        });
      }),
    );
  });
  return { proposals, weights };
}

/** How often a number was moved the other way than before. */
function reversals(proposals: readonly Proposal[]): number {
  const last = new Map<string, number>();
  return proposals.filter(({ target, from, to }) => {
    const direction = Math.sign(to - from);
    const before = last.get(target.name) ?? direction;
    last.set(target.name, direction);
    return before !== direction;
  }).length;
}

describe('the weights of a stationary pool', () => {
  it('go straight to what is deserved where the load does not answer to them, and stay', () => {
    fc.assert(
      fc.property(reals, (members) => {
        const { proposals, weights } = runPool(members, 0, 200);
        expect(reversals(proposals)).toBe(0);
        expect(proposals.filter(({ interval }) => interval > 100)).toEqual([]);
        const services = members.map(({ seconds, success }) =>
          Math.min(Math.max(success / Math.max(seconds, 0.1), 0.1), 10),
        );
        const configured = members.reduce((sum, { weight }) => sum + weight, 0);
        const total = services.reduce((sum, service) => sum + service, 0);
        const mean = configured / members.length;
        weights.forEach((weight, index) => {
          const deserved = Math.min(Math.max((services[index]! / total) * configured, 0.1 * mean), 10 * mean);
          expect(Math.abs(Math.log(weight / deserved))).toBeLessThan(Math.log(1.2) + 0.01);
        });
      }),
      WHOLE,
    );
  });

  it('come to rest also where the load answers to them', () => {
    fc.assert(
      fc.property(reals, fc.double({ min: 0.05, max: 1.2, noNaN: true }), (members, load) => {
        const places = members.reduce((sum, { maxConcurrent = 20 }) => sum + maxConcurrent, 0);
        const seconds = members.reduce((sum, member) => sum + member.seconds, 0) / members.length;
        const { proposals } = runPool(members, (load * places) / seconds, 200);
        expect(proposals.filter(({ interval }) => interval > 100)).toEqual([]);
        expect(reversals(proposals)).toBeLessThanOrEqual(2 * members.length);
      }),
      { numRuns: 200, ...WHOLE },
    );
  });

  it('hardly move for noise of a tenth', () => {
    const random = seededRandom(7);
    // Four uniform numbers make nearly a normal one, of a deviation of 0.1.
    const noise = () => Math.exp(0.173 * (random() + random() + random() + random() - 2));
    const members = [0.4, 0.6, 1, 1.5].map((seconds) => ({ seconds, success: 1, weight: 1 }));
    const { proposals } = runPool(members, 0, 1000, noise);
    // Of 4,000 chances.
    expect(proposals.filter(({ interval }) => interval > 100).length).toBeLessThan(10);
  });

  it('never leave their bounds, nor go further in a step than they may', () => {
    const wild = fc.record({
      attempts: fc.constantFrom(0, 29, 30, 500),
      successShare: fc.double({ min: 0, max: 1, noNaN: true }),
      firstTokenP50Ms: fc.double({ min: 0, max: 1e6, noNaN: true }),
      outstandingMean: fc.double({ min: 0, max: 1e6, noNaN: true }),
      outstandingMax: fc.nat(100),
      rateLimited: fc.nat(30),
      atCapacity: fc.nat(100),
    });
    const intervals = fc.array(fc.tuple(wild, wild, wild), { minLength: 20, maxLength: 60 });
    fc.assert(
      fc.property(intervals, (figures) => {
        const weights = [1, 2, 3];
        const limits = [2, 8, 50];
        const evidence: number[] = [];
        const proposals = run(figures.length, (applied, interval) => {
          for (const { kind, target, to } of applied) {
            const numbers = kind === 'weight' ? weights : limits;
            numbers[Number(target.name)] = to;
            evidence.push(figures[interval - 2]![Number(target.name)]!.attempts);
          }
          return pool(
            figures[interval - 1]!.map((wild, index) =>
              member(String(index), {
                ...wild,
                weight: weights[index]!,
                configuredWeight: index + 1,
                maxConcurrent: limits[index]!,
                configuredMaxConcurrent: [2, 8, 50][index]!,
              }),
            ),
          );
        });
        expect(evidence.filter((attempts) => attempts < 30)).toEqual([]);
        for (const { kind, from, to, target } of proposals) {
          const configured = [2, 8, 50][Number(target.name)]!;
          const whole = kind === 'max-concurrent';
          expect(Math.abs(to - from)).toBeLessThanOrEqual(Math.max(whole ? 1 : 0, from * 0.25) + 1e-9);
          expect(to).toBeGreaterThanOrEqual(whole ? Math.max(1, configured / 4) : 0.1);
          expect(to).toBeLessThanOrEqual(whole ? configured * 4 : 30);
        }
      }),
      WHOLE,
    );
  });
});

describe('limits of attempts in flight', () => {
  const limit = (figures: Partial<InstanceFigures>) =>
    proposedFor([
      member('a', { maxConcurrent: 8, configuredMaxConcurrent: 8, outstandingMax: 8, ...figures }),
    ]);

  it.each<[string, Partial<InstanceFigures>, Partial<Proposal>]>([
    [
      'up where calls are turned away and all is well',
      { atCapacity: 11 },
      { to: 9, reason: 'turned-away-while-healthy' },
    ],
    ['down where too many fail', { successShare: 0.89 }, { to: 6, reason: 'failing-at-this-load' }],
    ['down where the provider says 429', { rateLimited: 50 }, { to: 6, reason: 'rate-limited-at-this-load' }],
  ])('go %s', (_, figures, expected) => {
    expect(limit(figures)).toMatchObject([
      { kind: 'max-concurrent', target: { kind: 'instance', name: 'a' }, from: 8, ...expected },
    ]);
    expect(limit({ ...figures, attempts: 29, rateLimited: 0 })).toEqual([]);
  });

  it.each<[string, Partial<InstanceFigures>]>([
    ['nothing is wrong', {}],
    ['hardly any call is turned away', { atCapacity: 10 }],
    ['calls are turned away, but some fail', { atCapacity: 500, successShare: 0.95 }],
    ['many fail, but a lower limit would not be felt', { successShare: 0.5, outstandingMax: 6 }],
    ['it is at its lower bound', { successShare: 0.5, maxConcurrent: 2 }],
    ['it is at its upper bound', { atCapacity: 500, maxConcurrent: 32 }],
  ])('stay where %s', (_, figures) => {
    expect(limit(figures)).toEqual([]);
  });

  it('are not set where there is none', () => {
    expect(proposedFor([member('a', { atCapacity: 500, successShare: 0.5 })])).toEqual([]);
  });

  it('are proposed for pools as for instances', () => {
    const given = pool([], { maxConcurrent: 16, configuredMaxConcurrent: 16, atCapacity: 100 });
    const { proposals } = optimiseScheduler(initialOptimiser, eager, { at: 1, pools: [given] });
    expect(proposals).toMatchObject([{ target: { kind: 'pool', name: 'fast' }, from: 16, to: 17 }]);
  });

  /** An instance that can really take `capacity` at once; what is more fails, is refused, or makes all slower. */
  function runLimit(
    configured: number,
    capacity: number,
    wanted: number,
    harm: 'fails' | 'says 429' | 'slows',
  ) {
    let limit = configured;
    const proposals = run(500, (applied) => {
      for (const proposal of applied) limit = proposal.to;
      const outstanding = Math.min(limit, wanted);
      const over = Math.max(0, outstanding - capacity) / outstanding;
      return pool([
        member('a', {
          maxConcurrent: limit,
          configuredMaxConcurrent: configured,
          outstandingMean: outstanding,
          outstandingMax: outstanding,
          atCapacity: wanted > limit ? 100 : 0,
          successShare: harm === 'fails' ? 1 - over : 1,
          rateLimited: harm === 'says 429' ? Math.round(1000 * over) : 0,
          firstTokenP95Ms: harm === 'slows' ? 1000 * (1 + 4 * over) : 1000,
        }),
      ]);
    });
    return { proposals, limit };
  }

  it.each(['fails', 'says 429', 'slows'] as const)(
    'find what an instance can really take that %s above it, and try for more ever more rarely',
    (harm) => {
      fc.assert(
        fc.property(
          fc.integer({ min: 4, max: 40 }),
          fc.double({ min: 0.4, max: 3, noNaN: true }),
          (configured, factor) => {
            const capacity = Math.max(
              2,
              Math.round(configured * (harm === 'slows' ? Math.max(1, factor) : factor)),
            );
            const { proposals, limit } = runLimit(configured, capacity, 1000, harm);
            expect(limit).toBeGreaterThanOrEqual(capacity * 0.7);
            expect(limit).toBeLessThanOrEqual(Math.max(capacity * 1.2, capacity + 1, configured / 4 + 1));
            expect(proposals.filter(({ interval }) => interval > 300).length).toBeLessThanOrEqual(2);
          },
        ),
        { numRuns: 50, ...WHOLE },
      );
    },
  );

  it('take back a raise that made answers slower, and say so', () => {
    const { proposals, limit } = runLimit(8, 12, 1000, 'slows');
    expect(limit).toBe(12);
    expect(
      proposals.slice(0, 6).map(({ interval, from, to, reason }) => [interval, from, to, reason]),
    ).toEqual([
      [3, 8, 9, 'turned-away-while-healthy'],
      [6, 9, 10, 'turned-away-while-healthy'],
      [9, 10, 11, 'turned-away-while-healthy'],
      [12, 11, 12, 'turned-away-while-healthy'],
      [15, 12, 13, 'turned-away-while-healthy'],
      [26, 13, 12, 'worse-since-last-change'],
    ]);
  });

  it('stay where nobody wants more', () => {
    expect(runLimit(16, 40, 10, 'fails').proposals).toEqual([]);
  });
});
