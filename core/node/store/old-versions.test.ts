import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { bodiesOfSpan } from '../../journal/run-state.ts';
import { startRecorder } from '../../journal/recorder.ts';
import { upcast } from '../../journal/upcast.ts';
import { hostIds } from '../host-ids.ts';
import { systemClock } from '../system-clock.ts';
import { chainNext, chainStart } from './hash-chain.ts';
import { migrations } from './migrations.ts';
import { openStore } from './store.ts';

const worker = new URL('./worker.ts', import.meta.url);
/** Of each version, a journal that the code of that time has written, as SQL. */
const VERSIONS = [1, 2, 3];
const LINES = 40_000;
const KILLS = 8;

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-versions-'));
  file = join(folder, 'journal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

const versionOf = (database: Database.Database) =>
  database.pragma('user_version', { simple: true }) as number;

interface OldEvent {
  readonly id: RunId;
  readonly seq: number;
  readonly span_id: string;
  readonly v: number;
  readonly type: string;
  readonly data: string;
}

/** The journal of a version, and its events as they are in it. */
function oldJournal(version: number): readonly OldEvent[] {
  const database = new Database(file);
  // Its tables come in the order of their names.
  database.pragma('foreign_keys = OFF');
  database.exec(readFileSync(new URL(`fixtures/version-${version}.sql`, import.meta.url), 'utf8'));
  expect(versionOf(database)).toBe(version);
  const [seq, runKey] =
    version < 3 ? ['seq', 'run_key'] : ['events.key % 4294967296', 'events.key / 4294967296'];
  const rows = database
    .prepare(
      `SELECT id, ${seq} AS seq, span_id, v, type, data
       FROM events JOIN runs ON runs.key = ${runKey} ORDER BY id, 2`,
    )
    .all() as OldEvent[];
  database.close();
  return rows;
}

describe.each(VERSIONS)('a journal of version %i', (version) => {
  it('is opened with every event, span and body, and goes on', async () => {
    const before = Map.groupBy(oldJournal(version), ({ id }) => id);
    const store = await openStore({ worker, file });
    try {
      expect(store.recording).toEqual({});
      const { runs, events, broken } = await store.read('verify', undefined);
      expect(broken).toEqual([]);
      expect(runs).toBe(before.size);
      expect(events).toBe([...before.values()].flat().length);
      let bodies = 0;
      for (const [run, rows] of before) {
        const read = await store.read('readEvents', { run, from: 1, limit: 10_000 });
        expect(read.map(({ seq, type, data }) => ({ seq, type, data }))).toEqual(
          rows.map(({ seq, v, type, data }) => {
            const { type: now, data: today } = upcast({ v, type, data: JSON.parse(data) });
            return { seq, type: now, data: today };
          }),
        );
        const spans = await store.read('listSpans', run);
        expect((await store.read('columns', run))?.spans).toBe(spans.length);
        expect((await store.read('stateAt', { run, seq: rows.length }))?.spans).toBe(spans.length);
        for (const span of spans) {
          const found = await store.read('findSpan', { run, span: span.id });
          expect(found?.span).toEqual(span);
          const { request, response } = bodiesOfSpan(span);
          expect(found?.request?.length).toBe(request?.bytes);
          expect(found?.response?.length).toBe(response?.bytes);
          bodies += (request ? 1 : 0) + (response ? 1 : 0);
        }
      }
      expect(bodies).toBeGreaterThan(5);
      const start = { name: 'new', source: 'launched', hostVersion: '0', configHash: '' } as const;
      const run = startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
      await store.flush();
      expect((await store.read('findRun', run.runId))?.status).toBe('running');
    } finally {
      await store.close();
    }
    const database = new Database(file, { readonly: true });
    expect(versionOf(database)).toBe(migrations.length);
    database.close();
  });

  it('is noticed where one of its events was changed', async () => {
    const [first] = oldJournal(version);
    const database = new Database(file);
    database.exec("UPDATE events SET data = replace(data, 'by hand', 'by head') WHERE type = 'run-started'");
    database.close();
    expect(first).toBeDefined();
    const store = await openStore({ worker, file });
    const { broken } = await store.read('verify', undefined);
    await store.close();
    expect(broken.length).toBe(1);
  });
});

describe('a migration that is killed', () => {
  it('leaves a journal that opens, with all that was in it', async () => {
    const run = longJournalOfVersion2();
    const script = `const { openForWriting } = await import(${JSON.stringify(new URL('open-database.ts', import.meta.url))});
      process.stdout.write('begin');
      openForWriting(${JSON.stringify(file)}).close();
      process.stdout.write('done');`;
    let killed = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
      let said = '';
      child.stdout.on('data', (data: Buffer) => (said += data.toString()));
      await once(child.stdout, 'data');
      await sleep(kill * 12);
      child.kill('SIGKILL');
      await once(child, 'close');
      if (!said.includes('done')) killed += 1;
    }
    expect(killed).toBeGreaterThan(0);
    const store = await openStore({ worker, file });
    const report = await store.read('verify', run);
    const newest = await store.read('readEvents', { run, from: LINES, limit: 1 });
    await store.close();
    expect(report).toEqual({ runs: 1, events: LINES, broken: [] });
    expect(newest[0]).toMatchObject({ seq: LINES, type: 'run-ended' });
  });
});

/** So long that its migration takes a while. */
function longJournalOfVersion2(): RunId {
  const database = new Database(file);
  for (const sql of migrations.slice(0, 2)) database.exec(sql);
  database.pragma('user_version = 2');
  const id = hostIds.runId();
  const summary = {
    id,
    name: 'long',
    status: 'completed',
    source: 'launched',
    startedAt: 0,
    duration: 0,
    lastSeq: LINES,
  };
  database.prepare('INSERT INTO runs VALUES (1, ?, 0, 0, ?)').run(id, JSON.stringify(summary));
  const insert = database.prepare('INSERT INTO events VALUES (1, ?, 0, 0, ?, NULL, 2, ?, ?, ?)');
  let hash = chainStart(id);
  const root = hostIds.spanId();
  database.transaction(() => {
    for (let seq = 1; seq <= LINES; seq++) {
      const [type, data] = eventOf(seq);
      const row = { seq, at: 0, wall_time: 0, span_id: root, parent_id: null, v: 2, type, data };
      hash = chainNext(hash, row);
      insert.run(seq, root, type, data, hash);
    }
  })();
  database.close();
  return id;
}

function eventOf(seq: number): readonly [type: string, data: string] {
  if (seq === 1)
    return ['run-started', '{"name":"long","source":"launched","hostVersion":"0","configHash":""}'];
  if (seq === LINES) return ['run-ended', '{"status":"completed"}'];
  return ['log-written', `{"stream":"stdout","text":"line ${seq}"}`];
}
