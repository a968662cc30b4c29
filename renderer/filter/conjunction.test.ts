import fc from 'fast-check';
import { expect, test } from 'vitest';
import { partsOf, whereOf } from './conjunction.ts';

const textsOf = (where: string) => partsOf(where).map(({ text }) => text);

test.each([
  ['', []],
  ["status == 'failed'", ["status == 'failed'"]],
  ["status == 'failed' && cost > 1.0", ["status == 'failed'", 'cost > 1.0']],
  ["name == 'a && b' && calls > 2", ["name == 'a && b'", 'calls > 2']],
  [String.raw`name == 'it\'s && so' && calls > 2`, [String.raw`name == 'it\'s && so'`, 'calls > 2']],
  [String.raw`name == r'\' && calls > 2`, [String.raw`name == r'\'`, 'calls > 2']],
  ['(a && b) && [c && d].size() == 1', ['(a && b)', '[c && d].size() == 1']],
  ['a && b || c', ['a && b || c']],
  ['a ? b && c : d', ['a ? b && c : d']],
  ['a && (b || c)', ['a', '(b || c)']],
  ["name == 'open && more", ["name == 'open && more"]],
])('%s has the parts %j', (where, parts) => {
  expect(textsOf(where)).toEqual(parts);
});

test('a part knows where it is', () => {
  const where = "  status == 'failed'  &&  cost > 1.0 ";
  for (const { text, start } of partsOf(where)) expect(where.slice(start, start + text.length)).toBe(text);
});

test('what binds weaker than && is kept together beside others', () => {
  expect(whereOf(['a || b', 'c'])).toBe('(a || b) && c');
  expect(whereOf(['a || b'])).toBe('a || b');
  expect(whereOf([])).toBe('');
});

test('parts that were put together come apart the same way', () => {
  const part = fc.constantFrom('a', "name == 'x && y'", '(b || c)', 'd[0] > 1', 'f(g && h)', '!i');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
      expect(textsOf(whereOf(parts))).toEqual(parts);
    }),
  );
});
