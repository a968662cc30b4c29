import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  fromMillionths,
  millionths,
  resourceCapacitySchema,
  resourceRequirementSchema,
} from './resource-amounts.ts';

describe('amounts of resources', () => {
  it.each([
    ['a capacity of nothing', resourceCapacitySchema, { cpu: 0 }],
    ['a capacity below nothing', resourceCapacitySchema, { cpu: -1 }],
    ['a requirement below nothing', resourceRequirementSchema, { cpu: -0.1 }],
    ['more than can be counted', resourceRequirementSchema, { bytes: 32_000_000_000 }],
    ['a name without a letter', resourceCapacitySchema, { '1': 1 }],
    ['what is no number', resourceCapacitySchema, { cpu: '8' }],
  ])('cannot be %s', (_, schema, given) => {
    expect(schema.safeParse(given).error?.issues[0]?.path).toEqual([Object.keys(given)[0]]);
  });

  it('keep their names as they are written', () => {
    expect(resourceCapacitySchema.parse({ memory_gib: 32, 'gpu-share': 0.5 })).toEqual({
      memory_gib: 32,
      'gpu-share': 0.5,
    });
    expect(resourceRequirementSchema.parse({ gpu: 0 })).toEqual({ gpu: 0 });
  });

  it('are exact to the sixth place, up to the largest', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000_000), fc.nat(999_999), (whole, rest) => {
        const amount = Number(`${whole}.${String(rest).padStart(6, '0')}`);
        expect(millionths(amount)).toBe(whole * 1_000_000 + rest);
        expect(fromMillionths(millionths(amount))).toBe(amount);
      }),
    );
  });
});
