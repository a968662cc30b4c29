import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { seededRandom } from '../core/base/random.ts';
import { startHost, verifyJournal, type RunningHost } from '../e2e/support/host.ts';
import { median } from '../bench/support/statistics.ts';
import { startTraffic, TRAFFIC_CONFIG, type Witness } from './traffic.ts';
import { verifyRun } from './verify.ts';

const EARLIEST_MILLIS = 20;
const LATEST_MILLIS = 400;
const REOPEN_BAR_MILLIS = 2000;

export interface KillReport {
  readonly name: 'kill';
  readonly times: number;
  readonly seed: number;
  readonly rows: readonly { readonly figure: string; readonly value: string | number }[];
  /** Empty where every promise was kept. */
  readonly violations: readonly string[];
}

interface Options {
  readonly times: number;
  /** Decides the moments of the kills. */
  readonly seed: number;
  readonly progress: (line: string) => void;
}

/** Kills the host again and again, always on the same data folder, and checks what the next one finds there. */
export async function runKill({ times, seed, progress }: Options): Promise<KillReport> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-kill-'));
  const random = seededRandom(seed);
  const violations: string[] = [];
  const reopenings: number[] = [];
  let events = 0;
  let interrupted = 0;
  let host: RunningHost | undefined;
  progress(`kill -9, ${times} times, seed ${seed}`);
  try {
    host = await startHost({ dataDir, config: TRAFFIC_CONFIG });
    for (let round = 1; round <= times; round++) {
      const moment = EARLIEST_MILLIS + random() * (LATEST_MILLIS - EARLIEST_MILLIS);
      const witnesses = await killAt(host, moment);
      host = await startHost({ dataDir, config: TRAFFIC_CONFIG });
      reopenings.push(host.readyMillis);
      if (host.readyMillis > REOPEN_BAR_MILLIS) {
        violations.push(`round ${round}: reopening took ${Math.round(host.readyMillis)} ms`);
      }
      for (const witness of witnesses) {
        const found = await verifyRun(host, witness);
        violations.push(
          ...found.map((words) => `round ${round}, killed at ${Math.round(moment)} ms: ${words}`),
        );
        events += witness.seen.size;
        interrupted += witness.endAcknowledged ? 0 : 1;
      }
      if (round % 10 === 0) progress(`${round} of ${times}: ${violations.length} violations`);
    }
    await host.stop();
    violations.push(...(await verifyJournal(dataDir)));
  } finally {
    await host?.kill();
    // Kept where something is wrong, to be looked at.
    if (violations.length === 0) rmSync(dataDir, { recursive: true, force: true });
    else progress(`the data folder is kept: ${dataDir}`);
  }
  if (events === 0) violations.push('no event was acknowledged before any kill: nothing was tested');
  const rows = [
    { figure: 'kills', value: times },
    { figure: 'seed', value: seed },
    { figure: 'acknowledged events checked', value: events },
    { figure: 'runs that had to be interrupted', value: interrupted },
    { figure: 'median reopening, ms', value: Math.round(median(reopenings)) },
    { figure: 'slowest reopening, ms (bar 2000)', value: Math.round(Math.max(...reopenings)) },
    { figure: 'violations', value: violations.length },
  ];
  return { name: 'kill', times, seed, rows, violations };
}

async function killAt(host: RunningHost, moment: number): Promise<readonly Witness[]> {
  const traffic = await startTraffic(host, moment / 2);
  await sleep(moment);
  await host.kill();
  await traffic.over;
  return traffic.witnesses;
}
