import type { Algorithm, Member } from './placement.ts';
import type { Hash } from './unit.ts';
import { xxh64 } from './xxh64.ts';

/** Primes, each about four times the one before; every member should have a hundred slots or more. */
export const MAGLEV_TABLE_SIZES = [1021, 4093, 16_381, 65_537, 131_071] as const;

/**
 * Maglev hashing (Eisenbud et al., NSDI 2016, § 3.4): a table whose slots the members take in turn, each by a
 * permutation of its own; a key's slot is its hash modulo the table's size. Equal members have slot counts that differ
 * by 1 at most; on a change a few keys of other members move as well. `size` is prime.
 */
export function maglev(size: number): Algorithm {
  return (members) => {
    const table = maglevTable(members, size);
    return {
      place(key, accepts) {
        if (members.length === 0) return undefined;
        const start = modulo(key, size);
        for (let step = 0; step < size; step++) {
          const owner = table[(start + step) % size]!;
          if (accepts(owner)) return owner;
        }
        return undefined;
      },
    };
  };
}

function modulo({ high, low }: Hash, size: number): number {
  return ((high % size) * (4_294_967_296 % size) + low) % size;
}

/**
 * The owner of each slot, as its place in `members`. Bit for bit what Envoy builds, weights included: a member takes a
 * slot in each round, or in as many of them as its share of the highest weight.
 */
export function maglevTable(members: readonly Member[], size: number): Int32Array {
  const table = new Int32Array(size).fill(-1);
  const highest = Math.max(...members.map((member) => member.weight));
  const entries = members
    .map(({ instance, weight }, owner) => ({
      instance,
      owner,
      weight,
      target: 0,
      slot: Number(xxh64(instance) % BigInt(size)),
      skip: Number(xxh64(instance, 1n) % BigInt(size - 1)) + 1,
    }))
    .toSorted((one, other) => (one.instance < other.instance ? -1 : 1));
  let filled = entries.length === 0 ? size : 0;
  for (let round = 1; filled < size; round++) {
    for (const entry of entries) {
      if (filled === size) break;
      if (round * entry.weight < entry.target) continue;
      entry.target += highest;
      while (table[entry.slot] !== -1) entry.slot = (entry.slot + entry.skip) % size;
      table[entry.slot] = entry.owner;
      filled++;
    }
  }
  return table;
}
