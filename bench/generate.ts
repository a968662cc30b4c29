/**
 * `npm run generate -- --spans N --shape agents|deep|wide|bursty --errors P --seed S --data DIR [--strict]`: a run as large as
 * wanted, in a data folder that no host has. The same options make the same run.
 */
import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { generatedRunId, type GeneratedRun } from '../core/journal/generate/generate-run.ts';
import { SHAPES } from '../core/journal/generate/shapes.ts';
import { dataPaths, lockDataDir, prepareDataDir } from '../core/node/data-dir.ts';
import { installation } from '../core/node/installation.ts';
import { openStore } from '../core/node/store/store.ts';
import { recordGenerated } from './support/record-generated.ts';

const USAGE = `usage: npm run generate -- --data DIR [options]
  --spans N    in all, 1,000 to 10,000,000 (default: 10,000)
  --shape S    ${SHAPES.join(', ')} (default: agents)
  --errors P   share of what fails, 0 to 1 (default: 0.05)
  --seed S     another whole number makes another run (default: 1)
  --strict     as with the durability level strict
`;
const FEWEST_SPANS = 1_000;
const MOST_SPANS = 10_000_000;
const SPANS_TO_PROGRESS = 100_000;

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    spans: { type: 'string', default: '10000' },
    shape: { type: 'string', default: 'agents' },
    errors: { type: 'string', default: '0.05' },
    seed: { type: 'string', default: '1' },
    strict: { type: 'boolean', default: false },
  },
});
const plan = readPlan();
if (!plan || values.data === undefined) {
  process.stderr.write(USAGE);
  process.exitCode = 2;
} else {
  try {
    await generate(plan, resolve(values.data));
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}

function readPlan(): GeneratedRun | undefined {
  const shape = SHAPES.find((name) => name === values.shape);
  const [spans, errors, seed] = [Number(values.spans), Number(values.errors), Number(values.seed)];
  if (!shape || !Number.isInteger(spans) || spans < FEWEST_SPANS || spans > MOST_SPANS) return undefined;
  if (!(errors >= 0 && errors <= 1) || !Number.isInteger(seed)) return undefined;
  return { spans, shape, errors, seed };
}

async function generate(wanted: GeneratedRun, dir: string): Promise<void> {
  prepareDataDir(dir);
  const release = lockDataDir(dir);
  const file = dataPaths(dir).journal;
  const durability = values.strict ? 'strict' : 'normal';
  const store = await openStore({ worker: installation.storeWorker, file, durability });
  let isMade = false;
  try {
    const id = generatedRunId(wanted);
    if (await store.read('findRun', id))
      throw new Error(`This very run, ${id}, is in ${dir}: take another --seed.`);
    const began = performance.now();
    const rate = (spans: number) => Math.round((spans * 1000) / (performance.now() - began));
    let next = SPANS_TO_PROGRESS;
    const { events } = await recordGenerated(store, wanted, (spans) => {
      if (spans < next) return;
      next += SPANS_TO_PROGRESS;
      process.stderr.write(`${spans} of ${wanted.spans} spans, ${rate(spans)} spans/s\n`);
    });
    console.log(`run        ${id}`);
    console.log(`spans      ${wanted.spans}, ${rate(wanted.spans)} a second`);
    console.log(`events     ${events}, ${rate(events)} a second`);
    isMade = true;
  } finally {
    await store.close();
    release();
  }
  if (isMade) console.log(`journal    ${(statSync(file).size / 2 ** 20).toFixed(1)} MiB, ${file}`);
}
