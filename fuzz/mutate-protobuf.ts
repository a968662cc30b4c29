import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import type { Dice } from './dice.ts';

/** A message by its numbers alone: varints and fixed numbers as they are, what has a length as bytes, text or a message. */
export type Wire = readonly WireField[];
export type WireField = readonly [no: number, value: bigint | Fixed | Uint8Array | string | Wire];
/** A number of eight bytes. */
export interface Fixed {
  readonly fixed64: bigint;
}

export function encodeWire(message: Wire): Uint8Array {
  const writer = new BinaryWriter();
  for (const [no, value] of message) {
    if (typeof value === 'bigint') writer.tag(no, WireType.Varint).uint64(BigInt.asUintN(64, value));
    else if (typeof value === 'string') writer.tag(no, WireType.LengthDelimited).string(value);
    else if (value instanceof Uint8Array) writer.tag(no, WireType.LengthDelimited).bytes(value);
    else if ('fixed64' in value) writer.tag(no, WireType.Bit64).fixed64(BigInt.asUintN(64, value.fixed64));
    else writer.tag(no, WireType.LengthDelimited).bytes(encodeWire(value));
  }
  return writer.finish();
}

/** The same read back; what cannot be a message stays bytes. Throws where the whole is no message. */
export function decodeWire(bytes: Uint8Array): Wire {
  const reader = new BinaryReader(bytes);
  const fields: WireField[] = [];
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (wireType === WireType.Varint) fields.push([no, BigInt(reader.uint64())]);
    else if (wireType === WireType.Bit64) fields.push([no, { fixed64: BigInt(reader.fixed64()) }]);
    else if (wireType === WireType.LengthDelimited) fields.push([no, decodeInner(reader.bytes())]);
    else throw new Error(`wire type ${wireType}`);
  }
  return fields;
}

function decodeInner(bytes: Uint8Array): Uint8Array | Wire {
  if (bytes.length === 0) return bytes;
  try {
    return decodeWire(bytes);
  } catch {
    return bytes;
  }
}

const NUMBERS = [0n, 1n, -1n, 127n, 128n, 2n ** 31n, 2n ** 32n, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n];
const TEXTS = [
  '',
  '\0',
  '__proto__',
  'constructor',
  'x'.repeat(2_000),
  'gen_ai.prompt.0.__proto__.polluted',
  '\uD800',
];

/** Changes fields of a message at any depth, so that the lengths around them stay right, in one to four places. */
export function mutateWire(message: Wire, dice: Dice): Wire {
  let changed = message;
  for (let count = 1 + dice.skewed(4); count > 0; count--) changed = mutateOnce(changed, dice);
  return changed;
}

function mutateOnce(message: Wire, dice: Dice): Wire {
  const at = dice.int(message.length);
  const field = message[at];
  if (!field) return [[1 + dice.int(20), dice.pick(NUMBERS)]];
  const [no, value] = field;
  if (Array.isArray(value) && dice.chance(0.8)) {
    return message.with(at, [no, mutateOnce(value as Wire, dice)]);
  }
  switch (dice.int(7)) {
    case 0:
      return message.toSpliced(at, 1);
    case 1:
      return message.toSpliced(at, 0, ...Array.from({ length: dice.chance(0.05) ? 50 : 1 }, () => field));
    case 2:
      return message.with(at, [1 + dice.int(20), value]);
    case 3:
      return message.with(at, [no, dice.pick(NUMBERS)]);
    case 4:
      return message.with(at, [no, dice.pick(TEXTS)]);
    case 5:
      return message.with(at, [no, { fixed64: dice.pick(NUMBERS) }]);
    default:
      return message.with(at, [no, nested(field, dice.chance(0.1) ? 200 : 1 + dice.int(4))]);
  }
}

/** The field within itself. */
function nested(field: WireField, depth: number): Wire {
  let inner: Wire = [field];
  for (let level = 0; level < depth; level++) inner = [[field[0], inner]];
  return inner;
}
