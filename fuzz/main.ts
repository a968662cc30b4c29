/** `npm run fuzz -- [--bodies N] [--seed S] [--from I] [--minutes M] [--json]`: mutated bodies, sent to a real host. */
import { parseArgs } from 'node:util';
import { runFuzz } from './run-fuzz.ts';

const USAGE = `usage: npm run fuzz -- [options]
  --bodies N  how many are sent; 1,000,000 without it
  --seed S    decides what they are; printed, so that they can be sent again
  --from I    the number of the first one, 0 without it
  --minutes M no more are sent after so long
  --json      one document instead of a table
`;

const { values } = parseArgs({
  options: {
    bodies: { type: 'string', default: '1000000' },
    seed: { type: 'string' },
    from: { type: 'string', default: '0' },
    minutes: { type: 'string', default: '600' },
    json: { type: 'boolean', default: false },
  },
});
const bodies = Number(values.bodies);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const from = Number(values.from);
const minutes = Number(values.minutes);

if (
  ![bodies, seed, from, minutes].every((number) => Number.isSafeInteger(number) && number >= 0) ||
  bodies === 0
) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  const progress = (line: string) => void process.stderr.write(`${line}\n`);
  progress(`seed ${seed}`);
  const report = await runFuzz({ bodies, seed, from, minutes, progress });
  const { rss, answers, seconds, violations } = report;
  const rows: readonly (readonly [string, string | number])[] = [
    ['bodies', report.bodies],
    ['seed', seed],
    ['seconds', seconds.toFixed(1)],
    ['bodies a second', Math.round(report.bodies / seconds)],
    ...Object.entries(answers)
      .toSorted(([a], [b]) => a.localeCompare(b))
      .map(([kind, number]) => [`answers ${kind}`, number] as const),
    [
      'memory at the start, at most, at the end, MiB',
      [rss.start, rss.most, rss.end].map(Math.round).join(', '),
    ],
    ['violations', violations.length],
  ];
  console.log(
    values.json
      ? JSON.stringify(report)
      : rows.map(([name, value]) => `${name.padEnd(48)} ${value}`).join('\n'),
  );
  for (const violation of violations) process.stderr.write(`VIOLATION: ${violation}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
