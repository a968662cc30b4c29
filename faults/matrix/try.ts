import { casesOf, FAULTS } from './catalogue.ts';
import { startOurs } from './ours.ts';
import { tryAll } from './run-matrix.ts';
import { startUpstreams } from './upstreams.ts';
import { LANES } from './protocols.ts';
const wanted = process.argv[2] ?? '';
let total = 0,
  badTotal = 0;
const t0 = performance.now();
for (const lane of LANES) {
  const cases = casesOf(FAULTS).filter(
    ({ trial, fault, key }) => trial.lane === lane && (fault.name.includes(wanted) || key.includes(wanted)),
  );
  if (!cases.length) continue;
  const upstreams = await startUpstreams(cases);
  const ours = await startOurs(cases, upstreams);
  try {
    const results = await tryAll(ours, cases, upstreams, 8);
    const bad = results.filter((r) => r.problems.length);
    for (const r of bad)
      console.log(`${r.case.fault.name} | ${r.case.key} ${r.mode}: ${r.problems.join('; ')}`);
    total += results.length;
    badTotal += bad.length;
    console.log(
      lane.name,
      results.length,
      'results',
      bad.length,
      'bad',
      Math.round(performance.now() - t0),
      'ms',
      await ours.leftovers?.(),
      upstreams.open,
    );
  } finally {
    await ours.close();
    await upstreams.close();
  }
}
console.log(total, badTotal);
