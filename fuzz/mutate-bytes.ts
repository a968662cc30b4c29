import type { Dice } from './dice.ts';

// prettier-ignore
const INTERESTING = [
  '\0', '\r\n', '\n\n', '"', '\\', '{', '}', '[', ']', ',', ':', '\uFEFF', '\u2028', '\uFFFF', '0', '-', '1e999',
  '\\u0000', '\\ud800', '__proto__', 'data: ', '0\r\n\r\n', '\x1b[2J', '%00', '../', '<script>',
].map((text) => Buffer.from(text));
const NOT_UTF8 = [[0xff], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]].map(
  (bytes) => Buffer.from(bytes),
);

/** Changes bytes without knowing what they mean, in one to four places. */
export function mutateBytes(given: Uint8Array, dice: Dice, others: readonly Uint8Array[]): Buffer {
  let bytes: Buffer = Buffer.from(given);
  for (let count = 1 + dice.skewed(4); count > 0; count--) bytes = mutateOnce(bytes, dice, others);
  return bytes;
}

function mutateOnce(bytes: Buffer, dice: Dice, others: readonly Uint8Array[]): Buffer {
  const at = dice.int(bytes.length + 1);
  const until = Math.min(bytes.length, at + 1 + dice.skewed(64));
  switch (dice.int(9)) {
    case 0:
      return changed(bytes, at, (byte) => byte ^ (1 << dice.int(8)));
    case 1:
      return changed(bytes, at, () => dice.int(256));
    case 2:
      return changed(bytes, at, (byte) => byte + (dice.chance(0.5) ? 1 : -1));
    case 3:
      return spliced(bytes, at, until, Buffer.alloc(0));
    case 4:
      return spliced(bytes, at, at, bytes.subarray(at, until));
    case 5:
      return spliced(bytes, at, at, dice.pick(INTERESTING));
    case 6:
      return spliced(bytes, at, at, dice.pick(NOT_UTF8));
    case 7:
      return bytes.subarray(0, at);
    default: {
      const other = dice.pick(others);
      const from = dice.int(other.length + 1);
      return spliced(bytes, at, until, other.subarray(from, from + dice.skewed(512)));
    }
  }
}

function changed(bytes: Buffer, at: number, change: (byte: number) => number): Buffer {
  const byte = bytes[at];
  if (byte !== undefined) bytes[at] = change(byte);
  return bytes;
}

function spliced(bytes: Buffer, from: number, until: number, inserted: Uint8Array): Buffer {
  return Buffer.concat([bytes.subarray(0, from), inserted, bytes.subarray(until)]);
}
