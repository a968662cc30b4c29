/** `npm test`: everything, and at the very end one line with the counts. */
import { parseArgs } from 'node:util';
import { build } from './build.ts';
import { runChecks } from './check.ts';
import { findChromium } from './find-chromium.ts';
import { run } from './tools.ts';
import { runVitest, type TestCount } from './vitest-report.ts';

const SECTIONS = ['check', 'unit', 'e2e', 'faults'] as const;
type Section = (typeof SECTIONS)[number];

const FAULTS = [
  ['kill -9 of the host, 10 times', ['faults/main.ts', 'kill', '--times', '10']],
  ['100 damaged journals', ['faults/main.ts', 'images', '--count', '100']],
  ['every broken answer, each in one protocol', ['faults/main.ts', 'matrix', '--short']],
  ['12,000 mutated bodies', ['fuzz/main.ts', '--bodies', '12000', '--minutes', '2']],
] as const;

/** One that has no end in this time has failed. */
const LONGEST_FAULT_SECONDS = 600;

const NOTHING: TestCount = { passed: 0, failed: 0, skipped: 0, skips: [] };
const PASSED: TestCount = { ...NOTHING, passed: 1 };
const FAILED: TestCount = { ...NOTHING, failed: 1 };

interface Row {
  readonly name: string;
  readonly count: TestCount;
  readonly seconds: number;
}

const rows: Row[] = [];
const only = readOnly();
if (only === undefined) {
  process.stderr.write(`--only takes one of: ${SECTIONS.join(', ')}\n`);
  process.exit(2);
}
await runSections(new Set(only));
process.exitCode = report() ? 0 : 1;

/** The sections asked for, all of them without `--only`; `undefined` where one is unknown. */
function readOnly(): readonly Section[] | undefined {
  const { values } = parseArgs({ options: { only: { type: 'string', multiple: true } }, strict: false });
  const asked = values.only;
  if (asked === undefined) return SECTIONS;
  const known = SECTIONS.filter((section) => (asked as readonly unknown[]).includes(section));
  return known.length === (asked as readonly unknown[]).length ? known : undefined;
}

async function runSections(wanted: ReadonlySet<Section>): Promise<void> {
  if (wanted.has('check')) await section('checks', runChecksCounted);
  if (wanted.has('unit'))
    await section('unit and contract tests', () => runVitest(['unit', 'contract'], { coverage: true }));
  if (wanted.has('e2e')) {
    const built = await section('build', buildCounted);
    if (built) await section('end to end, in a real browser', runEndToEnd);
  }
  if (wanted.has('faults'))
    for (const [name, args] of FAULTS) await section(`faults: ${name}`, () => runFault(args));
}

/** Runs one section under its heading; whether nothing in it failed. */
async function section(name: string, work: () => Promise<TestCount>): Promise<boolean> {
  console.log(`\n── ${name}`);
  const started = performance.now();
  const count = await work();
  rows.push({ name, count, seconds: (performance.now() - started) / 1000 });
  return count.failed === 0;
}

async function runChecksCounted(): Promise<TestCount> {
  return { ...NOTHING, ...(await runChecks()) };
}

async function buildCounted(): Promise<TestCount> {
  const { code, output } = await build();
  if (code !== 0) console.log(output);
  return code === 0 ? PASSED : FAILED;
}

async function runEndToEnd(): Promise<TestCount> {
  try {
    const { path } = await findChromium(console.log);
    return await runVitest(['e2e'], { env: { SIGNALBOX_CHROMIUM: path } });
  } catch (error) {
    console.log(error instanceof Error ? error.message : String(error));
    return FAILED;
  }
}

async function runFault(args: readonly string[]): Promise<TestCount> {
  const { code } = await run(process.execPath, args, { live: true, timeoutSeconds: LONGEST_FAULT_SECONDS });
  if (code === 124) console.log(`it had no end after ${LONGEST_FAULT_SECONDS} s`);
  return code === 0 ? PASSED : FAILED;
}

/** Prints what was run, what was skipped and why, and the counts alone on the last line. */
function report(): boolean {
  console.log('\n── what was run');
  for (const { name, count, seconds } of rows) {
    const figures = `${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped`;
    console.log(
      `${count.failed === 0 ? 'ok  ' : 'FAIL'}  ${name.padEnd(40)} ${figures}, ${seconds.toFixed(1)} s`,
    );
  }
  for (const { count } of rows) for (const skip of count.skips) console.log(`skipped: ${skip}`);
  const sum = (pick: (count: TestCount) => number) => rows.reduce((total, row) => total + pick(row.count), 0);
  const failed = sum((count) => count.failed);
  const line = `${sum((count) => count.passed)} passed, ${failed} failed, ${sum((count) => count.skipped)} skipped`;
  console.log(`\n${line}`);
  return failed === 0;
}
