import { chromium } from 'playwright-core';
import { CHROMIUM_ARGS, findChromium } from '../scripts/find-chromium.ts';
import { configFor } from '../e2e/support/scripted-upstream.ts';
import { startHost, type RunningHost } from '../e2e/support/host.ts';
import type { StartedRun } from '../core/api/contract.ts';
import { request } from '../core/api/client.ts';
import { join } from 'node:path';
import { startPortProcess } from './support/child.ts';
import type { Figure } from './support/figures.ts';
import { median, quantile } from './support/statistics.ts';

const CALLS = 40;
/** The upstream keeps silent for so long: a row that shows up in time shows a call that still runs. */
const HOLD_MILLIS = 600;
const BAR_MILLIS = 150;

/**
 * From the moment in which an agent sends a call to the frame that shows its row. Both are read on the clock of this
 * process: the page reports through a binding, whose way back is part of the figure.
 */
export async function measureVisibility(progress: (line: string) => void): Promise<readonly Figure[]> {
  const support = join(import.meta.dirname, 'support');
  const upstream = await startPortProcess(join(support, 'bench-upstream.ts'));
  const host = await startHost({ config: configFor([`http://127.0.0.1:${upstream.port}/v1`]) });
  const { path: executablePath } = await findChromium(progress);
  const browser = await chromium.launch({ executablePath, args: [...CHROMIUM_ARGS] });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    let onNewest: (row: number) => void = () => undefined;
    await page.exposeFunction('reportNewest', (row: number) => onNewest(row));
    const started = await request<StartedRun>(host.api, '/api/runs', {
      method: 'POST',
      body: { name: 'bench' },
    });
    await page.goto(host.windowUrl(`#/runs/${started.run.id}`));
    await page.getByRole('treegrid').waitFor();
    await page.evaluate(watchNewestCall);
    progress(`visible in the window: ${CALLS} calls …`);
    const delays: number[] = [];
    let newest = 0;
    for (let index = 0; index < CALLS; index++) {
      const shown = new Promise<number>((resolve) => {
        onNewest = (row) => {
          if (row <= newest) return;
          newest = row;
          resolve(performance.now());
        };
      });
      const sent = performance.now();
      const call = sendHeldCall(host, started);
      const ended = call.then(() => performance.now());
      const visible = await Promise.race([shown, ended.then(() => Number.POSITIVE_INFINITY)]);
      if (!Number.isFinite(visible)) throw new Error('a call had ended before its row was there');
      delays.push(visible - sent);
      await ended;
    }
    return [
      {
        figure: `call visible in the window (median of ${CALLS})`,
        unit: 'ms',
        ours: median(delays),
        bar: { atMost: BAR_MILLIS, of: 'ours' },
      },
      {
        figure: `call visible in the window (95th percentile of ${CALLS})`,
        unit: 'ms',
        ours: quantile(delays, 0.95),
        bar: { atMost: BAR_MILLIS, of: 'ours' },
      },
    ];
  } finally {
    await browser.close();
    await host.stop();
    await upstream.stop();
  }
}

/** Runs in the page: reports the row of the newest call in sight, after the frame that shows it. */
function watchNewestCall(): void {
  const { reportNewest } = globalThis as unknown as { reportNewest(row: number): void };
  let known = 0;
  const look = () => {
    const rows = [...document.querySelectorAll('[role="treegrid"] .waterfall-call')];
    const newest = Math.max(0, ...rows.map((row) => Number(row.getAttribute('aria-rowindex'))));
    if (newest <= known) return;
    known = newest;
    // The callback runs before the frame is painted; the message sent from within it comes after.
    requestAnimationFrame(() => setTimeout(() => reportNewest(newest)));
  };
  new MutationObserver(look).observe(document.body, { childList: true, subtree: true, attributes: true });
}

async function sendHeldCall(host: RunningHost, started: StartedRun): Promise<void> {
  const response = await fetch(`${host.dataPlane}/r/${started.run.id}/openai/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${host.clientToken}` },
    body: JSON.stringify({
      model: 'scripted',
      messages: [{ role: 'user', content: `hold ${HOLD_MILLIS} ms` }],
    }),
  });
  await response.text();
  if (response.status !== 200) throw new Error(`the call was answered ${response.status}`);
}
