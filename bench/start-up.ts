import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { startHost } from '../e2e/support/host.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';

const ROUNDS = 9;
/** What a reopening may take; a start on an empty folder must not take longer. */
const BAR_MILLIS = 2000;

/** From the start of the process to the first `ok` of `/healthz`; the limit is a Node that does nothing. */
export async function measureStartUp(progress: (line: string) => void): Promise<readonly Figure[]> {
  progress(`start-up: ${ROUNDS} starts …`);
  const ours: number[] = [];
  const limit: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    limit.push(await timeBareNode());
    const host = await startHost({});
    ours.push(host.readyMillis);
    await host.stop();
  }
  return [
    {
      figure: `start-up of the headless host (median of ${ROUNDS})`,
      unit: 'ms',
      ours: median(ours),
      limit: median(limit),
      bar: { atMost: BAR_MILLIS, of: 'ours' },
    },
  ];
}

async function timeBareNode(): Promise<number> {
  const started = performance.now();
  const child = spawn(process.execPath, ['-e', '0'], { stdio: 'ignore' });
  await once(child, 'exit');
  return performance.now() - started;
}
