/** `npm run check`: types, lint, format, layers, unused code, packaging and our own ratchets. */
import { ALLOWED_ANY, findAny } from './checks/any-ratchet.ts';
import { findHiddenWorld } from './checks/hidden-world.ts';
import { checkLayers } from './checks/layers.ts';
import { checkPackaging } from './checks/packaging.ts';
import type { CheckResult } from './checks/result.ts';
import { checkZones, ZONES } from './checks/zones.ts';
import { runTool } from './tools.ts';

interface Check {
  readonly name: string;
  readonly run: () => Promise<CheckResult>;
}

/** Tools that bring their own threads come first, so that the single-threaded ones fill the other core. */
const CHECKS: readonly Check[] = [
  ...Object.entries(ZONES).map(([zone, project]) => ({ name: `types of ${zone}`, run: types(project) })),
  { name: 'lint (oxlint)', run: tool('oxlint', '--type-aware', '--deny-warnings') },
  { name: 'format (prettier)', run: tool('prettier', '--check', '--log-level', 'warn', '.') },
  { name: 'layers (dependency-cruiser)', run: checkLayers },
  { name: 'unused code (knip)', run: tool('knip', '--no-progress') },
  { name: 'every source has a type zone', run: checkZones },
  { name: 'packaging', run: checkPackaging },
  { name: 'no hidden world in core', run: checkHiddenWorld },
  { name: 'any-ratchet', run: checkAny },
];

function types(project: string): Check['run'] {
  return tool('tsc', '-p', project, '--pretty', 'false');
}

function tool(name: string, ...args: readonly string[]): Check['run'] {
  return async () => {
    const { code, output } = await runTool(name, args);
    return { ok: code === 0, output };
  };
}

async function checkHiddenWorld(): Promise<CheckResult> {
  const { files, findings } = findHiddenWorld();
  const output = findings.map(({ place, what }) => `${place}: ${what}; ask a port instead`).join('\n');
  return { ok: findings.length === 0, output, note: `${files} files` };
}

async function checkAny(): Promise<CheckResult> {
  const places = findAny();
  if (places.length === ALLOWED_ANY) return { ok: true, output: '', note: `${places.length} any` };
  if (places.length < ALLOWED_ANY) {
    const message = `${places.length} any: better than allowed. Lower ALLOWED_ANY in scripts/checks/any-ratchet.ts.`;
    return { ok: false, output: message };
  }
  return { ok: false, output: `${places.length} any, ${ALLOWED_ANY} allowed:\n${places.join('\n')}` };
}

export interface CheckCount {
  readonly passed: number;
  readonly failed: number;
}

/** Runs all checks, two at a time, and prints a line for each as it ends. */
export async function runChecks(): Promise<CheckCount> {
  const waiting = [...CHECKS];
  const counts = { passed: 0, failed: 0 };
  const work = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const result = await attempt(check);
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      const note = result.ok && result.note ? `  (${result.note})` : '';
      console.log(`${result.ok ? 'ok  ' : 'FAIL'}  ${check.name.padEnd(32)} ${seconds.padStart(5)} s${note}`);
      if (!result.ok) console.log(indent(result.output));
      counts[result.ok ? 'passed' : 'failed'] += 1;
    }
  };
  await Promise.all([work(), work()]);
  return counts;
}

async function attempt(check: Check): Promise<CheckResult> {
  try {
    return await check.run();
  } catch (error) {
    return { ok: false, output: error instanceof Error ? error.message : String(error) };
  }
}

function indent(text: string): string {
  return text.trimEnd().replaceAll(/^/gm, '      ');
}

if (import.meta.main) {
  const { passed, failed } = await runChecks();
  console.log(failed === 0 ? `all ${passed} checks passed` : `${failed} of ${passed + failed} checks failed`);
  process.exitCode = failed === 0 ? 0 : 1;
}
