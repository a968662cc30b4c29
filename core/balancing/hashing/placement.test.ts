import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { maglev, maglevTable, MAGLEV_TABLE_SIZES } from './maglev.ts';
import type { Member } from './placement.ts';
import { rendezvous } from './rendezvous.ts';
import { ring } from './ring.ts';
import { hashOf, unitOf } from './unit.ts';
import { xxh64 } from './xxh64.ts';

const member = (instance: string, weight = 1): Member => ({ instance, weight });
const members = (count: number) => Array.from({ length: count }, (_, index) => member(`instance-${index}`));
const KEYS = Array.from({ length: 4000 }, (_, index) => hashOf(`key ${index}`));

const ALGORITHMS = { rendezvous, ring: ring(160), maglev: maglev(65_537) };

/** The name of each key's member. */
function placed(
  algorithm: keyof typeof ALGORITHMS,
  among: readonly Member[],
  accepts: (index: number) => boolean = () => true,
) {
  const placement = ALGORITHMS[algorithm](among);
  return KEYS.map((key) => among[placement.place(key, accepts)!]!.instance);
}

describe.each(['rendezvous', 'ring', 'maglev'] as const)('placement by %s', (algorithm) => {
  it('has no place among nobody, or where nobody accepts', () => {
    expect(ALGORITHMS[algorithm]([]).place(KEYS[0]!, () => true)).toBeUndefined();
    expect(ALGORITHMS[algorithm](members(3)).place(KEYS[0]!, () => false)).toBeUndefined();
  });

  it('does not depend on the order of the members', () => {
    expect(placed(algorithm, members(5).toReversed())).toEqual(placed(algorithm, members(5)));
  });

  it('gives shares in proportion to the weights', () => {
    const owners = placed(algorithm, [member('a', 1), member('b', 2), member('c', 5)]);
    const share = (name: string) => owners.filter((owner) => owner === name).length / KEYS.length;
    expect(Math.abs(share('a') - 1 / 8)).toBeLessThan(0.04);
    expect(Math.abs(share('b') - 2 / 8)).toBeLessThan(0.06);
    expect(Math.abs(share('c') - 5 / 8)).toBeLessThan(0.06);
  });

  it('moves no key but those of the members that do not accept', () => {
    const before = placed(algorithm, members(6));
    const after = placed(algorithm, members(6), (index) => index !== 2);
    const stayed = before.map((owner, key) => after[key] === owner);
    expect(stayed).toEqual(before.map((owner) => owner !== 'instance-2'));
  });

  it('moves few keys when a member leaves', () => {
    const before = placed(algorithm, members(10));
    const after = placed(
      algorithm,
      members(10).filter(({ instance }) => instance !== 'instance-3'),
    );
    const moved = before.filter((owner, key) => owner !== after[key]);
    const collateral = moved.filter((owner) => owner !== 'instance-3').length / KEYS.length;
    expect(moved.length / KEYS.length).toBeLessThan(1 / 10 + 0.03);
    expect(collateral).toBeLessThanOrEqual(algorithm === 'maglev' ? 0.01 : 0);
  });

  it('moves keys to one that joins, and hardly any between the others', () => {
    const before = placed(algorithm, members(9));
    const after = placed(algorithm, members(10));
    const moved = after.filter((owner, key) => owner !== before[key]);
    expect(moved.length / KEYS.length).toBeLessThan(1 / 10 + 0.03);
    const collateral = moved.filter((owner) => owner !== 'instance-9').length / KEYS.length;
    expect(collateral).toBeLessThanOrEqual(algorithm === 'maglev' ? 0.01 : 0);
  });
});

describe('rendezvous hashing', () => {
  it('moves at most 1/n + ε of the keys, for any set and any member of it', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.nat(), fc.nat(), (count, gone, salt) => {
        const set = Array.from({ length: count }, (_, index) => member(`${salt}-${index}`));
        const left = set[gone % count]!.instance;
        const before = placed('rendezvous', set);
        const after = placed(
          'rendezvous',
          set.filter(({ instance }) => instance !== left),
        );
        const moved = before.filter((owner, key) => owner !== after[key]);
        expect(moved.every((owner) => owner === left)).toBe(true);
        expect(moved.length / KEYS.length).toBeLessThan(1 / count + 0.045);
      }),
      { numRuns: 30 },
    );
  });

  it('draws a number that is never 0 and never 1', () => {
    const word = fc.integer({ min: 0, max: 0xffff_ffff });
    const hash = fc.record({ high: word, low: word });
    fc.assert(
      fc.property(hash, hash, (one, other) => {
        const unit = unitOf(one, other);
        expect(unit > 0 && unit < 1).toBe(true);
      }),
    );
  });
});

// envoyproxy/envoy, test/extensions/load_balancing_policies/maglev/maglev_lb_test.cc
describe("Envoy's Maglev tables", () => {
  const addresses = [
    '127.0.0.1:90',
    '127.0.0.1:91',
    '127.0.0.1:92',
    '127.0.0.1:93',
    '127.0.0.1:94',
    '127.0.0.1:95',
  ];

  it.each([
    ['Basic', addresses, [2, 4, 0, 1, 5, 0, 3]],
    ['BasicWithHostName', ['90', '91', '92', '93', '94', '95'], [2, 5, 0, 3, 4, 1, 0]],
  ])('%s', (_name, names, expected) => {
    expect([
      ...maglevTable(
        names.map((name) => member(name)),
        7,
      ),
    ]).toEqual(expected);
  });

  it('Weighted', () => {
    const table = maglevTable([member('127.0.0.1:90', 1), member('127.0.0.1:91', 2)], 17);
    expect([...table]).toEqual([1, 0, 0, 1, 0, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 0, 1]);
  });

  it('LocalityWeightedDifferentLocalityWeights: 8, 2 and none at all', () => {
    const table = maglevTable([member('127.0.0.1:90', 8), member('127.0.0.1:91', 2)], 17);
    expect([...table]).toEqual([1, 0, 0, 0, 0, 0, 1, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0]);
  });

  it('LocalityWeightedLopsided: the light ones have a slot each, the heavy one all others', () => {
    const hosts = Array.from({ length: 1024 }, (_, port) =>
      member(`127.0.0.1:${port}`, port === 0 ? 127 * 1023 : 1),
    );
    const counts = new Int32Array(1024);
    for (const owner of maglevTable(hosts, 65_537)) counts[owner]! += 1;
    expect(counts[0]).toBe(65_537 - 1023);
    expect(counts.subarray(1).every((count) => count === 1)).toBe(true);
  });

  it('gives equal members slot counts that differ by 1 at most', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30 }), (count) => {
        const counts = new Int32Array(count);
        for (const owner of maglevTable(members(count), 1021)) counts[owner]! += 1;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  it("take a key's slot as its hash modulo their size", () => {
    const own = Array.from({ length: 7 }, (_, index) => member(`${90 + index}`));
    for (const key of ['', 'a', 'run 1', 'run 2', 'a longer key than one would have']) {
      const owner = maglevTable(own, 1021)[Number(xxh64(key) % 1021n)];
      expect(maglev(1021)(own).place(hashOf(key), () => true)).toBe(owner);
    }
  });

  it('offers primes only as sizes', () => {
    const isPrime = (size: number) => {
      for (let divisor = 2; divisor * divisor <= size; divisor++) if (size % divisor === 0) return false;
      return true;
    };
    expect(MAGLEV_TABLE_SIZES.every(isPrime)).toBe(true);
  });
});
