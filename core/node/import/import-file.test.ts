import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRedactor } from '../../access/redaction.ts';
import type { RunId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import { chainNext, chainStart, type EventRow } from '../store/hash-chain.ts';
import { importFile, type ImportPorts, type ImportProgress, type ImportTask } from './import-file.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-import-file-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const RUN = 'a'.repeat(32) as RunId;
const vector = (name: string) => readFileSync(new URL(`../../formats/vectors/${name}`, import.meta.url));

/** Imports a file into memory. */
async function read(content: string | Uint8Array, more: Partial<ImportTask> = {}, known = false) {
  const path = join(folder, 'trace.json');
  writeFileSync(path, content);
  const seen = { events: [] as JournalEvent[], rows: [] as EventRow[], parts: [] as number[] };
  const progress: ImportProgress[] = [];
  const ports: ImportPorts = {
    redactor: createRedactor(),
    sink: {
      append: (event) => void seen.events.push(event),
      keepBody: (_, body) => ({ bytes: body.length, parts: [] }),
    },
    ready: () => Promise.resolve(),
    progress: (step) => void progress.push(step),
    now: () => 1_700_000_000_000,
    begin: (run) => (known ? Promise.reject(new Error(`${run} is known`)) : Promise.resolve()),
    batch: {
      part: (_run, number) => void seen.parts.push(number),
      event: (_run, row) => void seen.rows.push(row),
    },
  };
  const task = { run: RUN, path, hostVersion: '1', configHash: 'none', ...more };
  return { imported: await importFile(task, ports), ...seen, progress };
}

/** A bundle of three events, each line changed. */
function bundle(change: (line: string, index: number) => string = (line) => line): Uint8Array {
  let hash: Uint8Array = chainStart(RUN);
  const row = (seq: number, type: string): EventRow => ({
    seq,
    at: 0,
    wall_time: 0,
    span_id: 'b'.repeat(16),
    parent_id: null,
    v: 3,
    type,
    data: '{}',
  });
  const rows = [row(1, 'run-started'), row(2, 'call-received'), row(3, 'run-ended')];
  const lines = [
    { signalboxBundle: 1, run: RUN, version: '1' },
    ...rows.map((event) => ({ event, hash: Buffer.from((hash = chainNext(hash, event))).toString('hex') })),
  ];
  return zstdCompressSync(lines.map((line, index) => `${change(JSON.stringify(line), index)}\n`).join(''));
}

describe('a file that is imported', () => {
  it.each([
    ['as it is', (bytes: Uint8Array) => bytes],
    ['gzip', (bytes: Uint8Array) => gzipSync(bytes)],
    ['zstd', (bytes: Uint8Array) => zstdCompressSync(bytes)],
  ])('begins and ends a run, with its own times (%s)', async (_, pack) => {
    const { imported, events, progress } = await read(pack(vector('otlp2jaeger-in.json')));
    expect(imported).toMatchObject({ run: RUN, format: 'otlp-json', spans: imported.spans, logs: 0 });
    expect(events.map(({ type }) => type).slice(0, 2)).toEqual(['run-started', 'span-reported']);
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', data: { status: 'completed' } });
    expect(events[0]).toMatchObject({ data: { source: 'imported', imported: { format: 'otlp-json' } } });
    expect(events.every(({ at }, index) => at >= (events[index - 1]?.at ?? 0))).toBe(true);
    expect(progress.at(-1)).toMatchObject({ spans: imported.spans });
  });

  it('is named after itself, unless it is given a name, and read as what it is said to be', async () => {
    const named = await read(vector('chrome-multiprocess.json'), { name: 'mine', format: 'chrome' });
    expect(named.events[0]).toMatchObject({ data: { name: 'mine' } });
    expect((await read(vector('speedscope-evented.json'))).events[0]).toMatchObject({
      data: { name: 'trace.json' },
    });
  });

  it('is refused where it is damaged, unknown, or not there', async () => {
    await expect(read(vector('speedscope-incomplete.json'))).rejects.toThrow(/at byte \d+ \(line \d+/);
    await expect(read('no trace at all')).rejects.toThrow('trace.json');
    await expect(read('', { path: join(folder, 'none') })).rejects.toThrow('cannot be read');
  });

  it('that is a bundle is copied as it is', async () => {
    const { imported, rows, events } = await read(bundle());
    expect(imported).toMatchObject({ run: RUN, format: 'signalbox', spans: 1 });
    expect(rows.map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(events).toEqual([]);
  });

  it.each([
    [
      'an event was changed',
      (line: string, index: number) => (index === 2 ? line.replace('{}', '[]') : line),
      'Event 2 is not',
    ],
    ['a line is no JSON', (line: string, index: number) => (index === 1 ? '{' : line), 'no JSON'],
    [
      'the head is none',
      (line: string, index: number) => (index === 0 ? '{"signalboxBundle":1,"run":"x"}' : line),
      'no bundle',
    ],
    ['its end is missing', (line: string, index: number) => (index === 3 ? '' : line), 'no JSON'],
    ['a newer version wrote it', (line: string) => line.replace('"v":3', '"v":99'), 'newer Signalbox'],
  ])('that is a bundle is refused where %s', async (_, change, words) => {
    await expect(read(bundle(change))).rejects.toThrow(words);
  });

  it('that is a bundle of a run that is there already is refused', async () => {
    await expect(read(bundle(), {}, true)).rejects.toThrow('is known');
  });
});
