import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The frozen sets of scenarios. */
export const SETS = ['2025-11-25', '2026-07-28'] as const;
export type ConformanceSet = (typeof SETS)[number];

/** Who is tested: a server at an address, or a client that a command starts with the address of the suite's server. */
export type Tested =
  { readonly role: 'server'; readonly url: string } | { readonly role: 'client'; readonly command: string };

export interface Verdict {
  /** Checks that the suite counts, each with how it came out, in order of their names. */
  readonly checks: readonly string[];
  readonly passed: number;
  readonly failed: number;
  /** What went wrong, as the suite says it. */
  readonly problems: readonly string[];
}

export type Verdicts = ReadonlyMap<string, Verdict>;

interface Check {
  readonly id: string;
  readonly status: 'SUCCESS' | 'FAILURE' | 'WARNING' | 'SKIPPED' | 'INFO';
  readonly errorMessage?: string;
}

const suite = fileURLToPath(
  new URL('../../node_modules/@modelcontextprotocol/conformance/dist/index.js', import.meta.url),
);
const STAMP = /-\d{4}-\d\d-\d\dT[\d-]+Z$/;

/** Runs the suite, the scenarios of a set or one of them; the verdicts are by scenario. */
export async function runConformance(
  tested: Tested,
  set: ConformanceSet,
  scenario?: string,
): Promise<Verdicts> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-conformance-'));
  const target = tested.role === 'server' ? ['--url', tested.url] : ['--command', tested.command];
  const scope =
    scenario === undefined ? ['--requirements', set] : ['--scenario', scenario, '--spec-version', set];
  try {
    await run([suite, tested.role, ...target, ...scope, '-o', folder]);
    return readVerdicts(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Its exit code says whether all is well, which is for the verdicts to say. */
function run(args: readonly string[]): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', () => resolve());
  });
}

function readVerdicts(folder: string): Verdicts {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(({ name }) => name === 'checks.json')
    .map(({ parentPath }) => parentPath);
  return new Map(
    files
      .map((path) => [scenarioOf(folder, path), readVerdict(path)] as const)
      .toSorted(([one], [other]) => one.localeCompare(other)),
  );
}

/** A folder is named `server-tools-list-2026-…Z` or, in one of its group, `auth/dpop-2026-…Z`. */
function scenarioOf(folder: string, path: string): string {
  const name = basename(path)
    .replace(STAMP, '')
    .replace(/^server-(?=.)/, '');
  const group = dirname(path);
  return group === folder ? name : `${basename(group).replace(STAMP, '')}/${name}`;
}

function readVerdict(path: string): Verdict {
  const checks = JSON.parse(readFileSync(join(path, 'checks.json'), 'utf8')) as readonly Check[];
  const counted = checks.filter(({ status }) => status !== 'INFO');
  const count = (wanted: Check['status']) => counted.filter(({ status }) => status === wanted).length;
  return {
    checks: [...new Set(counted.map(({ id, status }) => `${id} ${status}`))].toSorted(),
    passed: count('SUCCESS'),
    failed: count('FAILURE'),
    problems: counted.flatMap(({ id, status, errorMessage }) =>
      status === 'FAILURE' ? [`${id}: ${errorMessage ?? ''}`] : [],
    ),
  };
}

export interface Difference {
  readonly scenario: string;
  /** Checks that came out like this on one side only. */
  readonly direct: readonly string[];
  readonly through: readonly string[];
  readonly problems: readonly string[];
}

/** Scenarios that do not have the same verdict. */
export function differences(direct: Verdicts, through: Verdicts): readonly Difference[] {
  const scenarios = new Set([...direct.keys(), ...through.keys()]);
  return [...scenarios].flatMap((scenario) => {
    const [one, other] = [direct.get(scenario), through.get(scenario)];
    const only = (these: Verdict | undefined, those: Verdict | undefined) =>
      (these?.checks ?? ['(not run)']).filter((check) => !(those?.checks ?? []).includes(check));
    const difference = { scenario, direct: only(one, other), through: only(other, one) };
    if (difference.direct.length === 0 && difference.through.length === 0) return [];
    return [{ ...difference, problems: other?.problems ?? [] }];
  });
}
