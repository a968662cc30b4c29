import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import Database from 'better-sqlite3';
import { NANOS_PER_MILLI } from '../core/base/units.ts';
import { installation } from '../core/node/installation.ts';
import type { Durability } from '../core/node/store/messages.ts';
import { openStore, type Store } from '../core/node/store/store.ts';
import type { BareLoopData, BareLoopMessage } from './support/bare-loop.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';
import { replay, trafficInPieces, type Traffic } from './support/store-traffic.ts';

const BARE_LOOP = new URL('support/bare-loop.ts', import.meta.url);
/** Events of a round, and rounds in which ours and the bare loop take turns. */
const ROUND_EVENTS = 20_000;
const ROUNDS = 12;
const PLAN = { spans: 5_000, shape: 'agents', errors: 0.05, seed: 1 } as const;
const BARS: Readonly<Record<Durability, number>> = { normal: 100_000, strict: 80_000 };
const BARE_SHARE_BAR = 0.6;
/** The rate at the end, of that at the beginning. */
const FLAT_BAR = 0.8;
const PACED_EVENTS_A_SECOND = 20_000;
const PACED_SECONDS = 10;
const TICK_MS = 5;
const DELAY_BAR_MS = 5;

/** Events a second beside the bare loop, in turns. */
export async function measureRecording(durability: Durability, dir: string): Promise<readonly Figure[]> {
  const file = join(dir, `${durability}.db`);
  const store = await openStore({ worker: installation.storeWorker, file, durability });
  const bareFile = join(dir, `${durability}-bare.db`);
  const workerData: BareLoopData = { from: file, to: bareFile, durability };
  const bare = new Worker(BARE_LOOP, { workerData });
  const rows = new Database(file, { readonly: true });
  const newestBlob = rows.prepare('SELECT coalesce(max(id), 0) FROM blobs').pluck();
  const traffic = trafficInPieces(ROUND_EVENTS, PLAN);
  const ours: number[] = [];
  const theirs: number[] = [];
  let [fromRow, fromBlob] = [0, 0];
  try {
    for (let round = 0; round < ROUNDS; round++) {
      const piece = traffic.next().value;
      ours.push(await rateOf(store, piece));
      const [toRow, toBlob] = [fromRow + piece.events, newestBlob.get() as number];
      bare.postMessage({ fromRow, toRow, fromBlob, toBlob } satisfies BareLoopMessage);
      const [millis] = (await once(bare, 'message')) as [number];
      theirs.push((piece.events * 1000) / millis);
      [fromRow, fromBlob] = [toRow, toBlob];
    }
  } finally {
    rows.close();
    await bare.terminate();
    await store.close();
    for (const each of [file, bareFile]) remove(each);
  }
  // The first rounds are the compiler's.
  const [rate, bareRate] = [median(ours.slice(2)), median(theirs.slice(2))];
  const what = `${durability}: call traffic recorded (median of ${ROUNDS - 2} rounds of ${ROUND_EVENTS} events)`;
  return [
    { figure: what, unit: '/s', ours: rate, limit: bareRate, bar: { atLeast: BARS[durability], of: 'ours' } },
    {
      figure: `${durability}: of the bare loop in a worker`,
      unit: '×',
      ours: median(ours.slice(2).map((each, round) => each / theirs[round + 2]!)),
      bar: { atLeast: BARE_SHARE_BAR, of: 'ours' },
    },
  ];
}

/** The rate of the last tenth beside that of the first one. */
export async function measureFlatness(
  events: number,
  dir: string,
  progress: (line: string) => void,
): Promise<readonly Figure[]> {
  const file = join(dir, 'flat.db');
  const store = await openStore({ worker: installation.storeWorker, file });
  const traffic = trafficInPieces(ROUND_EVENTS, PLAN);
  const rates: number[] = [];
  try {
    for (let done = 0; done < events;) {
      const piece = traffic.next().value;
      rates.push(await rateOf(store, piece));
      done += piece.events;
      if (rates.length % 25 === 0) progress(`${done} of ${events} events …`);
    }
  } finally {
    await store.close();
    remove(file);
  }
  const tenth = Math.ceil(rates.length / 10);
  const [first, last] = [median(rates.slice(0, tenth)), median(rates.slice(-tenth))];
  return [
    {
      figure: `the last tenth of ${events.toLocaleString('en')} events, beside the first`,
      unit: '/s',
      ours: last,
      limit: first,
      value: last / first,
      bar: { atLeast: FLAT_BAR, of: 'ratio', unit: '×' },
    },
  ];
}

/** How late the event loop of the recording thread is at 20,000 events a second. */
export async function measureMainThread(dir: string): Promise<readonly Figure[]> {
  const file = join(dir, 'paced.db');
  const store = await openStore({ worker: installation.storeWorker, file });
  const each = (PACED_EVENTS_A_SECOND * TICK_MS) / 1000;
  const traffic = trafficInPieces(each, PLAN);
  const pieces = Array.from(
    { length: (PACED_SECONDS * 1000) / TICK_MS },
    (): Traffic => traffic.next().value,
  );
  try {
    const idle = await lateness(() => undefined, pieces.length);
    const busy = await lateness((tick) => replay(store, pieces[tick]!.steps), pieces.length);
    await store.flush();
    return [
      {
        figure: `event loop at ${PACED_EVENTS_A_SECOND.toLocaleString('en')} events a second, p99 of its delay`,
        unit: 'ms',
        ours: busy,
        limit: idle,
        bar: { atMost: DELAY_BAR_MS, of: 'ours' },
      },
    ];
  } finally {
    await store.close();
    remove(file);
  }
}

async function lateness(work: (tick: number) => void, ticks: number): Promise<number> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  delays.enable();
  const began = performance.now();
  for (let tick = 0; tick < ticks; tick++) {
    work(tick);
    await sleep(Math.max(0, began + (tick + 1) * TICK_MS - performance.now()));
  }
  delays.disable();
  // The histogram counts the wait for its own timer, too: a millisecond.
  return delays.percentile(99) / NANOS_PER_MILLI - 1;
}

async function rateOf(store: Store, { steps, events }: Traffic): Promise<number> {
  const began = performance.now();
  replay(store, steps);
  await store.flush();
  return (events * 1000) / (performance.now() - began);
}

function remove(file: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(file + suffix, { force: true });
}
