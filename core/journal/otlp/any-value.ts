import { base64Encode, WireType } from '@bufbuild/protobuf/wire';
import type { JsonValue } from '../../base/json.ts';
import {
  asArray,
  asObject,
  eachField,
  expectWireType,
  isAbsent,
  Malformed,
  within,
  type Field,
} from './fields.ts';
import { readInt64, readString } from './scalars.ts';

/**
 * An attribute. OTLP sends a list and not a map: a key may come twice, and one such as `__proto__` is a key like any
 * other.
 */
export type Attribute = readonly [key: string, value: JsonValue];

/** Values within values: no attribute of anybody is deeper, and a deeper one is an attack on whoever reads it. */
const DEEPEST = 64;

/** A value of any type. What JSON cannot say (NaN, bytes, integers past 2^53) is the text that ProtoJSON has for it. */
export function anyValue(no: number): Field<JsonValue> {
  return {
    no,
    wireType: WireType.LengthDelimited,
    repeated: false,
    absent: null,
    json: (given) => valueFromJson(given, 1),
    wire: (reader) => valueFromWire(reader.bytes(), 1),
  };
}

export function attributes(no: number): Field<readonly Attribute[]> {
  return {
    no,
    wireType: WireType.LengthDelimited,
    repeated: true,
    absent: [],
    json: (given) => pairsFromJson(given, 1),
    wire: (reader) => pairFromWire(reader.bytes(), 1),
  };
}

function valueFromJson(given: unknown, depth: number): JsonValue {
  checkDepth(depth);
  const object = asObject(given);
  for (const [name, read] of JSON_FORMS) {
    const value = object[name];
    if (!isAbsent(value)) return within(name, () => read(value, depth));
  }
  return null;
}

const JSON_FORMS: readonly (readonly [string, (given: unknown, depth: number) => JsonValue])[] = [
  ['stringValue', readString],
  ['boolValue', readBoolean],
  ['intValue', (given) => sayInteger(readInt64(given))],
  ['doubleValue', readDouble],
  ['arrayValue', (given, depth) => valuesOf(given).map((item) => valueFromJson(item ?? {}, depth + 1))],
  ['kvlistValue', (given, depth) => Object.fromEntries(pairsFromJson(valuesOf(given), depth + 1))],
  ['bytesValue', readString],
];

function valuesOf(given: unknown): readonly unknown[] {
  return asArray(asObject(given)['values'] ?? []);
}

function pairsFromJson(given: unknown, depth: number): readonly Attribute[] {
  return asArray(given).map((item, index) =>
    within(String(index), () => {
      const { key, value } = asObject(item);
      const name = isAbsent(key) ? '' : within('key', () => readString(key));
      return [name, isAbsent(value) ? null : within('value', () => valueFromJson(value, depth))] as const;
    }),
  );
}

function readBoolean(given: unknown): boolean {
  if (typeof given === 'boolean') return given;
  throw new Malformed('is not true or false');
}

function readDouble(given: unknown): JsonValue {
  const value = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
  if (typeof value !== 'number' || (Number.isNaN(value) && given !== 'NaN'))
    throw new Malformed('is not a number');
  return sayDouble(value);
}

function valueFromWire(bytes: Uint8Array, depth: number): JsonValue {
  checkDepth(depth);
  let value: JsonValue = null;
  eachField(bytes, (reader, no, wireType) => {
    if (no > WIRE_TYPES.length) return false;
    expectWireType(wireType, WIRE_TYPES[no - 1]!);
    switch (no) {
      case 1:
        value = reader.string();
        return true;
      case 2:
        value = reader.bool();
        return true;
      case 3:
        value = sayInteger(BigInt(reader.int64()));
        return true;
      case 4:
        value = sayDouble(reader.double());
        return true;
      case 5:
        value = itemsOf(reader.bytes()).map((item) => valueFromWire(item, depth + 1));
        return true;
      case 6:
        value = Object.fromEntries(itemsOf(reader.bytes()).map((item) => pairFromWire(item, depth + 1)));
        return true;
      default:
        value = base64Encode(reader.bytes());
        return true;
    }
  });
  return value;
}

/** Of the fields of AnyValue, from 1. */
const WIRE_TYPES = [
  WireType.LengthDelimited,
  WireType.Varint,
  WireType.Varint,
  WireType.Bit64,
  WireType.LengthDelimited,
  WireType.LengthDelimited,
  WireType.LengthDelimited,
] as const;

/** What stands in field 1 of an ArrayValue or a KeyValueList. */
function itemsOf(bytes: Uint8Array): readonly Uint8Array[] {
  const items: Uint8Array[] = [];
  eachField(bytes, (reader, no, wireType) => {
    if (no !== 1) return false;
    expectWireType(wireType, WireType.LengthDelimited);
    items.push(reader.bytes());
    return true;
  });
  return items;
}

function pairFromWire(bytes: Uint8Array, depth: number): Attribute {
  let key = '';
  let value: JsonValue = null;
  eachField(bytes, (reader, no, wireType) => {
    if (no !== 1 && no !== 2) return false;
    expectWireType(wireType, WireType.LengthDelimited);
    if (no === 1) key = reader.string();
    else value = valueFromWire(reader.bytes(), depth);
    return true;
  });
  return [key, value];
}

function sayInteger(value: bigint): JsonValue {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value.toString();
}

function sayDouble(value: number): JsonValue {
  // There is no -0 in JSON.
  return Number.isFinite(value) ? value + 0 : String(value);
}

function checkDepth(depth: number): void {
  if (depth > DEEPEST) throw new Malformed(`is deeper than ${DEEPEST} values within values`);
}
