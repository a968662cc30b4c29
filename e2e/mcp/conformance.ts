import { execFile, spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

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

/** Clients at a time: the suite would start all of a set at once, each with a host of its own, and none be done in time. */
const CLIENTS_AT_ONCE = 3;

/** Runs the suite, the scenarios of a set or one of them; the verdicts are by scenario. */
export async function runConformance(
  tested: Tested,
  set: ConformanceSet,
  scenario?: string,
): Promise<Verdicts> {
  if (tested.role === 'server' || scenario !== undefined) return runSuite(tested, set, scenario);
  const waiting = [...(await clientScenarios(set))];
  const verdicts: [string, Verdict][] = [];
  const play = async () => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift())
      verdicts.push(...(await runSuite(tested, set, next)));
  };
  await Promise.all(Array.from({ length: CLIENTS_AT_ONCE }, play));
  return new Map(verdicts.toSorted(([one], [other]) => one.localeCompare(other)));
}

/** Those that a set requires of clients, and those that it has beside them. */
async function clientScenarios(set: ConformanceSet): Promise<readonly string[]> {
  const args = [suite, 'list', '--client', '--requirements', set];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  const [, required = ''] = stdout.split(/^Client scenarios.*$/m);
  const scored = required.split(/^\S/m)[0]!.matchAll(/^ *- (\S+)$/gm);
  const beside = stdout.matchAll(/^ *- (\S+) \[client\]$/gm);
  return [...scored, ...beside].map(([, name]) => name!);
}

async function runSuite(tested: Tested, set: ConformanceSet, scenario?: string): Promise<Verdicts> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-conformance-'));
  const results = join(folder, 'results');
  const target = tested.role === 'server' ? ['--url', tested.url] : ['--command', tested.command];
  const scope =
    scenario === undefined
      ? ['--requirements', set]
      : ['--scenario', scenario, '--spec-version', set, '--force'];
  try {
    await run([suite, tested.role, ...target, ...scope, '-o', results], folder);
    return readVerdicts(results);
  } finally {
    remove(folder);
  }
}

/** What was killed may have left a file half made. */
function remove(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A whole set takes a minute at most, each of its clients half of one. */
const LONGEST_RUN_MS = 300_000;
const LEADS_GROUP = process.platform !== 'win32';

/**
 * Its exit code says whether all is well, which is for the verdicts to say. The suite leads a group of its own, which
 * ends with it, or with us: of a client that takes too long it ends the shell only, and not what that has started.
 * What all of them keep is in `folder`.
 */
async function run(args: readonly string[], folder: string): Promise<void> {
  const env = { ...process.env, TMPDIR: folder, TEMP: folder, TMP: folder };
  const child = spawn(process.execPath, args, { env, stdio: 'ignore', detached: LEADS_GROUP });
  const end = () => {
    if (child.pid === undefined) return;
    try {
      if (LEADS_GROUP) process.kill(-child.pid, 'SIGKILL');
      else child.kill();
    } catch {
      // Nobody of the group is left.
    }
  };
  const done = Promise.withResolvers<void>();
  const fail = (why: string) => done.reject(new Error(`the suite ${why}: ${args.join(' ')}`));
  const interrupted = () => fail('was interrupted');
  const late = setTimeout(() => fail(`was not done in ${LONGEST_RUN_MS} ms`), LONGEST_RUN_MS);
  child.on('error', done.reject).on('exit', () => done.resolve());
  process.once('exit', end).once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    await done.promise;
  } finally {
    clearTimeout(late);
    end();
    process.off('exit', end).off('SIGINT', interrupted).off('SIGTERM', interrupted);
  }
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
