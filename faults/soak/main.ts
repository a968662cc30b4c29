/** `npm run soak -- [--calls N] [--json]`: whether memory stays flat over many calls. */
import { parseArgs } from 'node:util';
import { runSoak } from './run-soak.ts';
import type { Slope } from './slope.ts';

/** A sample for each fortieth of them. */
const FEWEST = 4_000;

const { values } = parseArgs({
  options: { calls: { type: 'string', default: '1000000' }, json: { type: 'boolean', default: false } },
});
const calls = Number(values.calls);
if (!Number.isSafeInteger(calls) || calls < FEWEST) {
  process.stderr.write(
    `usage: npm run soak -- [--calls N] [--json]\n  --calls N  at least ${FEWEST}; 1,000,000 without it\n`,
  );
  process.exitCode = 2;
} else {
  const report = await runSoak({ calls, progress: (line) => void process.stderr.write(`${line}\n`) });
  const { slopes, samples, seconds, projectedMib, violations } = report;
  const [first, last] = [samples[0]!, samples.at(-1)!];
  const mebibytes = (bytes: number) => `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
  const bytesACall = ({ slope, margin }: Slope) => `${slope.toFixed(2)} ± ${margin.toFixed(2)} bytes a call`;
  const rows = [
    ['calls', String(report.calls)],
    ['calls a second', String(Math.round(report.calls / seconds))],
    ...(['rss', 'heap', 'threads', 'external'] as const).map((figure) => [
      figure,
      `${mebibytes(first[figure])} → ${mebibytes(last[figure])}, ${bytesACall(slopes[figure])}`,
    ]),
    ['open resources', `${said(first.resources)} → ${said(last.resources)}`],
    ['over 1,000,000 calls (bar 32 MiB)', `${projectedMib.toFixed(1)} MiB`],
    ['memory is flat', violations.length === 0 ? 'ok' : 'NO'],
  ];
  console.log(
    values.json
      ? JSON.stringify(report)
      : rows.map(([name = '', value = '']) => `${name.padEnd(36)} ${value}`).join('\n'),
  );
  for (const violation of violations) process.stderr.write(`VIOLATION: ${violation}\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}

function said(resources: Readonly<Record<string, number>>): string {
  return Object.entries(resources)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([kind, count]) => `${count} ${kind}`)
    .join(', ');
}
