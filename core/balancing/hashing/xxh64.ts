const MASK = 0xffff_ffff_ffff_ffffn;
const PRIME_1 = 0x9e3779b185ebca87n;
const PRIME_2 = 0xc2b2ae3d27d4eb4fn;
const PRIME_3 = 0x165667b19e3779f9n;
const PRIME_4 = 0x85ebca77c2b2ae63n;
const PRIME_5 = 0x27d4eb2f165667c5n;

/** XXH64 of a text as UTF-8 (https://github.com/Cyan4973/xxHash, doc/xxhash_spec.md); a few µs for a short one. */
export function xxh64(text: string, seed = 0n): bigint {
  return xxh64OfBytes(new TextEncoder().encode(text), seed);
}

/** 64 bits, unsigned. */
export function xxh64OfBytes(bytes: Uint8Array, seed = 0n): bigint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = 0;
  let hash = seed + PRIME_5;
  if (bytes.length >= 32) {
    const lanes = [seed + PRIME_1 + PRIME_2, seed + PRIME_2, seed, seed - PRIME_1];
    for (; at + 32 <= bytes.length; at += 32) {
      for (let lane = 0; lane < 4; lane++) {
        lanes[lane] = round(lanes[lane]!, view.getBigUint64(at + lane * 8, true));
      }
    }
    const [one, two, three, four] = lanes as [bigint, bigint, bigint, bigint];
    hash = rotate(one, 1n) + rotate(two, 7n) + rotate(three, 12n) + rotate(four, 18n);
    for (const lane of lanes) hash = (hash ^ round(0n, lane)) * PRIME_1 + PRIME_4;
  }
  hash = (hash + BigInt(bytes.length)) & MASK;
  for (; at + 8 <= bytes.length; at += 8) {
    hash = rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME_1 + PRIME_4;
  }
  if (at + 4 <= bytes.length) {
    hash = rotate(hash ^ (BigInt(view.getUint32(at, true)) * PRIME_1), 23n) * PRIME_2 + PRIME_3;
    at += 4;
  }
  for (; at < bytes.length; at++) {
    hash = rotate(hash ^ (BigInt(bytes[at]!) * PRIME_5), 11n) * PRIME_1;
  }
  return avalanche(hash & MASK);
}

function round(lane: bigint, input: bigint): bigint {
  return (rotate(lane + input * PRIME_2, 31n) * PRIME_1) & MASK;
}

function rotate(value: bigint, bits: bigint): bigint {
  const word = value & MASK;
  return ((word << bits) | (word >> (64n - bits))) & MASK;
}

function avalanche(hash: bigint): bigint {
  let mixed = ((hash ^ (hash >> 33n)) * PRIME_2) & MASK;
  mixed = ((mixed ^ (mixed >> 29n)) * PRIME_3) & MASK;
  return mixed ^ (mixed >> 32n);
}
