import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureFlatness, measureMainThread, measureRecording } from './store-recording.ts';
import { measureReading } from './store-reading.ts';
import { measureSize } from './store-size.ts';
import type { Figure } from './support/figures.ts';

/** The journal on disk: how quick it takes events, how long it stays so, how large it is, and how quick it is read. */
export async function runStore(
  progress: (line: string) => void,
  { events }: { readonly events: number },
): Promise<readonly Figure[]> {
  const dir = mkdtempSync(join(tmpdir(), 'signalbox-bench-'));
  try {
    progress('store: recording beside a bare loop …');
    const normal = await measureRecording('normal', dir);
    const strict = await measureRecording('strict', dir);
    progress('store: the recording thread …');
    const main = await measureMainThread(dir);
    const size = await measureSize(dir);
    progress('store: long runs and many …');
    const reading = await measureReading(dir, progress);
    const flat = await measureFlatness(events, dir, progress);
    return [...normal, ...strict, ...main, ...size, ...reading, ...flat];
  } finally {
    rmSync(dir, { recursive: true });
  }
}
