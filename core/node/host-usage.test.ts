import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, expect, it, vi } from 'vitest';
import { HostUsage } from './host-usage.ts';

let usage: HostUsage | undefined;
afterEach(() => usage?.close());

it('says what the process took since the sample before', async () => {
  usage = new HostUsage({ now: () => 0, everyMs: 20, most: 1_000 });
  const { samples } = await vi.waitUntil(() => usage!.samples.length > 1 && usage);
  // Works for a while, so that there is processor time and a delay to be seen.
  for (const until = performance.now() + 100; performance.now() < until;);
  const isLate = () => usage!.samples.slice(samples.length).find(({ delayP99Ms }) => delayP99Ms > 50);
  await vi.waitUntil(isLate, { timeout: 10_000 });
  const [working] = usage.samples.slice(samples.length);
  expect(working!.cores).toBeGreaterThan(0.2);
  expect(working!.residentBytes).toBeGreaterThan(working!.heapBytes);
});

it('keeps the newest samples', async () => {
  let at = 0;
  usage = new HostUsage({ now: () => ++at, everyMs: 5, most: 3 });
  await vi.waitUntil(() => at > 4);
  expect(usage.samples.map((sample) => sample.at)).toEqual([at - 2, at - 1, at]);
});

it('ends when it is told to', async () => {
  usage = new HostUsage({ now: () => 0, everyMs: 5, most: 100 });
  usage.close();
  const { length } = usage.samples;
  await sleep(30);
  expect(usage.samples).toHaveLength(length);
});
