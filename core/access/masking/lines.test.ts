import fc from 'fast-check';
import { expect, it } from 'vitest';
import { eachLine } from './lines.ts';

it('visits what stands between the ends of lines, whatever those are', () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\r', '\n') });
  fc.assert(
    fc.property(text, (given) => {
      const lines: string[] = [];
      eachLine(given, (start, end) => lines.push(given.slice(start, end)));
      expect(lines).toEqual(given.split(/[\r\n]/));
    }),
  );
});
