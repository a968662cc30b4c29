import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { elementRanges, memberRange, memberRanges } from './json-ranges.ts';

const spaced = fc.constantFrom(undefined, 1, '\t', '\r\n');

describe('the ranges of a JSON text', () => {
  it('cut out every member of any object, whatever it holds and however it is spaced', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), spaced, (value, space) => {
        const json = JSON.stringify(value, undefined, space);
        const ranges = memberRanges(json);
        const cut = [...ranges].map(([key, { start, end }]) => [
          key,
          JSON.parse(json.slice(start, end)) as unknown,
        ]);
        expect(cut).toEqual(Object.entries(JSON.parse(json) as object));
      }),
    );
  });

  it('are the same for one member alone, however its key is written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string(), spaced, (value, other, space) => {
        const json = JSON.stringify(value, undefined, space);
        const ranges = memberRanges(json);
        for (const key of [...ranges.keys(), other]) expect(memberRange(json, key)).toEqual(ranges.get(key));
      }),
    );
    for (const json of ['{"a":1,"model":"x"}', '{"model":1,"m\\u006fdel":"x"}', '{"model":1,"model":"x"}']) {
      const { start, end } = memberRange(json, 'model')!;
      expect(json.slice(start, end)).toBe('"x"');
    }
    expect(memberRange('["model"]', 'model')).toBeUndefined();
  });

  it('cut out every element of any array', () => {
    fc.assert(
      fc.property(fc.array(fc.jsonValue()), spaced, (values, space) => {
        const json = JSON.stringify({ before: '[', list: values }, undefined, space);
        const cut = elementRanges(json, memberRanges(json).get('list')!).map(({ start, end }) =>
          json.slice(start, end),
        );
        expect(cut.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(values)));
      }),
    );
  });

  it('takes the last of a repeated key, as JSON.parse does', () => {
    const json = '{"model":"a","model":"b"}';
    const { start, end } = memberRanges(json).get('model')!;
    expect(json.slice(start, end)).toBe('"b"');
  });

  it('finds nothing in what is not an object or not an array', () => {
    expect(memberRanges(' [1, 2] ').size).toBe(0);
    expect(elementRanges('"text"', { start: 0, end: 6 })).toEqual([]);
  });
});
