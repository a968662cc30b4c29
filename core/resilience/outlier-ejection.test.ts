import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NANOS_PER_MILLI } from '../base/units.ts';
import {
  ejectionOf,
  noteResult,
  sweep,
  type OutlierChange,
  type Standing,
  type Standings,
} from './outlier-ejection.ts';
import { outlierOptionsSchema, type OutlierOptions } from './outlier-options.ts';
import { successRateThreshold, type PoolMembers } from './outliers.ts';

const at = (seconds: number) => Math.round(seconds * 1000) * NANOS_PER_MILLI;

/** The instances of a host, with a clock. */
function watched(options: OutlierOptions, pools: PoolMembers) {
  const known = new Map<string, Standing>();
  const self = {
    changes: [] as OutlierChange[],
    get standings(): Standings {
      return known;
    },
    end(instance: string, outcome: 'success' | 'failure' | 'ignored', seconds: number, times = 1) {
      for (let time = 0; time < times; time++) {
        const noted = noteResult(known, options, { instance, outcome, now: at(seconds) }, pools);
        known.set(instance, noted.standing);
        self.changes.push(...noted.changes);
      }
    },
    sweep(seconds: number) {
      const swept = sweep(known, options, pools, at(seconds));
      known.clear();
      for (const [instance, standing] of swept.standings) known.set(instance, standing);
      self.changes.push(...swept.changes);
    },
    ejected: (seconds: number) =>
      [...new Set(pools.flat())].filter((instance) => ejectionOf(known, instance, at(seconds))),
  };
  return self;
}

/**
 * Plays a text: each line has a time in seconds, what happens (`a+200` successes, `a-5` failures at an instance, `*` for
 * all, `sweep`) and, after `|`, which are ejected then.
 */
function play(text: string, given: object, members: readonly string[]) {
  const host = watched(outlierOptionsSchema.parse(given), [members]);
  const lines = text.trim().split('\n');
  const seen = lines.map((line) => {
    const [, seconds, steps] = /^\s*(\d+(?:\.\d+)?)\s+([^|]*?)\s*\|/.exec(line) as unknown as [
      string,
      string,
      string,
    ];
    for (const step of steps.split(/\s+/)) {
      const load = /^(\w+|\*)([+-])(\d+)$/.exec(step);
      if (step === 'sweep') host.sweep(Number(seconds));
      else if (!load) throw new Error(`cannot read "${step}"`);
      else {
        const [, who, sign, times] = load as unknown as [string, string, '+' | '-', string];
        const outcome = sign === '+' ? 'success' : 'failure';
        for (const name of who === '*' ? members : [who])
          host.end(name, outcome, Number(seconds), Number(times));
      }
    }
    return `${line.slice(0, line.indexOf('|') + 1)} ${host.ejected(Number(seconds)).join(' ')}`.trimEnd();
  });
  return { seen, expected: lines.map((line) => line.trimEnd()), changes: host.changes };
}

const two = ['a', 'b'];
const five = ['a', 'b', 'c', 'd', 'e'];
const noConsecutive = { consecutiveFailures: 10_000 };

/** Ejected and brought back 30 times, each time 10 s later, then for the longest time again and again. */
function longer(first: number, last: number): string {
  let now = 0;
  const lines = ['0 a-5 | a'];
  for (let round = first; round <= last + 5; round++) {
    now += 10 * Math.min(round, last);
    lines.push(`${now - 1} sweep | a`, `${now} sweep |`, `${now} a-5 | a`);
  }
  return lines.join('\n');
}

describe('outlier ejection in the cases of Envoy outlier_detection_impl_test', () => {
  // Envoy's clusters of one host have two here: the last one is never ejected.
  it.each<[string, object, readonly string[], string]>([
    [
      'BasicFlow5xxViaHttpCodes',
      {},
      two,
      `
      0     a-1 a+1 a-4 |
      0     a-1         | a
      9.999 sweep       | a
      30.001 sweep      |
      40    a-4         |
      40    a-1         | a`,
    ],
    ['ExternalOriginEventsWithSplit', {}, two, `0 ${'a-1 a+1 '.repeat(100)} |\n0 a-5 | a`],
    [
      'BasicFlowSuccessRateExternalOrigin',
      noConsecutive,
      five,
      `
      0      *+200 e-200 |
      10     sweep       | e
      19.999 sweep       | e
      50.001 sweep       |
      50.001 *+25 e-25   |
      60.001 sweep       |`,
    ],
    ['EmptySuccessRate', { successRate: { minimumHosts: 1 } }, [], '10 sweep |'],
    [
      'BasicFlowFailurePercentageExternalOrigin',
      { ...noConsecutive, successRate: { minimumHosts: 6 }, failurePercentage: { enabled: true } },
      five,
      `
      0      *+50 d-250 e-300 |
      10     sweep            | e
      19.999 sweep            | e
      50.001 sweep            |
      50.001 *+25 e-25        |
      60.001 sweep            |`,
    ],
    ['Overflow', { maxEjectedShare: 0.01 }, ['a', 'b', 'c'], '0 a-5 | a\n0 b-5 | a'],
    ['Consecutive_5xxAlreadyEjected', {}, two, '0 a-5 | a\n0 a+1 a-5 | a'],
    [
      'EjectTimeBackoff',
      { ejectionMs: 10_000 },
      two,
      `
      0   a-5   | a
      10  sweep |
      10  a-5   | a
      20  sweep | a
      30  sweep |
      30  a-5   | a
      40  sweep | a
      50  sweep | a
      60  sweep |
      70  sweep |
      80  sweep |
      80  a-5   | a
      90  sweep | a
      100 sweep |
      ${Array.from({ length: 50 }, (_, index) => `${110 + 10 * index} sweep |`).join('\n')}
      610 a-5   | a
      619 sweep | a
      620 sweep |`,
    ],
    ['MaxEjectTime', { ejectionMs: 10_000 }, two, longer(1, 30)],
    ['MaxEjectTimeNotAlligned', { ejectionMs: 10_000, maxEjectionMs: 305_000 }, two, longer(1, 30.5)],
  ])('%s', (_, options, members, text) => {
    const { seen, expected } = play(text, options, members);
    expect(seen).toEqual(expected);
  });

  it('SRThreshold', () => {
    expect(successRateThreshold([50, 100, 100, 100, 100], 1.9)).toEqual({ mean: 90, threshold: 52 });
  });

  it('DetectorStaticConfig, …InvalidMaxEjectTime, …BaseLargerThanMaxNoMax', () => {
    expect(outlierOptionsSchema.parse({})).toEqual({
      consecutiveFailures: 5,
      sweepMs: 10_000,
      ejectionMs: 30_000,
      maxEjectionMs: 300_000,
      maxEjectedShare: 0.5,
      successRate: { minimumHosts: 5, minimumRequests: 100, deviations: 1.9 },
      failurePercentage: { enabled: false, minimumHosts: 5, minimumRequests: 50, threshold: 85 },
    });
    const wrong = outlierOptionsSchema.safeParse({ ejectionMs: 10_000, maxEjectionMs: 3_000 });
    expect(wrong.error?.issues).toMatchObject([{ path: ['maxEjectionMs'] }]);
    expect(outlierOptionsSchema.parse({ ejectionMs: 400_000 })).toMatchObject({ maxEjectionMs: 400_000 });
  });
});

describe('outlier ejection', () => {
  it('says why, for how long, and what it saw', () => {
    const { changes } = play('0 *+200 e-200 |\n10 sweep |\n40 sweep |', noConsecutive, five);
    expect(changes).toEqual([
      {
        instance: 'e',
        from: 'healthy',
        to: 'ejected',
        because: 'success-rate',
        evidence: { successRate: 0.5, mean: 0.9, threshold: expect.closeTo(0.52, 12) },
        forMs: 30_000,
      },
      { instance: 'e', from: 'ejected', to: 'healthy' },
    ]);
    const failing = { ...noConsecutive, failurePercentage: { enabled: true, minimumHosts: 1 } };
    expect(play('0 a-90 a+10 b+9 |\n10 sweep |', failing, two).changes).toMatchObject([
      { because: 'failure-percentage', evidence: { failurePercentage: 90, threshold: 85 } },
    ]);
  });

  it('says so when it would eject the last, or too many', () => {
    const consecutive = { because: 'consecutive-failures', evidence: { failures: 5 } };
    expect(play('0 a-5 |\n0 b-9 |', {}, two).changes).toMatchObject([
      { instance: 'a', to: 'ejected', ...consecutive },
      { instance: 'b', to: 'healthy', prevented: 'last', ...consecutive },
    ]);
    expect(play('0 a-5 b-5 c-5 |', {}, five).changes.slice(2)).toMatchObject([
      { instance: 'c', to: 'healthy', prevented: 'share', ...consecutive },
    ]);
    expect(play('0 z-5 |', {}, two).changes).toMatchObject([{ instance: 'z', prevented: 'last' }]);
  });

  it('brings an instance back when its time is over, without a sweep', () => {
    const host = watched(outlierOptionsSchema.parse({}), [two]);
    host.end('a', 'failure', 0, 5);
    expect(ejectionOf(host.standings, 'a', at(30) - 1)).toEqual({
      because: 'consecutive-failures',
      until: at(30),
    });
    expect(ejectionOf(host.standings, 'a', at(30))).toBeUndefined();
    host.end('a', 'ignored', 30);
    host.end('a', 'failure', 31, 4);
    expect(host.ejected(31)).toEqual([]);
    host.end('a', 'failure', 31);
    expect(host.changes.map(({ to }) => to)).toEqual(['ejected', 'healthy', 'ejected']);
    expect(ejectionOf(host.standings, 'a', at(90))).toMatchObject({ until: at(91) });
  });

  it('counts nothing of what ends while it is out, and nothing from before once it is back', () => {
    expect(play('0 a-12 |\n30 a-4 |', {}, five).changes).toMatchObject([
      { instance: 'a', to: 'ejected' },
      { instance: 'a', to: 'healthy' },
    ]);
    // Ejected for its rate, with four failures in a row.
    const { seen, expected } = play(
      `
      0  *+200 ${'e-4 e+1 '.repeat(40)} e-4 |
      10 sweep                              | e
      40 e-4                                |
      40 e-1                                | e`,
      {},
      five,
    );
    expect(seen).toEqual(expected);
  });

  it('ejects the worst first', () => {
    const options = { ...noConsecutive, failurePercentage: { enabled: true, minimumHosts: 1 } };
    expect(play('0 a-85 a+15 b-95 b+5 |\n10 sweep | b', options, ['a', 'b', 'c']).changes).toMatchObject([
      { instance: 'b', to: 'ejected' },
      { instance: 'a', to: 'healthy', evidence: { failurePercentage: 85 }, prevented: 'share' },
    ]);
  });

  it('does not compare what is in no pool together', () => {
    const pools = [five.slice(0, 3), five.slice(3)];
    const host = watched(
      outlierOptionsSchema.parse({ ...noConsecutive, successRate: { minimumHosts: 3 } }),
      pools,
    );
    for (const name of five) host.end(name, 'success', 0, 200);
    host.end('e', 'failure', 0, 200);
    host.sweep(10);
    expect(host.changes).toEqual([]);
  });

  it('forgets whatever has nothing against it', () => {
    const host = watched(outlierOptionsSchema.parse({}), [two]);
    host.end('a', 'failure', 0, 5);
    host.end('b', 'success', 0);
    for (const seconds of [10, 20, 30]) host.sweep(seconds);
    expect([...host.standings.keys()]).toEqual(['a']);
    for (const seconds of [40, 50]) host.sweep(seconds);
    expect(host.standings.size).toBe(0);
  });

  it('leaves every pool one, and ejects no more than its share or one, whatever happens', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f'];
    const pool = fc.uniqueArray(fc.constantFrom(...names), { minLength: 1 });
    const step = fc.record({
      wait: fc.constantFrom(0, 0, 1, 10),
      who: fc.constantFrom(...names),
      outcome: fc.constantFrom('failure', 'failure', 'failure', 'success', 'ignored'),
      sweeps: fc.constantFrom(true, false, false, false, false, false),
    });
    const share = fc.constantFrom(0, 0.34, 0.5, 1);
    const consecutive = fc.constantFrom(2, 100);
    const kinds = new Map<string, number>();
    fc.assert(
      fc.property(
        fc.array(pool, { maxLength: 4 }),
        share,
        consecutive,
        fc.array(step, { size: 'max', maxLength: 80 }),
        (pools, maxEjectedShare, consecutiveFailures, steps) => {
          const options = outlierOptionsSchema.parse({
            maxEjectedShare,
            consecutiveFailures,
            successRate: { minimumHosts: 2, minimumRequests: 2, deviations: 0.5 },
            failurePercentage: { enabled: true, minimumHosts: 1, minimumRequests: 2, threshold: 50 },
          });
          const host = watched(options, pools);
          let now = 0;
          for (const { wait, who, outcome, sweeps } of steps) {
            now += wait;
            if (sweeps) host.sweep(now);
            host.end(who, outcome, now);
            const out = host.ejected(now);
            for (const members of pools) {
              const ejected = members.filter((name) => out.includes(name)).length;
              expect(ejected).toBeLessThan(members.length);
              expect(ejected).toBeLessThanOrEqual(Math.max(1, maxEjectedShare * members.length));
            }
          }
          for (const change of host.changes) {
            const kind = 'because' in change ? `${change.because} ${change.to}` : 'back';
            kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
          }
        },
      ),
      { numRuns: 1000, seed: 4 },
    );
    for (const because of ['consecutive-failures', 'success-rate', 'failure-percentage']) {
      expect(kinds.get(`${because} ejected`)).toBeGreaterThan(50);
      expect(kinds.get(`${because} healthy`)).toBeGreaterThan(50);
    }
    expect(kinds.get('back')).toBeGreaterThan(50);
  });
});
