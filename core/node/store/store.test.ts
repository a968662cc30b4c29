import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { startRecorder, type Recorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { systemClock } from '../system-clock.ts';
import { migrations } from './migrations.ts';
import { openStore, type Store } from './store.ts';

const worker = new URL('./worker.ts', import.meta.url);
let folder: string;
let file: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-store-'));
  file = join(folder, 'journal.db');
  store = await openStore({ worker, file });
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function startRun(name = 'a run', source: 'launched' | 'host' = 'launched'): Recorder {
  const start = { name, source, hostVersion: '0', configHash: '' } as const;
  return startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
}

function logLines(recorder: Recorder, count: number): void {
  for (let line = 1; line <= count; line++)
    recorder.append('log-written', { stream: 'stdout', text: `line ${line}` });
}

const readAll = (run: RunId) => store.read('readEvents', { run, from: 1, limit: 10_000 });

describe('the journal on disk', () => {
  it('gives back every event as it was appended, in order, after its commit', async () => {
    const committed: number[] = [];
    store.onCommitted((rows) => committed.push(...rows.map(({ lastSeq }) => lastSeq)));
    const run = startRun();
    logLines(run, 1000);
    await store.flush();
    expect(committed).toEqual(committed.toSorted((one, other) => one - other));
    expect(committed.at(-1)).toBe(1001);
    const events = await readAll(run.runId);
    expect(events.map(({ seq }) => seq)).toEqual(Array.from({ length: 1001 }, (_, index) => index + 1));
    expect(events.slice(1).map(({ data }) => 'text' in data && data.text)).toEqual(
      Array.from({ length: 1000 }, (_, index) => `line ${index + 1}`),
    );
  });

  it('keeps a body byte for byte, and a message that is sent again only once', async () => {
    const run = startRun();
    const long = 'x'.repeat(20_000);
    const first = Buffer.from(`{"messages": [ {"role":"user","content":"${long}"} ] }`);
    const second = Buffer.from(
      `{"messages": [ {"role":"user","content":"${long}"}, {"role":"user","content":"é🚦"} ] }`,
    );
    const spans = [first, second].map((body) => {
      const span = { spanId: hostIds.spanId(), parentSpanId: run.rootSpanId };
      const call = {
        dialect: 'openai',
        operation: 'chat.completions',
        method: 'POST',
        path: '/chat/completions',
      } as const;
      const rest = { streaming: false, attribution: 'prefix', headers: {} } as const;
      run.append('call-received', { ...call, ...rest, body: run.keepBody(body) }, span);
      return span.spanId;
    });
    await store.flush();
    for (const [index, body] of [first, second].entries()) {
      const stored = await store.read('findSpan', { run: run.runId, span: spans[index]! });
      expect(Buffer.from(stored!.request!).equals(body)).toBe(true);
    }
    const database = new Database(file, { readonly: true });
    const holding = database.prepare("SELECT count(*) AS n FROM blobs WHERE encoding = 'zstd'").get();
    database.close();
    expect(holding).toEqual({ n: 1 });
  });

  it('marks a run that was open when the host died as interrupted, with its chain intact', async () => {
    const run = startRun();
    logLines(run, 3);
    await store.close();
    store = await openStore({ worker, file });
    const row = await store.read('findRun', run.runId);
    expect(row).toMatchObject({ status: 'interrupted', lastSeq: 5 });
    expect(await store.read('verify', undefined)).toEqual({ runs: 1, events: 5, broken: [] });
  });

  it.each([
    [
      'a changed byte',
      "UPDATE events SET data = replace(data, 'line 2', 'line X') WHERE key % 4294967296 = 3",
      3,
    ],
    ['a changed time', 'UPDATE events SET at = at + 1 WHERE key % 4294967296 = 4', 4],
    ['a missing event', 'DELETE FROM events WHERE key % 4294967296 = 2', 2],
    ['a missing end', 'DELETE FROM events WHERE key % 4294967296 = 6', 6],
  ])('reports %s on verify', async (_, damage, seq) => {
    const run = startRun();
    logLines(run, 4);
    run.append('run-ended', { status: 'completed', exitCode: 0 });
    await store.flush();
    const database = new Database(file);
    database.exec(damage);
    database.close();
    const report = await store.read('verify', undefined);
    expect(report.broken).toHaveLength(1);
    expect(report.broken[0]!.message).toContain(`${seq}`);
  });

  it('gives out no event that is not what was recorded', async () => {
    const run = startRun();
    logLines(run, 4);
    await store.flush();
    const database = new Database(file);
    database.exec("UPDATE events SET data = replace(data, 'line 2', 'line X') WHERE key % 4294967296 = 3");
    database.close();
    await expect(readAll(run.runId)).rejects.toThrow('event 3 is not what was recorded');
    expect(await store.read('readEvents', { run: run.runId, from: 1, limit: 2 })).toHaveLength(2);
  });

  it('keeps nothing of a body that comes after the end of its run, and loses nothing of others by it', async () => {
    const [ended, other] = [startRun('ended'), startRun('other')];
    ended.append('run-ended', { status: 'completed', exitCode: 0 });
    await store.flush();
    expect(ended.keepBody(Buffer.from('too late')).parts).toEqual([]);
    store.keepBody(ended.runId, Buffer.from('too late, too'));
    logLines(other, 3);
    await store.flush();
    expect((await readAll(other.runId)).map(({ type }) => type)).toEqual([
      'run-started',
      'log-written',
      'log-written',
      'log-written',
    ]);
  });

  it('deletes a run with the bodies that only it used, and not while it is open', async () => {
    const [kept, gone] = [startRun('kept'), startRun('gone')];
    const shared = Buffer.from('shared by both');
    const own = Buffer.from('of one run only');
    for (const [run, body] of [
      [kept, shared],
      [gone, shared],
      [gone, own],
    ] as const) {
      run.append('telemetry-received', {
        signal: 'logs',
        contentType: 'text/plain',
        body: run.keepBody(body),
      });
    }
    await store.flush();
    expect(await store.deleteRun(gone.runId)).toBe('still-running');
    gone.append('run-ended', { status: 'completed', exitCode: 0 });
    await store.flush();
    expect(await store.deleteRun(gone.runId)).toBe('deleted');
    expect(await store.deleteRun(gone.runId)).toBe('not-found');
    expect((await store.read('listRuns', { limit: 10 })).map((run) => run.name)).toEqual(['kept']);
    expect((await store.read('verify', undefined)).broken).toEqual([]);
    const database = new Database(file, { readonly: true });
    await expect.poll(() => database.prepare('SELECT count(*) AS n FROM blobs').get()).toEqual({ n: 1 });
    database.close();
  });

  it('pages through the runs, newest first', async () => {
    const names = ['1', '2', '3', '4', '5'];
    for (const name of names) startRun(name);
    await store.flush();
    const first = await store.read('listRuns', { limit: 2 });
    const rest = await store.read('listRuns', { limit: 10, before: first.at(-1)!.id });
    expect([...first, ...rest].map((run) => run.name)).toEqual(names.toReversed());
  });

  it('lists no run of a host, on no page, and gives and verifies it all the same', async () => {
    const hosts = ['first host', 'second host'].map((name) => {
      startRun(`before the ${name}`);
      return startRun(name, 'host');
    });
    startRun('newest');
    await store.flush();
    const first = await store.read('listRuns', { limit: 2 });
    const rest = await store.read('listRuns', { limit: 2, before: first.at(-1)!.id });
    expect([first, rest].map((page) => page.map((run) => run.name))).toEqual([
      ['newest', 'before the second host'],
      ['before the first host'],
    ]);
    const [host] = hosts;
    expect(await store.read('findRun', host!.runId)).toMatchObject({ name: 'first host', source: 'host' });
    expect(await readAll(host!.runId)).toHaveLength(1);
    expect(await store.read('verify', undefined)).toEqual({ runs: 5, events: 5, broken: [] });
  });

  it('refuses a file of a newer version and one that is no database, and changes neither', async () => {
    await store.close();
    const database = new Database(file);
    database.pragma('user_version = 999');
    database.close();
    await expect(openStore({ worker, file })).rejects.toMatchObject({ code: 'newer_database' });
    const other = join(folder, 'text.db');
    const words = 'this is not a database, and it is longer than a header of one hundred bytes '.repeat(4);
    writeFileSync(other, words);
    await expect(openStore({ worker, file: other })).rejects.toMatchObject({ code: 'not_a_database' });
    expect(readFileSync(other, 'utf8')).toBe(words);
    const reset = new Database(file);
    reset.pragma(`user_version = ${migrations.length}`);
    reset.close();
    store = await openStore({ worker, file });
  });
});
