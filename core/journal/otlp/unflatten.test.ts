import { describe, expect, it } from 'vitest';
import { unflatten } from './unflatten.ts';

describe('names that were flattened', () => {
  it('become lists and objects again, lists in numeric order and without gaps', () => {
    const found = unflatten(
      [
        ['m.10.role', 'c'],
        ['m.2.role', 'b'],
        ['m.0.role', 'a'],
        ['m.0.parts.1', 'y'],
        ['m.0.parts.0', 'x'],
        ['mm.0', 'not this'],
        ['m', 'nor this'],
      ],
      'm',
    );
    expect(found?.value).toEqual([{ role: 'a', parts: ['x', 'y'] }, { role: 'b' }, { role: 'c' }]);
    expect(found?.taken).toHaveLength(5);
  });

  it('leave out what is in the place of something else, and what is too deep', () => {
    const deep = `m.${Array(40).fill('a').join('.')}`;
    expect(
      unflatten(
        [
          ['m.a', 1],
          ['m.a.b', 2],
          ['m.a', 3],
          [deep, 4],
        ],
        'm',
      ),
    ).toEqual({ value: { a: 1 }, taken: ['m.a'] });
    expect(unflatten([[deep, 4]], 'm')).toBeUndefined();
    expect(unflatten([], 'm')).toBeUndefined();
  });

  it('reach no prototype', () => {
    const found = unflatten([['m.__proto__.x', 1]], 'm');
    expect(({} as { x?: unknown }).x).toBeUndefined();
    expect(Object.keys(found!.value as object)).toEqual(['__proto__']);
  });
});
