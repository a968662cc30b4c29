import { xxh64 } from './xxh64.ts';

/** 64 bits as two halves, each a whole number from 0 to 2^32 - 1: cheaper to mix than a bigint. */
export interface Hash {
  readonly high: number;
  readonly low: number;
}

/** The XXH64 of a text. */
export function hashOf(text: string): Hash {
  const hash = xxh64(text);
  return { high: Number(hash >> 32n), low: Number(hash & 0xffff_ffffn) };
}

/** A number in (0, 1), neither end included, that depends on all bits of both; 52 bits fine. */
export function unitOf(one: Hash, other: Hash): number {
  const low = finalise(one.low ^ other.low);
  const high = finalise(one.high ^ other.high ^ low);
  return ((high >>> 6) * 67_108_864 + (finalise(low ^ high) >>> 6) + 0.5) / 4_503_599_627_370_496;
}

/** The 32-bit finaliser of MurmurHash3. */
function finalise(word: number): number {
  let mixed = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}
