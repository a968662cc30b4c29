import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { RunId } from '../core/base/ids.ts';
import { seededRandom } from '../core/base/random.ts';
import { VirtualClock } from '../core/base/virtual-clock.ts';
import { seededIds } from '../core/journal/generate/seeded-ids.ts';
import { startRecorder } from '../core/journal/recorder.ts';
import { installation } from '../core/node/installation.ts';
import { openStore, type Store } from '../core/node/store/store.ts';
import type { Figure } from './support/figures.ts';
import { recordGenerated } from './support/record-generated.ts';
import { median, quantile } from './support/statistics.ts';

const SMALL_RUNS = 100_000;
const QUESTIONS = 200;
const REPEATS = 9;
const FIRST_PAGE = 50;
const OPENINGS = 5;

/** How quick a journal of more than a gigabyte answers: places in long runs, columns, the list of runs, and its opening. */
export async function measureReading(
  dir: string,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const file = join(dir, 'library.db');
  const options = { worker: installation.storeWorker, file };
  const plan = { shape: 'agents', errors: 0.05, seed: 1 } as const;
  let store = await openStore(options);
  progress(`${SMALL_RUNS} small runs …`);
  await recordSmallRuns(store);
  const shorter = await recordGenerated(store, { ...plan, spans: 31_000 });
  const longer = await recordGenerated(store, { ...plan, spans: 310_000 });
  const widest = await recordGenerated(store, { ...plan, shape: 'deep', spans: 1_000_000 }, (spans) => {
    if (spans % 100_000 < 50) progress(`${spans} of 1,000,000 spans …`);
  });
  await store.close();
  const openings: number[] = [];
  for (let opening = 0; opening < OPENINGS; opening++) {
    const began = performance.now();
    store = await openStore(options);
    openings.push(performance.now() - began);
    if (opening < OPENINGS - 1) await store.close();
  }
  try {
    return [
      await measureStates(store, shorter, 10),
      await measureStates(store, longer, 30),
      await measureRepeated(`the columns of 1,000,000 spans (median of ${REPEATS})`, 50, () =>
        store.read('columns', widest.run),
      ),
      await measureRepeated(
        `first page of ${SMALL_RUNS.toLocaleString('en')} runs (median of ${REPEATS})`,
        30,
        () => store.read('listRuns', { limit: FIRST_PAGE }),
      ),
      {
        figure: `opening a journal of ${(statSync(file).size / 1e9).toFixed(1)} GB (median of ${OPENINGS})`,
        unit: 'ms',
        ours: median(openings),
        bar: { atMost: 1_000, of: 'ours' },
      },
    ];
  } finally {
    await store.close();
  }
}

async function recordSmallRuns(store: Store): Promise<void> {
  const clock = new VirtualClock();
  for (let run = 0; run < SMALL_RUNS; run++) {
    clock.advance(1_000);
    const ids = seededIds('small run', run);
    const start = { name: `run ${run}`, source: 'launched', hostVersion: 'bench', configHash: '' } as const;
    startRecorder({ clock, ids, sink: store }, start).append('run-ended', { status: 'completed' });
    if (run % 5_000 === 0) await store.flush();
  }
  await store.flush();
}

async function measureStates(
  store: Store,
  { run, events }: { readonly run: RunId; readonly events: number },
  bar: number,
): Promise<Figure> {
  const random = seededRandom(events);
  const times: number[] = [];
  for (let question = 0; question < QUESTIONS; question++) {
    const seq = 1 + Math.floor(random() * events);
    const began = performance.now();
    const state = await store.read('stateAt', { run, seq });
    times.push(performance.now() - began);
    if (state?.run.lastSeq !== seq) throw new Error(`there is no state after event ${seq} of run ${run}`);
  }
  return {
    figure: `state at a random event of ${events.toLocaleString('en')} (p95 of ${QUESTIONS})`,
    unit: 'ms',
    // The first question reads the columns of the run.
    ours: quantile(times.slice(1), 0.95),
    bar: { atMost: bar, of: 'ours' },
  };
}

async function measureRepeated(figure: string, bar: number, work: () => Promise<unknown>): Promise<Figure> {
  const times: number[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const began = performance.now();
    await work();
    times.push(performance.now() - began);
  }
  return { figure, unit: 'ms', ours: median(times), bar: { atMost: bar, of: 'ours' } };
}
