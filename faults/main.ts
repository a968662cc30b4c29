/**
 * `npm run faults -- kill [--times N] [--seed S] [--json]`, `npm run faults -- images [--count N] [--seed S] [--json]`,
 * `npm run faults -- matrix [--peers] [--short] [--only WORDS] [--json]`:
 * what a host must survive, done to a real one.
 */
import { parseArgs } from 'node:util';
import { runImages } from './images.ts';
import { runKill, type KillReport } from './kill.ts';
import { runMatrix } from './matrix/matrix.ts';
import { toTable } from './matrix/report.ts';

const USAGE = `usage: npm run faults -- NAME [options]
  kill    kill -9 of the host at random moments under traffic  [--times N] [--seed S]
  images  journals that are torn, flipped or cut off, opened   [--count N] [--seed S]
  matrix  every fault of the catalogue in every protocol       [--peers] [--short] [--only WORDS]
  --json  one document instead of a table
`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    count: { type: 'string', default: '4000' },
    times: { type: 'string', default: '200' },
    seed: { type: 'string' },
    peers: { type: 'boolean', default: false },
    short: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const times = Number(values.times);
const count = Number(values.count);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const progress = (line: string) => void process.stderr.write(`${line}\n`);

if (positionals[0] === 'kill' && Number.isInteger(times) && times >= 1 && Number.isInteger(seed)) {
  const report = await runKill({ times, seed, progress });
  print(report, rowsOf(report));
} else if (positionals[0] === 'images' && Number.isInteger(count) && count >= 1 && Number.isInteger(seed)) {
  const report = await runImages({ count, seed, progress });
  print(report, rowsOf(report));
} else if (positionals[0] === 'matrix') {
  const { peers, short, only } = values;
  const report = await runMatrix({ peers, short, only, progress });
  print(report, toTable(report.lines));
} else {
  process.stderr.write(USAGE);
  process.exitCode = 2;
}

function rowsOf({ rows }: Pick<KillReport, 'rows'>): string {
  return rows.map(({ figure, value }) => `${figure.padEnd(52)} ${value}`).join('\n');
}

function print(report: { readonly violations: readonly string[] }, table: string): void {
  console.log(values.json ? JSON.stringify(report) : table);
  for (const violation of report.violations) process.stderr.write(`VIOLATION: ${violation}\n`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}
