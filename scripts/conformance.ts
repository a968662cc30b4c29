/**
 * `npm run conformance [-- --set 2026-07-28] [-- --role server]`: the MCP conformance suite against our fixtures, direct
 * and through Signalbox; the verdict of every scenario must be the same.
 */
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { createTestBench } from '../core/node/test-host.ts';
import {
  differences,
  runConformance,
  SETS,
  type ConformanceSet,
  type Difference,
  type Verdicts,
} from '../e2e/mcp/conformance.ts';
import { serveFixture } from '../e2e/mcp/serve-http.ts';

/** Checks that may come out otherwise, and why. */
const KNOWN: Readonly<Record<string, { readonly checks: RegExp; readonly because: string }>> = {
  'server, through (stdio)': {
    checks: /^server-sse-disconnect-resume /,
    because: 'not scored: a program cannot close the HTTP stream of a request that it works on',
  },
  'client, through': {
    checks: /^resource-parameter-matches-prm /,
    because:
      'who goes through Signalbox asks for a token for its address; RFC 8707 and RFC 9728 together leave no other',
  },
};

const { values } = parseArgs({ options: { set: { type: 'string' }, role: { type: 'string' } } });
const sets = SETS.filter((set) => values.set === undefined || set === values.set);
let isSame = true;

for (const set of sets) {
  if (values.role !== 'client') await compareServers(set);
  if (values.role !== 'server') await compareClients(set);
}
process.exitCode = isSame ? 0 : 1;

/** Our server: direct, as an HTTP server behind Signalbox, and as a program that Signalbox starts. */
async function compareServers(set: ConformanceSet): Promise<void> {
  const program = fileURLToPath(new URL('../e2e/mcp/serve-stdio.ts', import.meta.url));
  const bench = createTestBench();
  const fixture = await serveFixture();
  try {
    const host = await bench.host(
      `[mcp.http]\nurl = ${JSON.stringify(fixture.url)}\n[mcp.stdio]\ncommand = ${JSON.stringify([process.execPath, program])}\n`,
    );
    const { run } = await host.services.startRun({ name: `conformance ${set}` });
    const direct = await runConformance({ role: 'server', url: fixture.url }, set);
    report(set, 'server, direct', direct, direct);
    for (const name of ['http', 'stdio']) {
      const url = `${host.dataPlane}/r/${run.id}/mcp/${name}`;
      report(set, `server, through (${name})`, direct, await runConformance({ role: 'server', url }, set));
    }
  } finally {
    await bench.close();
    await fixture.close();
  }
}

/** Our client: direct, and with Signalbox between it and the suite's servers. */
async function compareClients(set: ConformanceSet): Promise<void> {
  const command = (file: string) => {
    const path = fileURLToPath(new URL(`../e2e/mcp/${file}`, import.meta.url));
    return { role: 'client' as const, command: `${process.execPath} ${path}` };
  };
  const direct = await runConformance(command('fixture-client.ts'), set);
  report(set, 'client, direct', direct, direct);
  report(set, 'client, through', direct, await runConformance(command('relayed-client.ts'), set));
}

function report(set: string, what: string, direct: Verdicts, verdicts: Verdicts): void {
  const all = [...verdicts.values()];
  const good = all.filter(({ failed }) => failed === 0).length;
  const sum = (key: 'passed' | 'failed') => all.reduce((total, verdict) => total + verdict[key], 0);
  const different = differences(direct, verdicts);
  const isKnown = ({ direct: before, through }: Difference) =>
    [...before, ...through].every((check) => KNOWN[what]?.checks.test(check));
  isSame &&= different.every(isKnown);
  const same = `${verdicts.size - different.length} of ${direct.size} as direct`;
  console.log(
    `${set}  ${what.padEnd(24)} ${good}/${all.length} scenarios, checks ${sum('passed')} passed ${sum('failed')} failed, ${same}`,
  );
  for (const difference of different) {
    const { scenario, direct: before, through, problems } = difference;
    console.log(`    ${scenario}: ${isKnown(difference) ? KNOWN[what]?.because : 'NOT THE SAME'}`);
    if (isKnown(difference)) continue;
    console.log(`      direct:  ${before.join(', ')}\n      through: ${through.join(', ')}`);
    for (const problem of problems) console.log(`      ${problem.slice(0, 400)}`);
  }
}
