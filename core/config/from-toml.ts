import { z } from 'zod';
import { camelKeys, snakeCase } from './snake-case.ts';
import { isTable, type Table } from './table.ts';

/** A key that the schema does not have. */
export interface UnknownKey {
  readonly path: readonly PropertyKey[];
  /** The keys that it could have been, as they are written. */
  readonly known: readonly string[];
}

interface Read {
  /** For the schema to parse: in camel case, without the unknown keys. */
  readonly value: unknown;
  readonly unknown: readonly UnknownKey[];
}

/**
 * What TOML has in snake case, with the keys of the schema, which are in camel case. Names are not keys: a record's
 * stay as they are, and so does what a schema takes as JSON. Only the snake case is a way to write a key.
 */
export function fromToml(schema: z.core.$ZodType, written: unknown): Read {
  const unknown: UnknownKey[] = [];
  return { value: read(schema, written, [], unknown), unknown };
}

function read(
  schema: z.core.$ZodType,
  written: unknown,
  path: readonly PropertyKey[],
  unknown: UnknownKey[],
): unknown {
  const inner = unwrapped(schema);
  if (Array.isArray(written)) {
    if (!(inner instanceof z.ZodArray)) return written;
    return written.map((element, index) => read(inner.element, element, [...path, index], unknown));
  }
  if (!isTable(written)) return written;
  // The options of a strategy inside those of another: their schema checks them once the strategy is known.
  if (inner instanceof z.ZodRecord && inner.valueType instanceof z.ZodUnknown) return camelKeys(written);
  const members = membersOf(inner, written);
  if (!members) return written;
  const entries: [string, unknown][] = [];
  for (const [key, value] of Object.entries(written)) {
    const member = members.get(key);
    if (!member) unknown.push({ path: [...path, key], known: [...members.keys()] });
    else entries.push([member.key, read(member.schema, value, [...path, key], unknown)]);
  }
  return Object.fromEntries(entries);
}

interface Member {
  /** As the schema has it. */
  readonly key: string;
  readonly schema: z.core.$ZodType;
}

/** The keys that a table may have, as they are written; nothing where the schema does not say. */
function membersOf(schema: z.core.$ZodType, written: Table): ReadonlyMap<string, Member> | undefined {
  if (schema instanceof z.ZodRecord) {
    const { keyType, valueType } = schema;
    const names = keyType instanceof z.ZodEnum ? keyType.options.map(String) : Object.keys(written);
    return new Map(names.map((name) => [name, { key: name, schema: valueType }]));
  }
  const objects = objectsOf(schema);
  if (objects.length === 0) return undefined;
  const members = objects.flatMap(({ shape }) => Object.entries(shape));
  return new Map(members.map(([key, member]) => [snakeCase(key), { key, schema: member }]));
}

/** Those that a value could be; of a union there may be several. */
function objectsOf(schema: z.core.$ZodType): readonly z.ZodObject[] {
  const inner = unwrapped(schema);
  if (inner instanceof z.ZodObject) return [inner];
  return inner instanceof z.ZodUnion ? inner.options.flatMap(objectsOf) : [];
}

/** Without what only completes or converts it. */
function unwrapped(schema: z.core.$ZodType): z.core.$ZodType {
  if (schema instanceof z.ZodPipe) {
    return unwrapped(schema.in instanceof z.ZodTransform ? schema.out : schema.in);
  }
  const wraps =
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodExactOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault;
  return wraps ? unwrapped(schema.unwrap()) : schema;
}
