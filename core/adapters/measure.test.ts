import { describe, expect, it } from 'vitest';
import { compileMeasure } from './measure.ts';

function measure(source: string, document: unknown): number | undefined {
  const compiled = compileMeasure(source);
  if (!compiled.ok) throw new Error(compiled.error);
  return compiled.value(document);
}

describe('a measure', () => {
  it.each([
    ['count ids', { ids: ['a', 'b'] }, 1],
    ['count ids.*', { ids: ['a', 'b'] }, 2],
    ['count ids.*', { ids: [] }, 0],
    ['count ids.*', { ids: null }, undefined],
    ['count ids.*', {}, undefined],
    ['count *', [1, 2, 3], 3],
    ['count *', { a: 1, b: 2 }, 2],
    ['count ids.**', { ids: [['a', 'b'], [], ['c']] }, 3],
    ['count **', ['a', 'b'], 2],
    ['count ids.*.*', { ids: [['a', 'b'], ['c']] }, 3],
    ['distinct *.page', [{ page: 1 }, { page: 2 }, { page: 1 }, {}], 2],
    ['distinct *.page', [{}], undefined],
    ['distinct *.page', [], undefined],
    [
      'distinct **.meta.file,page',
      [[{ meta: { file: 'a', page: 1 } }], [{ meta: { file: 'b', page: 1 } }]],
      2,
    ],
    ['distinct **.meta.file,page', [{ meta: { file: 'a' } }], undefined],
    ['sum hits.*.size', { hits: [{ size: 2 }, { size: 3 }, { size: 'x' }] }, 5],
    ['sum hits.*.size', { hits: [] }, undefined],
    ['value', 42, 42],
    ['value total', { total: 7 }, 7],
    ['value total', { total: '7' }, undefined],
    ['value __proto__', {}, undefined],
    ['  count   ids.*  ', { ids: [1] }, 1],
  ])('%s of %j is %s', (source, document, expected) => {
    expect(measure(source, document)).toBe(expected);
  });

  it.each(['', 'count', 'sum', 'distinct', 'mean a', 'count a..b', 'count a b', 'ids.*'])(
    'is refused where it is none: %j',
    (source) => expect(compileMeasure(source)).toMatchObject({ ok: false }),
  );

  it('ends, however deep or wide what it measures is', () => {
    let deep: unknown = [];
    for (let depth = 0; depth < 100_000; depth++) deep = [deep];
    expect(measure('count **', deep)).toBe(1);
    const wide = Array.from({ length: 1_100 }, () => Array.from({ length: 1_000 }, () => 0));
    expect(measure('count *.*', wide)).toBeUndefined();
  });
});
