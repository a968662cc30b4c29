import { WireType, type BinaryReader } from '@bufbuild/protobuf/wire';
import { Malformed, type Field } from './fields.ts';

const LARGEST_UINT64 = 2n ** 64n - 1n;
const [SMALLEST_INT64, LARGEST_INT64] = [-(2n ** 63n), 2n ** 63n - 1n];

/** The longest id is that of a trace, 16 bytes; of what is longer only so much is kept as shows that it is. */
const LONGEST_ID = 17;

export function string(no: number): Field<string> {
  return scalar(no, WireType.LengthDelimited, '', readString, (reader) => reader.string());
}

/** The id of a trace or a span: lower-case hex, of whatever length. In JSON it is hex too, not base64. */
export function id(no: number): Field<string> {
  return scalar(
    no,
    WireType.LengthDelimited,
    '',
    (given) => readString(given).toLowerCase(),
    (reader) => hexOf(reader.bytes()),
  );
}

/** Unix time in nanoseconds, which is past what a number can say exactly; 0 where it is absent. */
export function time(no: number): Field<bigint> {
  return scalar(
    no,
    WireType.Bit64,
    0n,
    (given) => readInteger(given, 0n, LARGEST_UINT64),
    (reader) => BigInt(reader.fixed64()),
  );
}

export function uint32(no: number): Field<number> {
  return scalar(no, WireType.Varint, 0, readUint32, (reader) => reader.uint32());
}

export function fixed32(no: number): Field<number> {
  return scalar(no, WireType.Bit32, 0, readUint32, (reader) => reader.fixed32());
}

/** A number; in JSON its name is understood too, although OTLP does not allow it. */
export function enumeration(no: number, names: readonly string[]): Field<number> {
  const read = (given: unknown): number => {
    if (typeof given !== 'string' || /^-?\d+$/.test(given))
      return Number(readInteger(given, -(2n ** 31n), 2n ** 31n - 1n));
    const index = names.indexOf(given);
    if (index < 0) throw new Malformed(`is none of ${names.join(', ')}`);
    return index;
  };
  return scalar(no, WireType.Varint, 0, read, (reader) => reader.int32());
}

export function readString(given: unknown): string {
  if (typeof given === 'string') return given;
  throw new Malformed('is not a string');
}

/** 64-bit integers are strings in the JSON of Protocol Buffers; numbers are understood as far as they are whole. */
function readInteger(given: unknown, least: bigint, most: bigint): bigint {
  const isText = typeof given === 'string' && /^-?\d{1,20}$/.test(given);
  if (!isText && !(typeof given === 'number' && Number.isInteger(given))) {
    throw new Malformed('is not a whole number');
  }
  const value = BigInt(given);
  if (value < least || value > most) throw new Malformed(`is not between ${least} and ${most}`);
  return value;
}

export function readInt64(given: unknown): bigint {
  return readInteger(given, SMALLEST_INT64, LARGEST_INT64);
}

function readUint32(given: unknown): number {
  return Number(readInteger(given, 0n, 2n ** 32n - 1n));
}

const HEX = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'));

/** By a table: there are two or three ids in every span. */
function hexOf(bytes: Uint8Array): string {
  let hex = '';
  for (const byte of bytes.subarray(0, LONGEST_ID)) hex += HEX[byte]!;
  return hex;
}

function scalar<Value>(
  no: number,
  wireType: WireType,
  absent: Value,
  json: (given: unknown) => Value,
  wire: (reader: BinaryReader) => Value,
): Field<Value> {
  return { no, wireType, repeated: false, absent, json, wire };
}
