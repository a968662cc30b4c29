import fc from 'fast-check';
import { parse, stringify } from 'smol-toml';
import { describe, expect, it } from 'vitest';
import { keyPlaces } from './key-places.ts';

const text = `# comment with a = 1
title = "[not.a.table]"   # x = 2
[pools.fast]
  instances = ["a", 'b',   # two
    "c"]
options = { best = 2, weights = { load = 0.5 }, "odd key" = 1 }
story = """
[fake]
key = "value" \\""" still
"""
[[groups.one.tiers]]
name = "first"
[groups.one.tiers.limits]
rpm = 1
[[groups.one.tiers]]
name = "second"
limits.rpm = 2
[pools."gpt-4.1"]
when = 2026-01-01 10:00:00
`;

describe('the places of keys', () => {
  const find = keyPlaces(text);

  it.each([
    ['title', 2, 1, 1],
    ['pools', 3, 1, 1],
    ['pools fast', 3, 1, 2],
    ['pools fast instances', 4, 3, 3],
    ['pools fast instances 1', 4, 21, 4],
    ['pools fast instances 2', 5, 5, 4],
    ['pools fast options weights load', 6, 35, 5],
    ['pools fast story', 7, 1, 3],
    ['groups one tiers 0 name', 12, 1, 5],
    ['groups one tiers 0 limits rpm', 14, 1, 6],
    ['groups one tiers 1', 15, 1, 4],
    ['groups one tiers 1 name', 16, 1, 5],
    ['groups one tiers 1 limits rpm', 17, 1, 6],
    ['pools gpt-4.1 when', 19, 1, 3],
    // What is not written has the place of what it would stand in.
    ['pools fast strategy', 3, 1, 2],
    ['groups one tiers 1 pools', 15, 1, 4],
    ['groups one fallback', 11, 1, 2],
  ])('%s', (path, line, column, depth) => {
    expect(find(path.split(' '))).toEqual({ line, column, depth });
  });

  it('has keys with blanks in them', () => {
    expect(find(['pools', 'fast', 'options', 'odd key'])).toMatchObject({ line: 6, depth: 4 });
  });

  it('has none for a table that is not there', () => {
    expect(find(['fake', 'key'])).toBeUndefined();
    expect(find([])).toBeUndefined();
  });

  it('finds every key of any document', () => {
    const key = fc.string({ minLength: 1, maxLength: 6, unit: 'grapheme-ascii' });
    const scalar = fc.oneof(fc.string(), fc.integer(), fc.boolean());
    const { table } = fc.letrec<{ table: Record<string, unknown>; value: unknown }>((tie) => ({
      value: fc.oneof({ maxDepth: 3 }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('table')),
      table: fc.dictionary(key, tie('value'), { maxKeys: 4 }),
    }));
    fc.assert(
      fc.property(table, (document) => {
        const written = stringify(document);
        const places = keyPlaces(written);
        for (const path of pathsOf(parse(written))) {
          const { depth, line, column } = places(path)!;
          expect({ path, depth }).toEqual({ path, depth: path.length });
          const last = path.at(-1)!;
          const shown = /^\d+$/.test(last) ? '' : JSON.stringify(last).slice(1, -1);
          expect(written.split('\n')[line - 1]!.slice(column - 1)).toContain(shown);
        }
      }),
    );
  });
});

function pathsOf(value: unknown, path: readonly string[] = []): string[][] {
  if (typeof value !== 'object' || value === null) return [[...path]];
  const below = Object.entries(value).flatMap(([key, inner]) => pathsOf(inner, [...path, key]));
  return path.length > 0 ? [[...path], ...below] : below;
}
