import { runTool } from '../tools.ts';
import type { CheckResult } from './result.ts';

/** Fewer means that the tool could not read TypeScript: without @swc/core it reads 0 modules and is content. */
const FEWEST_MODULES = 30;

interface Report {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly to: string;
      readonly rule: { readonly name: string; readonly severity: string };
      readonly cycle?: readonly { readonly name: string }[];
    }[];
  };
}

const FOLDERS = ['core', 'electron', 'renderer', 'scripts', 'bench', 'faults', 'fuzz', 'e2e'];

/** Imports go down only; the rules are in `.dependency-cruiser.mjs`. */
export async function checkLayers(): Promise<CheckResult> {
  const outcome = await runTool('depcruise', [
    '--config',
    '.dependency-cruiser.mjs',
    '-T',
    'json',
    ...FOLDERS,
  ]);
  let report: Report;
  try {
    report = JSON.parse(outcome.output) as Report;
  } catch {
    return { ok: false, output: outcome.output };
  }
  const { totalCruised, violations } = report.summary;
  if (totalCruised <= FEWEST_MODULES) {
    return { ok: false, output: `only ${totalCruised} modules were read; is @swc/core installed?` };
  }
  const lines = violations.map(({ rule, from, to, cycle }) => {
    const path = cycle ? cycle.map(({ name }) => name).join(' → ') : to;
    return `${rule.severity} ${rule.name}: ${from} → ${path}`;
  });
  return { ok: lines.length === 0, output: lines.join('\n'), note: `${totalCruised} modules` };
}
