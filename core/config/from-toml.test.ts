import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { fromToml } from './from-toml.ts';

const limits = z.strictObject({ maxRpm: z.int().exactOptional() }).prefault({});
const schema = z.strictObject({
  maxLength: z.int().default(1),
  limits,
  byName: z.record(z.string(), limits),
  byKind: z.partialRecord(z.enum(['big-one', 'small']), limits),
  list: z.array(limits),
  action: z.union([z.literal('next-tier'), z.strictObject({ toGroup: z.string() })]),
  arguments: z.record(z.string(), z.json()),
  options: z.record(z.string(), z.unknown()),
  late: z.strictObject({ isLate: z.boolean() }).transform(({ isLate }) => isLate),
});

describe('reading TOML for a schema', () => {
  it.each([
    [{ max_length: 3 }, { maxLength: 3 }],
    [{ limits: { max_rpm: 3 } }, { limits: { maxRpm: 3 } }],
    [{ by_name: { my_name: { max_rpm: 3 } } }, { byName: { my_name: { maxRpm: 3 } } }],
    [{ by_kind: { 'big-one': { max_rpm: 3 } } }, { byKind: { 'big-one': { maxRpm: 3 } } }],
    [{ list: [{ max_rpm: 3 }, 4] }, { list: [{ maxRpm: 3 }, 4] }],
    [{ action: { to_group: 'x' } }, { action: { toGroup: 'x' } }],
    [{ action: 'next_tier' }, { action: 'next_tier' }],
    [{ arguments: { my_key: { a_b: 1 } } }, { arguments: { my_key: { a_b: 1 } } }],
    [{ options: { my_key: { a_b: 1 } } }, { options: { myKey: { aB: 1 } } }],
    [{ late: { is_late: true } }, { late: { isLate: true } }],
    // What has another type than it should is left to the schema.
    [
      { limits: 3, list: { max_rpm: 1 } },
      { limits: 3, list: { max_rpm: 1 } },
    ],
  ])('%j', (written, value) => {
    expect(fromToml(schema, written)).toEqual({ value, unknown: [] });
  });

  it('leaves a date where a table belongs', () => {
    const limits = new Date(0);
    expect(fromToml(schema, { limits }).value).toEqual({ limits });
  });

  it('takes the keys out that are not known, with those that are', () => {
    const written = { maxLength: 3, by_name: { one: { max_rmp: 1, max_rpm: 2 } }, by_kind: { smal: {} } };
    expect(fromToml(schema, written)).toEqual({
      value: { byName: { one: { maxRpm: 2 } }, byKind: {} },
      unknown: [
        { path: ['maxLength'], known: expect.arrayContaining(['max_length', 'by_name']) },
        { path: ['by_name', 'one', 'max_rmp'], known: ['max_rpm'] },
        { path: ['by_kind', 'smal'], known: ['big-one', 'small'] },
      ],
    });
  });
});
