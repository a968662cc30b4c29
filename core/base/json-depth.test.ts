import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isNestedDeeper } from './json-depth.ts';

function depthOf(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  return 1 + Math.max(0, ...Object.values(value).map(depthOf));
}

describe('the depth of a JSON text', () => {
  it('is that of what it says, whatever its strings hold', () => {
    const text = fc.string({ unit: fc.constantFrom('"', '\\', '[', ']', '{', '}', 'a', '\u0000') });
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 6 }, text, fc.array(tie('value')), fc.dictionary(text, tie('value'))),
    }));
    fc.assert(
      fc.property(value, fc.integer({ min: 0, max: 8 }), (value, levels) => {
        expect(isNestedDeeper(JSON.stringify(value), levels)).toBe(depthOf(value) > levels);
      }),
    );
  });

  it.each([
    ['[', 0, true],
    ['[]', 1, false],
    ['[][][]', 1, false],
    ['"[[[', 0, false],
    ['"\\\\"[', 0, true],
    ['"\\"[', 0, false],
    ['{'.repeat(100_000), 64, true],
    ['', 0, false],
  ])('of %j is more than %i: %s', (text, levels, expected) => {
    expect(isNestedDeeper(text, levels)).toBe(expected);
  });
});
