import { casesOf, FAULTS, shortened, type Case } from './catalogue.ts';
import { startOurs } from './ours.ts';
import { startPortkey } from './portkey.ts';
import { runScenarios } from '../scenarios/run-scenarios.ts';
import { LANES } from './protocols.ts';
import { linesOf, type Line } from './report.ts';
import { tryAll, type Result } from './run-matrix.ts';
import { startUpstreams } from './upstreams.ts';

export interface MatrixOptions {
  /** Only faults and cases whose name or key has this in it. */
  readonly only?: string | undefined;
  /** Every fault in one protocol only. */
  readonly short: boolean;
  /** Portkey's gateway beside ours. */
  readonly peers: boolean;
  readonly progress: (line: string) => void;
}

export interface MatrixReport {
  readonly lines: readonly Line[];
  /** Of ours: empty where every promise was kept. */
  readonly violations: readonly string[];
}

const AT_ONCE = 8;
/** A peer that is brought down by one case takes others with it: few at a time, and a fresh one for each fault. */
const PEERS_AT_ONCE = 4;

/** Every fault of the catalogue in every protocol, streamed or not, with another instance to go to and without. */
export async function runMatrix(options: MatrixOptions): Promise<MatrixReport> {
  const wanted = casesOf(FAULTS).filter((one) => isWanted(one, options.only));
  const cases = options.short ? shortened(wanted) : wanted;
  const ours = await tryOurs(cases, options);
  const peers = options.peers ? await tryPortkey(cases, options) : [];
  const scenarios = await runScenarios(options);
  const broken = scenarios.flatMap(({ name, notes }) => notes.map((words) => `${name}: ${words}`));
  return {
    lines: [...linesOf([...ours.results, ...peers]), ...scenarios],
    violations: [...ours.violations, ...broken],
  };
}

function isWanted({ fault, key }: Case, only: string | undefined): boolean {
  return only === undefined || fault.name.includes(only) || key.includes(only);
}

/** A host for each protocol: what is configured stays small enough to be looked at after every case. */
async function tryOurs(
  cases: readonly Case[],
  { progress }: MatrixOptions,
): Promise<{ readonly results: readonly Result[]; readonly violations: readonly string[] }> {
  const all: Result[] = [];
  const violations: string[] = [];
  for (const lane of LANES) {
    const ofLane = cases.filter(({ trial }) => trial.lane === lane);
    if (ofLane.length === 0) continue;
    const upstreams = await startUpstreams(ofLane);
    const ours = await startOurs(ofLane, upstreams);
    try {
      const { results, problems } = await tryAll(ours, ofLane, upstreams, AT_ONCE);
      all.push(...results);
      const missing = ofLane.length * 2 - results.length;
      if (missing > 0) violations.push(`${lane.name}: ${missing} cases could not be tried at all`);
      if (upstreams.followed > 0)
        violations.push(`${lane.name}: ${upstreams.followed} redirects were followed`);
      violations.push(...problems.map((words) => `${lane.name}: ${words}`));
      violations.push(...results.flatMap(wordsOf));
      const failed = results.filter(({ problems }) => problems.length > 0).length;
      progress(`signalbox, ${lane.name}: ${results.length} calls, ${failed} not as they should be`);
    } finally {
      await ours.close();
      await upstreams.close();
    }
  }
  return { results: all, violations };
}

async function tryPortkey(cases: readonly Case[], { progress }: MatrixOptions): Promise<readonly Result[]> {
  const all: Result[] = [];
  for (const [name, ofFault] of Map.groupBy(cases, ({ fault }) => fault.name)) {
    const upstreams = await startUpstreams(ofFault);
    const portkey = await startPortkey(upstreams, progress);
    try {
      const { results } = await tryAll(portkey, ofFault, upstreams, PEERS_AT_ONCE);
      all.push(...results);
      const failed = results.filter(({ problems }) => problems.length > 0).length;
      progress(`portkey, ${name}: ${results.length} calls, ${failed} not as they should be`);
    } finally {
      await portkey.close();
      await upstreams.close();
    }
  }
  return all;
}

function wordsOf({ case: { fault, key }, mode, problems }: Result): readonly string[] {
  return problems.map((words) => `${fault.name}, ${key}, ${mode}: ${words}`);
}
