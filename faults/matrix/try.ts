import { FAULTS } from './catalogue.ts';
import { startOurs } from './ours.ts';
import { selectCases, tryAll } from './run-matrix.ts';
import { startUpstreams } from './upstreams.ts';
const cases = selectCases(FAULTS, process.argv[2]);
const t0 = performance.now();
const upstreams = await startUpstreams(cases);
const ours = await startOurs(cases, upstreams);
console.log(cases.length, 'cases; up after', Math.round(performance.now() - t0));
try {
  const results = await tryAll(ours, cases, upstreams, 6);
  const bad = results.filter((r) => r.problems.length);
  for (const r of bad) console.log(`${r.case.fault.name} | ${r.case.key} ${r.mode}: ${r.problems.join('; ')}`);
  console.log(results.length, 'results', bad.length, 'bad', Math.round(performance.now() - t0), 'ms', await ours.leftovers?.());
} finally {
  await ours.close();
  await upstreams.close();
}
