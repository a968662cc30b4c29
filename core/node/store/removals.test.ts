import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { generateRun } from '../../journal/generate/generate-run.ts';
import { startRecorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { systemClock } from '../system-clock.ts';
import { PartNumbers } from './bodies.ts';
import { addEvent, emptyBatch } from './event-batch.ts';
import { migrations } from './migrations.ts';
import { openForReading, openForWriting } from './open-database.ts';
import { createReader } from './reader.ts';
import { Removals } from './removals.ts';
import { TextIndex } from './search/text-index.ts';
import { Space } from './space.ts';
import { Writer } from './writer.ts';

/** Takes many steps to remove. */
const SPANS = 6_000;
const TABLES = ['events', 'texts_docsize', 'run_blobs', 'blobs', 'span_chunks', 'span_names', 'snapshots'];

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-removals-'));
  file = join(folder, 'journal.db');
});

afterEach(() => rmSync(folder, { recursive: true }));

function open() {
  const database = openForWriting(file);
  const writer = new Writer(database);
  let batch = emptyBatch();
  const parts = new PartNumbers((part) => batch.parts.push(part));
  const sink = {
    append: (event: Parameters<typeof addEvent>[1]) => addEvent(batch, event, JSON.stringify(event.data)),
    keepBody: (run: RunId, body: Uint8Array) => parts.keep(run, body),
  };
  const write = () => {
    writer.append([batch]);
    batch = emptyBatch();
  };
  return {
    database,
    writer,
    removals: new Removals(database),
    /** An indexed run that has ended. */
    record(seed: number, spans: number): RunId {
      const steps = generateRun({ spans, shape: 'agents', errors: 0.1, seed }, sink);
      let step = steps.next();
      while (step.done !== true) step = steps.next();
      write();
      const index = new TextIndex(database);
      while (index.step());
      return step.value;
    },
    begin(): RunId {
      const start = { name: 'new', source: 'launched', hostVersion: '0', configHash: '' } as const;
      const { runId } = startRecorder({ clock: systemClock, ids: hostIds, sink }, start);
      write();
      return runId;
    },
  };
}

/** Rows of every table that runs have something in. */
function rowsIn(database: Database.Database): Readonly<Record<string, number>> {
  const count = (table: string) => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get() as number;
  return Object.fromEntries(TABLES.map((table) => [table, count(table)]));
}

const keyOf = (database: Database.Database, run: RunId) =>
  database.prepare('SELECT key FROM runs WHERE id = ?').pluck().get(run) as number;

describe('a run that is deleted', () => {
  it('is gone for whoever reads at once, and what it leaves goes in steps, beside what others have', () => {
    const { database, writer, removals, record, begin } = open();
    const kept = record(1, 200);
    const alone = rowsIn(database);
    const gone = record(2, SPANS);
    const key = keyOf(database, gone);
    const whole = rowsIn(database);
    for (const table of TABLES) expect(whole[table]).toBeGreaterThan(alone[table]!);
    expect(writer.deleteRun(gone)).toBe('deleted');
    const reader = createReader(openForReading(file));
    expect(reader.findRun(gone)).toBeUndefined();
    expect(reader.listRuns({ limit: 10 }).map(({ id }) => id)).toEqual([kept]);
    expect(reader.readEvents({ run: gone, from: 1, limit: 10 })).toEqual([]);
    expect(rowsIn(database)).toEqual(whole);

    expect(removals.step()).toBe(true);
    // What is recorded meanwhile neither gets its key nor one of its parts.
    const later = begin();
    expect(keyOf(database, later)).toBeGreaterThan(key);
    const same = record(2, 100);
    while (removals.step());
    expect(removals.step()).toBe(false);
    const { runs, broken } = reader.verify(undefined);
    expect([runs, broken]).toEqual([3, []]);
    expect(reader.listSpans(same).length).toBeGreaterThanOrEqual(100);
    expect(rowsIn(database)['events']).toBeLessThan(alone['events']! + 1_000);

    const pages = database.pragma('page_count', { simple: true }) as number;
    expect(new Space(database).reclaim(undefined).bytes).toBeGreaterThan(0);
    expect(database.pragma('page_count', { simple: true })).toBeLessThan(pages / 2);
    reader.close(undefined);
    writer.close();
  });

  it('is removed whole after a kill in the midst of it', async () => {
    const before = open();
    const kept = before.record(1, 200);
    const alone = rowsIn(before.database);
    const gone = before.record(2, SPANS);
    const whole = rowsIn(before.database);
    before.writer.close();
    const module = (name: string) => JSON.stringify(new URL(name, import.meta.url));
    const script = `const { openForWriting } = await import(${module('open-database.ts')});
      const { Writer } = await import(${module('writer.ts')});
      const { Removals } = await import(${module('removals.ts')});
      const database = openForWriting(${JSON.stringify(file)});
      new Writer(database).deleteRun('${gone}');
      const removals = new Removals(database);
      for (let step = 0; step < 3; step++) removals.step();
      process.stdout.write('begun');
      setInterval(() => removals.step(), 5);`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'pipe' });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'close');

    const after = open();
    const left = rowsIn(after.database);
    expect(left).not.toEqual(whole);
    expect(left).not.toEqual(alone);
    while (after.removals.step());
    expect(rowsIn(after.database)).toEqual(alone);
    const reader = createReader(openForReading(file));
    expect(reader.verify(undefined)).toMatchObject({ runs: 1, events: alone['events'], broken: [] });
    expect(reader.findRun(kept)?.status).toBe('completed');
    reader.close(undefined);
    after.writer.close();
  });

  it('whose text was still to be removed in a file of version 5 is removed in this one', () => {
    const old = new Database(file);
    for (const sql of migrations.slice(0, 5)) old.exec(sql);
    old.exec(`PRAGMA user_version = 5;
      INSERT INTO text_removals VALUES (1);
      INSERT INTO texts (rowid, log, body) VALUES (4294967297, 'needle', '');`);
    old.close();
    const { database, writer, removals } = open();
    expect(rowsIn(database)['texts_docsize']).toBe(1);
    while (removals.step());
    expect(rowsIn(database)['texts_docsize']).toBe(0);
    expect(database.prepare('SELECT count(*) FROM removals').pluck().get()).toBe(0);
    writer.close();
  });
});
