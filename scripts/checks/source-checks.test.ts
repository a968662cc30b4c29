import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyIn } from './any-ratchet.ts';
import { findingsIn } from './hidden-world.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-checks-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function source(...lines: readonly string[]): string {
  const path = join(folder, 'source.ts');
  writeFileSync(path, lines.join('\n'));
  return path;
}

function hiddenWorld(...lines: readonly string[]) {
  return findingsIn(source(...lines)).map(({ place, what }) => `${place.split(':').at(-1)} ${what}`);
}

describe('no hidden world', () => {
  it('finds clocks, chance, timers, the process and node modules, with their lines', () => {
    const found = hiddenWorld(
      '/** naïve, with bytes of more than one: ü */',
      "import { readFileSync } from 'node:fs';",
      'export const a = [Date.now(), performance.now(), Math.random()];',
      'setTimeout(() => readFileSync(process.argv[2]!), 1);',
      'export const b = new Date();',
      "void fetch('/');",
    );
    expect(found).toEqual([
      '2 import of node:fs',
      '3 Date.now',
      '3 performance.now',
      '3 Math.random',
      '4 setTimeout()',
      '4 process',
      '5 new Date()',
      '6 fetch()',
    ]);
  });

  it('leaves words in comments and texts, other names and given dates alone', () => {
    const found = hiddenWorld(
      '// Date.now() and setTimeout( are spoken of only',
      "export const text = 'Math.random()';",
      'export const day = (millis: number) => new Date(millis);',
      'export const later = (clock: { setTimeout(): void; now(): number }) => [clock.setTimeout(), clock.now()];',
    );
    expect(found).toEqual([]);
  });
});

describe('any-ratchet', () => {
  it('counts annotations, assertions and type arguments, and no comments', () => {
    const path = source(
      '// any any any',
      'export const a: any = 1;',
      'export const b = a as any;',
      'export const c: Array<any> = [];',
      "export const d = { any: 'any' };",
    );
    expect(anyIn(path).map((place) => place.split(':').at(-1))).toEqual(['2', '3', '4']);
  });
});
