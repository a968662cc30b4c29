import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { NANOS_PER_MILLI, type Millis } from '../core/base/units.ts';
import { startHost } from '../core/node/host.ts';
import { installation } from '../core/node/installation.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';
import type { SenderMessage, WantedExport } from './support/telemetry-sender.ts';

const SENDER = new URL('support/telemetry-sender.ts', import.meta.url);
const ROUNDS = 3;
const BAR_MILLIS = 50;

const BYTES = 20_000_000;
const EXPORTS: readonly WantedExport[] = [
  { shape: 'large', encoding: 'json', bytes: BYTES },
  { shape: 'large', encoding: 'protobuf', bytes: BYTES },
  { shape: 'small', encoding: 'json', bytes: BYTES },
];

/**
 * How long a large export keeps the thread busy that calls are served on: the most of its own processor time between two
 * turns of its event loop, which other work on the machine does not lengthen; and the longest delay of the loop, beside the
 * longest in as long a time with nothing to do.
 */
export async function runTelemetry(progress: (line: string) => void): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const wanted of EXPORTS) {
    const measured: Measured[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      progress(`telemetry: 20 MB of ${wanted.shape} spans, ${wanted.encoding} …`);
      measured.push(await measure(wanted));
    }
    const what = `20 MB, ${measured[0]!.spans.toLocaleString('en')} spans, ${wanted.encoding}`;
    figures.push(
      {
        figure: `longest turn of the event loop: ${what} (median of ${ROUNDS})`,
        unit: 'ms',
        ours: median(measured.map(({ turn }) => turn)),
        bar: { atMost: BAR_MILLIS, of: 'ours' },
      },
      {
        figure: `longest delay of the event loop (median of ${ROUNDS})`,
        unit: 'ms',
        ours: median(measured.map(({ delay }) => delay)),
        limit: median(measured.map(({ idle }) => idle)),
      },
      {
        figure: `until its 200, recorded and committed (median of ${ROUNDS})`,
        unit: 'ms',
        ours: median(measured.map(({ took }) => took)),
      },
    );
  }
  return figures;
}

interface Measured {
  readonly spans: number;
  readonly turn: Millis;
  readonly delay: Millis;
  readonly idle: Millis;
  readonly took: Millis;
}

/** A fresh host in this process, with nothing else to do; the export is made and sent by another thread. */
async function measure(wanted: WantedExport): Promise<Measured> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  const host = await startHost({ ...installation, dataDir, port: 0 });
  const sender = new Worker(SENDER, { workerData: wanted });
  const next = async () => (await once(sender, 'message'))[0] as SenderMessage;
  try {
    const made = await next();
    const {
      turn,
      delay,
      value: sent,
    } = await watched(async () => {
      sender.postMessage(`${host.dataPlane}/v1/traces`);
      return next();
    });
    const spans = 'spans' in made ? made.spans : 0;
    const took = 'took' in sent ? sent.took : 0;
    const { delay: idle } = await watched(() => sleep(took));
    return { spans, turn, delay, idle, took };
  } finally {
    await sender.terminate();
    await host.close();
    rmSync(dataDir, { recursive: true });
  }
}

async function watched<Value>(
  work: () => Promise<Value>,
): Promise<{ readonly turn: Millis; readonly delay: Millis; readonly value: Value }> {
  const delays = monitorEventLoopDelay({ resolution: 1 });
  await sleep(100);
  let turn = 0;
  let before = threadMillis();
  const ticks = setInterval(() => {
    const now = threadMillis();
    turn = Math.max(turn, now - before);
    before = now;
  }, 1);
  delays.enable();
  const value = await work();
  delays.disable();
  clearInterval(ticks);
  return { turn, delay: delays.max / NANOS_PER_MILLI, value };
}

/** What this thread has taken of the processor. */
function threadMillis(): Millis {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
