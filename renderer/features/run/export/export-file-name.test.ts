import fc from 'fast-check';
import { expect, test } from 'vitest';
import { WRITER_NAMES } from '../../../../core/formats/names.ts';
import type { RunId } from '../../../../core/base/ids.ts';
import { exportFileName } from './export-file-name.ts';

const id = '0123456789abcdef0123456789abcdef' as RunId;

test.each([
  ['research agent', 'har', 'research agent.har'],
  ['研究', 'html', '研究.html'],
  ['python ../a/b.py --x="1"', 'chrome', 'python ..-a-b.py --x=-1.trace.json'],
  ['..', 'otlp-json', '01234567.otlp.json'],
  ['a'.repeat(200), 'speedscope', `${'a'.repeat(60)}.speedscope.json`],
] as const)('%s as %s is saved as %s', (name, format, expected) => {
  expect(exportFileName({ id, name }, format)).toBe(expected);
});

test('no name leads out of the folder, or is hidden in it', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.constantFrom(...WRITER_NAMES), (name, format) => {
      const file = exportFileName({ id, name }, format);
      expect(file).toMatch(/^[^\s.\p{Cc}<>:"/\\|?*][^\p{Cc}<>:"/\\|?*]*$/u);
      expect(new TextEncoder().encode(file).length).toBeLessThanOrEqual(255);
    }),
  );
});
