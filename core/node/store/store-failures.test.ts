import {
  copyFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fold } from '../../journal/fold.ts';
import { startRecorder, type Recorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { createLiveFeed } from '../live-feed.ts';
import { systemClock } from '../system-clock.ts';
import { CheckedEvents } from './checked-events.ts';
import { openStore, type Store } from './store.ts';

const worker = new URL('./worker.ts', import.meta.url);
let folder: string;
let file: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-failures-'));
  file = join(folder, 'journal.db');
  store = await openStore({ worker, file });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function startRun(): Recorder {
  const start = { name: 'a run', source: 'launched', hostVersion: '0', configHash: '' } as const;
  return startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
}

function log(run: Recorder, text: string): void {
  run.append('log-written', { stream: 'stdout', text });
}

/** What another program may do to the file. */
function meddle(sql: string): void {
  const database = new Database(file);
  database.unsafeMode();
  database.exec(sql);
  database.close();
}

const FULL = "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END";
const readAll = (run: Recorder) => store.read('readEvents', { run: run.runId, from: 1, limit: 100_000 });
const recordsAgain = async () => {
  await expect.poll(() => store.recording.stopped, { timeout: 5_000 }).toBeUndefined();
};

describe('a journal that cannot be written', () => {
  it('says why, and has lost nothing when it can be written again', async () => {
    const run = startRun();
    await store.flush();
    meddle(FULL);
    log(run, 'one');
    await store.flush();
    expect(store.recording).toEqual({ stopped: 'disk full' });
    log(run, 'two');
    meddle('DROP TRIGGER full');
    await recordsAgain();
    log(run, 'three');
    await store.flush();
    const texts = (await readAll(run)).map(({ data }) => ('text' in data ? data.text : ''));
    expect(texts).toEqual(['', 'one', 'two', 'three']);
  });

  it('leaves out what there is no room for, and says so in the run, whose chain goes on', async () => {
    const [run, other] = [startRun(), startRun()];
    log(run, 'before');
    await store.flush();
    meddle(FULL);
    const late = startRun();
    for (let line = 0; line < 70; line++) log(run, 'x'.repeat(1024 * 1024));
    run.append('call-ended', { outcome: 'ok' }, { spanId: hostIds.spanId() });
    log(late, 'lost');
    other.append('run-ended', { status: 'completed' });
    await store.flush();
    meddle('DROP TRIGGER full');
    await recordsAgain();
    run.append('run-ended', { status: 'completed' });
    await store.flush();
    const events = await readAll(run);
    const gap = events.find(({ type }) => type === 'recording-gap')!;
    expect(gap).toMatchObject({ data: { from: 3, reason: 'disk full' } });
    expect(events.at(-1)).toMatchObject({ type: 'run-ended', seq: 74 });
    expect(fold(undefined, events).run).toMatchObject({ status: 'completed', gaps: 1, lastSeq: 74 });
    // Whoever asks for an event of the gap, or for what follows it, reads on as from any other place.
    for (const from of [3, 50, 73, 74]) {
      const rest = await store.read('readEvents', { run: run.runId, from, limit: 10 });
      expect([from, rest.at(-1)?.seq]).toEqual([from, 74]);
    }
    const followed: number[] = [];
    for await (const page of createLiveFeed(store).followRun(run.runId, 1, new AbortController().signal))
      followed.push(...page.map(({ seq }) => seq));
    expect(followed).toEqual(events.map(({ seq }) => seq));
    const at = async (seq: number) => (await store.read('stateAt', { run: run.runId, seq }))?.run;
    expect(await at(2)).toMatchObject({ lastSeq: 2, status: 'running' });
    expect(await at(73)).toMatchObject({ lastSeq: 73, status: 'running', gaps: 1 });
    expect((await readAll(late))[0]).toMatchObject({ type: 'run-started', seq: 1 });
    expect(await store.read('findRun', other.runId)).toMatchObject({ status: 'completed' });
    expect((await store.read('verify', undefined)).broken).toEqual([]);
  });

  it('is moved away whole where it is damaged, and its runs go on in a new one', async () => {
    const run = startRun();
    log(run, 'old');
    await store.flush();
    meddle(
      "PRAGMA writable_schema = ON; UPDATE sqlite_schema SET rootpage = 99999 WHERE name = 'runs'; PRAGMA schema_version = 77",
    );
    log(run, 'new');
    await store.flush();
    await recordsAgain();
    const { quarantined } = store.recording;
    expect(readdirSync(quarantined!)).toContain('journal.db');
    await store.flush();
    const events = await readAll(run);
    expect(events.map(({ type }) => type)).toEqual(['run-started', 'recording-gap', 'log-written']);
    expect((await store.read('verify', undefined)).broken).toEqual([]);
  });

  it('that is damaged when it is opened is moved away, too', async () => {
    startRun();
    await store.close();
    const bytes = readFileSync(file);
    bytes.fill(0x5a, 4096, 8192 * 4);
    writeFileSync(file, bytes);
    store = await openStore({ worker, file });
    // To open it may have counted it as changed, in its first page.
    const kept = readFileSync(join(store.recording.quarantined!, 'journal.db'));
    expect(kept.subarray(4096).equals(bytes.subarray(4096))).toBe(true);
    const run = startRun();
    await store.flush();
    expect(await readAll(run)).toHaveLength(1);
  });
});

describe('a journal that is damaged when it is opened', () => {
  const reopen = async () => {
    store = await openStore({ worker, file });
  };

  it('is moved away where it ends too early', async () => {
    const run = startRun();
    for (let line = 0; line < 5_000; line++) log(run, `line ${line}`);
    await store.close();
    truncateSync(file, Math.floor(statSync(file).size / 2));
    await reopen();
    expect(readdirSync(store.recording.quarantined!)).toContain('journal.db');
    expect(await store.read('listRuns', { limit: 10 })).toEqual([]);
  });

  it('is used, and gives the others out, where an open run of it was changed', async () => {
    const [changed, intact] = [startRun(), startRun()];
    for (const run of [changed, intact]) log(run, 'as recorded');
    await store.flush();
    copyFileSync(file, `${file}.copy`);
    copyFileSync(`${file}-wal`, `${file}.copy-wal`);
    await store.close();
    for (const suffix of ['', '-wal']) renameSync(`${file}.copy${suffix}`, file + suffix);
    meddle(`UPDATE events SET data = replace(data, 'as', 'was') WHERE type = 'log-written'
      AND key >> 32 = (SELECT key FROM runs WHERE id = '${changed.runId}')`);
    await reopen();
    expect(store.recording).toEqual({});
    expect((await readAll(intact)).at(-1)).toMatchObject({
      type: 'run-ended',
      data: { status: 'interrupted' },
    });
    await expect(readAll(changed)).rejects.toThrow('event 2 is not what was recorded');
    const row = await store.read('findRun', changed.runId);
    expect(row).toMatchObject({
      status: 'interrupted',
      reason: expect.stringContaining('event 2') as string,
    });
  });
});

describe('closing', () => {
  it('ends every thread, also where one of them cannot close what it has open', async () => {
    const busy = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ id }) => parentPort.postMessage({ kind: 'failure', id, message: 'busy' }));
      parentPort.postMessage({ kind: 'ready' });`;
    const threads = () => process.getActiveResourcesInfo().filter((kind) => kind === 'MessagePort').length;
    const before = threads();
    const unwilling = await openStore({
      worker: new URL(`data:text/javascript,${encodeURIComponent(busy)}`),
      file,
    });
    expect(threads()).toBe(before + 2);
    await expect(unwilling.close()).rejects.toThrow('busy');
    expect(threads()).toBe(before);
  });

  it('is possible after a read that found damage before its first event', async () => {
    const { runId } = startRun();
    await store.flush();
    const database = new Database(file);
    const damaged = () => {
      throw new Error('database disk image is malformed');
    };
    const events = new CheckedEvents({
      prepare: (sql: string) => (sql.startsWith('SELECT hash') ? { get: damaged } : database.prepare(sql)),
    } as unknown as Database.Database);
    expect(() => events.list({ key: 1, id: runId }, 1, 10)).toThrow('malformed');
    expect(() => database.close()).not.toThrow();
  });
});
