import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startRecorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { systemClock } from '../system-clock.ts';
import { addEvent, emptyBatch } from './event-batch.ts';
import { openForReading, openForWriting } from './open-database.ts';
import { createReader } from './reader.ts';
import { openStore, type Store } from './store.ts';
import { Writer } from './writer.ts';

const worker = new URL('./worker.ts', import.meta.url);
const SIZE = '16m';
/** Without it there is room for the log and, beside it, for all that is in it. */
const FILLER_BYTES = 12 * 1024 * 1024;
const start = { name: 'a run', source: 'launched', hostVersion: '0', configHash: '' } as const;

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-full-'));
});

afterEach(() => rmSync(folder, { recursive: true }));

describe('a disk that is full', () => {
  it('stops the recording with its reason; nothing is lost once there is room again', async ({ skip }) => {
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${SIZE}`, 'tmpfs', folder]);
    skip(mounted.status !== 0, 'no file system can be mounted here: that takes root on Linux');
    let store: Store | undefined;
    try {
      const filler = join(folder, 'filler');
      writeFileSync(filler, Buffer.alloc(FILLER_BYTES));
      store = await openStore({ worker, file: join(folder, 'journal.db') });
      const run = startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
      let lines = 0;
      while (store.recording.stopped === undefined && lines < 100_000) {
        for (let line = 0; line < 500; line++)
          run.append('log-written', { stream: 'stdout', text: `line ${++lines} ${'x'.repeat(100)}` });
        await store.flush();
      }
      expect(store.recording.stopped).toContain('full');
      // What is there can be read meanwhile.
      expect((await store.read('verify', undefined)).broken).toEqual([]);
      rmSync(filler);
      await expect.poll(() => store!.recording.stopped, { timeout: 10_000 }).toBeUndefined();
      run.append('run-ended', { status: 'completed' });
      await store.flush();
      const report = await store.read('verify', undefined);
      expect(report).toEqual({ runs: 1, events: lines + 2, broken: [] });
      expect((await store.read('findRun', run.runId))?.gaps).toBeUndefined();
    } finally {
      await store?.close();
      spawnSync('umount', [folder]);
    }
  });

  it('takes nothing of a batch that does not fit, and the same batch when it does', () => {
    const file = join(folder, 'journal.db');
    const database = openForWriting(file);
    const writer = new Writer(database);
    const batch = emptyBatch();
    const sink = {
      append: (event: Parameters<typeof addEvent>[1]) => addEvent(batch, event, JSON.stringify(event.data)),
      keepBody: () => ({ bytes: 0, parts: [] }),
    };
    const run = startRecorder({ clock: systemClock, ids: hostIds, sink }, start);
    for (let line = 0; line < 2_000; line++)
      run.append('log-written', { stream: 'stdout', text: `line ${line} ${'x'.repeat(100)}` });
    const pages = database.pragma('page_count', { simple: true }) as number;
    database.pragma(`max_page_count = ${pages + 20}`);
    expect(() => writer.append([batch])).toThrow('full');
    const reader = createReader(openForReading(file));
    expect(reader.findRun(run.runId)).toBeUndefined();
    database.pragma('max_page_count = 1000000');
    expect(writer.append([batch])).toMatchObject([{ lastSeq: 2_001 }]);
    expect(reader.verify(undefined)).toEqual({ runs: 1, events: 2_001, broken: [] });
    reader.close(undefined);
    writer.close();
  });
});
