import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiteralScanner } from './literal-scanner.ts';

/** One by one, as a check. */
function scanned(literals: readonly string[], text: string): string[] {
  const lower = text.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase());
  const found: string[] = [];
  for (const [literal, wanted] of literals.entries()) {
    for (let at = 0; at <= text.length; at++) {
      if (lower.startsWith(wanted.toLowerCase(), at)) found.push(`${literal}@${at}`);
    }
  }
  return found.toSorted();
}

describe('all of many texts at once', () => {
  const few = fc.constantFrom('a', 'b', 'A', '_', '-', 'k', 'K', 'é', '\u212A');
  const text = fc.array(few, { maxLength: 40 }).map((chars) => chars.join(''));
  const literal = fc.stringMatching(/^[abkABK_-]{1,5}$/);

  it('are found wherever they begin, over each other and in each other, in any case', () => {
    fc.assert(
      fc.property(fc.uniqueArray(literal, { minLength: 1, maxLength: 8 }), text, (literals, within) => {
        const hits = new LiteralScanner(literals).scan(within);
        const found: string[] = [];
        for (let index = 0; index < hits.length; index += 2) found.push(`${hits[index]}@${hits[index + 1]}`);
        expect(found.toSorted()).toEqual(scanned(literals, within));
      }),
      { numRuns: 500 },
    );
  });

  it('come in the order in which they end', () => {
    expect(new LiteralScanner(['abc', 'b', 'cd']).scan('abcd')).toEqual([1, 1, 0, 0, 2, 2]);
  });

  it('must be ASCII', () => {
    expect(() => new LiteralScanner(['é'])).toThrow('not ASCII');
  });
});
