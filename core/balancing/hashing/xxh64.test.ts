import { describe, expect, it } from 'vitest';
import { xxh64, xxh64OfBytes } from './xxh64.ts';

const PRIME32_1 = 2_654_435_761n;

/** The buffer of xxHash's own self-test: the top byte of a 32-bit number that is squared again and again. */
function sanityBuffer(length: number): Uint8Array {
  let generator = Number(PRIME32_1);
  return Uint8Array.from({ length }, () => {
    const byte = generator >>> 24;
    generator = Math.imul(generator, generator) >>> 0;
    return byte;
  });
}

describe('xxh64', () => {
  it.each([
    ['', 0n, 0xef46db3751d8e999n],
    ['', 1n, 0xd5afba1336a3be4bn],
    ['a', 0n, 0xd24ec4f1a98c6e5bn],
    ['as', 0n, 0x1c330fb2d66be179n],
    ['asd', 0n, 0x631c37ce72a97393n],
    ['asdf', 0n, 0x415872f599cea71en],
    ['Call me Ishmael.', 0n, 0x6d04390fc9d61a90n],
    ['Some years ago--never mind how long precisely-', 0n, 0x8f26f2b986afdc52n],
    ['Nobody inspects the spammish repetition', 0n, 0xfbcea83c8a378bf1n],
  ])('of %j with seed %d is as the reference says', (text, seed, expected) => {
    expect(xxh64(text, seed)).toBe(expected);
  });

  // The self-test of xxHash r39 (programs/bench.c), with a buffer of 101 bytes.
  it.each([
    [0, 0n, 0xef46db3751d8e999n],
    [0, PRIME32_1, 0xac75fda2929b17efn],
    [1, 0n, 0x4fce394cc88952d8n],
    [1, PRIME32_1, 0x739840cb819fa723n],
    [14, 0n, 0xcffa8db881bc3a3dn],
    [14, PRIME32_1, 0x5b9611585efcc9cbn],
    [101, 0n, 0x0eab543384f878adn],
    [101, PRIME32_1, 0xcaa65939306f1e21n],
  ])('of %d bytes with seed %d is as the self-test says', (length, seed, expected) => {
    expect(xxh64OfBytes(sanityBuffer(length), seed)).toBe(expected);
  });
});
