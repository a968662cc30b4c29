/** `npm run faults -- kill [--times N] [--seed S] [--json]`: what a host must survive, done to a real one. */
import { parseArgs } from 'node:util';
import { runKill } from './kill.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '200' },
    seed: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});
const times = Number(values.times);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (positionals[0] !== 'kill' || !Number.isInteger(times) || times < 1 || !Number.isInteger(seed)) {
  process.stderr.write(
    'usage: npm run faults -- kill [--times N] [--seed S] [--json]\n  kill   kill -9 of the host at random moments under traffic\n',
  );
  process.exitCode = 2;
} else {
  const report = await runKill({ times, seed, progress: (line) => void process.stderr.write(`${line}\n`) });
  console.log(
    values.json
      ? JSON.stringify(report)
      : report.rows.map(({ figure, value }) => `${figure.padEnd(44)} ${value}`).join('\n'),
  );
  for (const violation of report.violations) process.stderr.write(`VIOLATION: ${violation}\n`);
  process.exitCode = report.violations.length === 0 ? 0 : 1;
}
