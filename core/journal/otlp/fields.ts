import { BinaryReader, WireType } from '@bufbuild/protobuf/wire';

/** A body that is not what its message says; `path` leads to the place, outermost name first. */
export class Malformed extends Error {
  readonly path: string[] = [];

  /** The same, seen from one message further out. */
  under(name: string): this {
    this.path.unshift(name);
    return this;
  }
}

/** One field of a message in both encodings of OTLP: how it is read, and what it is where it is absent. */
export interface Field<Value> {
  readonly no: number;
  readonly wireType: WireType;
  /** Its `wire` reads one element then. */
  readonly repeated: boolean;
  readonly absent: Value;
  json(given: unknown): Value;
  wire(reader: BinaryReader): unknown;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Values<Given extends Fields> = {
  readonly [Name in keyof Given]: Given[Name] extends Field<infer Value> ? Value : never;
};

/** A message: it comes out with all of its fields and no others. */
export interface Message<Value> {
  json(given: unknown): Value;
  wire(bytes: Uint8Array): Value;
}

/**
 * A message of these fields by their names in JSON (lowerCamelCase). Unknown fields are passed over, as the protocol
 * demands; a field of a wrong type throws `Malformed`, and so does a body that breaks off (or an error of the reader).
 */
export function message<Given extends Fields>(fields: Given): Message<Values<Given>> {
  const all = Object.entries(fields);
  const byNumber = new Map(all.map(([name, field]) => [field.no, { name, field }]));
  return {
    json(given) {
      const object = asObject(given);
      const values: Record<string, unknown> = {};
      for (const [name, field] of all) {
        const value = object[name];
        values[name] = isAbsent(value) ? field.absent : within(name, () => field.json(value));
      }
      return values as Values<Given>;
    },
    wire(bytes) {
      const values: Record<string, unknown> = {};
      for (const [name, field] of all) values[name] = field.repeated ? [] : field.absent;
      eachField(bytes, (reader, no, wireType) => {
        const known = byNumber.get(no);
        if (!known) return false;
        const { name, field } = known;
        const value = within(name, () => {
          expectWireType(wireType, field.wireType);
          return field.wire(reader);
        });
        if (field.repeated) (values[name] as unknown[]).push(value);
        else values[name] = value;
        return true;
      });
      return values as Values<Given>;
    },
  };
}

/** Walks the fields of an encoded message; `read` says whether it has taken one, else that is passed over. */
export function eachField(
  bytes: Uint8Array,
  read: (reader: BinaryReader, no: number, wireType: WireType) => boolean,
): void {
  const reader = new BinaryReader(bytes);
  while (reader.pos < reader.len) {
    const [no, wireType] = reader.tag();
    if (!read(reader, no, wireType)) reader.skip(wireType, no);
  }
  if (reader.pos > reader.len) throw new Malformed('breaks off');
}

export function expectWireType(found: WireType, expected: WireType): void {
  if (found !== expected) throw new Malformed(`has wire type ${found}, not ${expected}`);
}

export function asObject(given: unknown): Readonly<Record<string, unknown>> {
  if (typeof given === 'object' && given !== null && !Array.isArray(given)) {
    return given as Readonly<Record<string, unknown>>;
  }
  throw new Malformed('is not an object');
}

export function asArray(given: unknown): readonly unknown[] {
  if (Array.isArray(given)) return given;
  throw new Malformed('is not an array');
}

/** In JSON, null is a field that is not there. */
export function isAbsent(value: unknown): value is undefined | null {
  return value === undefined || value === null;
}

/** Runs `read`; what it finds malformed is so under `name`. */
export function within<Value>(name: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw error instanceof Malformed ? error.under(name) : error;
  }
}

/** A message within a message; nothing where it is absent. */
export function nested<Value>(no: number, of: Message<Value>): Field<Value | undefined> {
  return {
    no,
    wireType: WireType.LengthDelimited,
    repeated: false,
    absent: undefined,
    json: (given) => of.json(given),
    wire: (reader) => of.wire(reader.bytes()),
  };
}

export function list<Value>(no: number, of: Message<Value>): Field<readonly Value[]> {
  return {
    no,
    wireType: WireType.LengthDelimited,
    repeated: true,
    absent: [],
    json: (given) => asArray(given).map((item, index) => within(String(index), () => of.json(item))),
    wire: (reader) => of.wire(reader.bytes()),
  };
}
