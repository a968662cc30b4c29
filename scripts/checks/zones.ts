import { relative } from 'node:path';
import { sourceFiles } from '../syntax.ts';
import { root, runTool } from '../tools.ts';
import type { CheckResult } from './result.ts';

/** The typed zones: each has its own standard library and globals. */
export const ZONES = {
  'pure core': 'core/tsconfig.json',
  'core/api': 'core/api/tsconfig.json',
  'node, electron, tests': 'tsconfig.json',
  'the window': 'renderer/tsconfig.json',
} as const;

/** A source that no zone includes would never be type-checked. */
export async function checkZones(): Promise<CheckResult> {
  const checked = new Set<string>();
  for (const project of Object.values(ZONES)) {
    const { code, output } = await runTool('tsc', ['-p', project, '--listFilesOnly']);
    if (code !== 0) return { ok: false, output };
    for (const file of output.split('\n')) checked.add(relative(root, file.trim()).replaceAll('\\', '/'));
  }
  const outside = sourceFiles().filter((path) => !checked.has(path));
  const output = outside.map((path) => `${path}: no tsconfig includes it`).join('\n');
  return { ok: outside.length === 0, output, note: `${sourceFiles().length} sources` };
}
