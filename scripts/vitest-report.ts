import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runTool } from './tools.ts';

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What was skipped, with the reason that the tests give in their title. */
  readonly skips: readonly string[];
}

interface Report {
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly assertionResults: readonly {
      readonly status: string;
      readonly title: string;
      readonly ancestorTitles: readonly string[];
    }[];
  }[];
}

interface VitestOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Says how much of the code was run, and fails where that is too little. */
  readonly coverage?: boolean;
}

/** Runs projects of `vitest.config.ts`, showing what they say, and counts their tests. */
export async function runVitest(
  projects: readonly string[],
  { env = {}, coverage = false }: VitestOptions = {},
): Promise<TestCount> {
  const folder = mkdtempSync(join(tmpdir(), 'signalbox-tests-'));
  const file = join(folder, 'report.json');
  const selected = projects.flatMap((project) => ['--project', project]);
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const measured = coverage ? ['--coverage'] : [];
  const { code } = await runTool('vitest', ['run', ...selected, ...reporters, ...measured], {
    live: true,
    env,
  });
  const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Report) : { testResults: [] };
  rmSync(folder, { recursive: true, force: true });
  return count(report, code);
}

/** `exitCode` is vitest's: it also fails for what is no test's fault, like a file that cannot be loaded. */
export function count(report: Report, exitCode: number): TestCount {
  const tests = report.testResults.flatMap((file) => file.assertionResults);
  const passed = tests.filter(({ status }) => status === 'passed').length;
  const failedTests = tests.filter(({ status }) => status === 'failed').length;
  const failed = exitCode !== 0 && failedTests === 0 ? 1 : failedTests;
  const left = tests.filter(({ status }) => status !== 'passed' && status !== 'failed');
  const groups = new Map<string, number>();
  for (const { ancestorTitles, title } of left) {
    const name = ancestorTitles[0] ?? title;
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  const skips = [...groups].map(([name, size]) => `${name} (${size} ${size === 1 ? 'test' : 'tests'})`);
  return { passed, failed, skipped: left.length, skips };
}
