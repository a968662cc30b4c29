import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { generateRun } from '../../journal/generate/generate-run.ts';
import { startRecorder } from '../../journal/recorder.ts';
import { hostIds } from '../host-ids.ts';
import { installation } from '../installation.ts';
import { openStore, type Store } from '../store/store.ts';
import { systemClock } from '../system-clock.ts';
import { backupCommand } from './backup-command.ts';
import { verifyCommand } from './verify-command.ts';

let folder: string;
let data: string;
let backups: string;
let store: Store;
let printed: string;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-commands-'));
  [data, backups] = [join(folder, 'data'), join(folder, 'backups')];
  for (const dir of [data, backups]) mkdirSync(dir);
  store = await openStore({ worker: installation.storeWorker, file: join(data, 'journal.db') });
  printed = '';
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    printed += String(text);
    return true;
  });
});

afterEach(async () => {
  vi.restoreAllMocks();
  await store.close();
  rmSync(folder, { recursive: true });
});

async function record(spans: number): Promise<RunId> {
  const steps = generateRun({ spans, shape: 'agents', errors: 0.1, seed: spans }, store);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  await store.flush();
  return step.value;
}

/** Changes one recorded fact behind the journal's back. */
function meddle(run: RunId): void {
  const database = new Database(join(data, 'journal.db'));
  database
    .prepare(
      `UPDATE events SET data = replace(data, 'openai', 'opened') WHERE type = 'call-received'
       AND key >> 32 = (SELECT key FROM runs WHERE id = ?)`,
    )
    .run(run);
  database.close();
}

/** What a command prints, and how it ends. */
async function said(command: Promise<number>): Promise<readonly [exitCode: number, printed: string]> {
  const exitCode = await command;
  const text = printed;
  printed = '';
  return [exitCode, text];
}

describe('signalbox backup', () => {
  it('copies the journal while it is written, into one file in which all is as it was recorded', async () => {
    const run = await record(300);
    const start = { name: 'goes on', source: 'launched', hostVersion: '0', configHash: '' } as const;
    const open = startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
    await store.flush();
    let isDone = false;
    const writing = (async () => {
      for (let line = 0; !isDone; line++) {
        open.append('log-written', { stream: 'stdout', text: `line ${line}` });
        await store.flush();
      }
    })();
    const file = join(backups, 'journal.db');
    const [exitCode, text] = await said(backupCommand(file, { data, json: true }));
    isDone = true;
    await writing;
    expect(exitCode).toBe(0);
    expect(readdirSync(backups)).toEqual(['journal.db']);

    const restored = await openStore({ worker: installation.storeWorker, file });
    try {
      const report = await restored.read('verify', undefined);
      expect(report.broken).toEqual([]);
      const page = { run, from: 1, limit: 100_000 };
      const [rows, copied] = [await store.read('readRows', page), await restored.read('readRows', page)];
      expect(copied).toEqual(rows);
      const goesOn = await restored.read('readRows', { ...page, run: open.runId });
      const original = await store.read('readRows', { ...page, run: open.runId });
      // Its run was open when it was copied, and is interrupted in the copy.
      expect(goesOn.slice(0, -1)).toEqual(original.slice(0, goesOn.length - 1));
      expect(JSON.parse(text)).toMatchObject({ file, runs: 2, events: rows.length + goesOn.length - 1 });
    } finally {
      await restored.close();
    }
  });

  it('overwrites nothing, and says what there is not', async () => {
    await record(10);
    const file = join(backups, 'journal.db');
    expect((await said(backupCommand(file, { data })))[1]).toMatch(/: 1 runs, \d+ events, .*, verified\.\n$/);
    await expect(backupCommand(file, { data })).rejects.toThrow('is there already; give another name');
    await expect(backupCommand(join(backups, 'other.db'), { data: backups })).resolves.toBe(0);
    const none = join(folder, 'none');
    await expect(backupCommand(join(backups, 'third.db'), { data: none })).rejects.toThrow(
      `There is no journal ${join(none, 'journal.db')}.`,
    );
  });

  it('of a damaged journal says so, and leaves no file behind', async () => {
    meddle(await record(50));
    await expect(backupCommand(join(backups, 'journal.db'), { data })).rejects.toThrow(
      'The journal is damaged',
    );
    expect(readdirSync(backups)).toEqual([]);
  });
});

describe('signalbox verify', () => {
  it('walks all runs, or the one that is named', async () => {
    const [one] = [await record(20), await record(30)];
    const [all, text] = await said(verifyCommand(undefined, { data }));
    expect([all, text]).toEqual([0, expect.stringMatching(/^2 runs, \d+ events: all as recorded\n$/)]);
    const [exitCode, json] = await said(verifyCommand(one, { data, json: true }));
    expect([exitCode, JSON.parse(json)]).toEqual([
      0,
      { runs: 1, events: (await store.read('findRun', one))!.lastSeq, broken: [] },
    ]);
  });

  it('names the event that is not what was recorded, and ends with 1', async () => {
    const [changed, intact] = [await record(20), await record(30)];
    meddle(changed);
    const [exitCode, text] = await said(verifyCommand(undefined, { data }));
    expect(exitCode).toBe(1);
    expect(text).toMatch(new RegExp(`^run ${changed}, event \\d+: .*is not what was recorded`));
    expect(text).toContain(': 1 places are not\n');
    expect((await said(verifyCommand(intact, { data })))[0]).toBe(0);
  });

  it('refuses what is no run, and a folder without a journal', async () => {
    await expect(verifyCommand('no-id', { data })).rejects.toMatchObject({ exitCode: 2 });
    const unknown = hostIds.runId();
    await expect(verifyCommand(unknown, { data })).rejects.toThrow(`There is no run ${unknown} in`);
    await expect(verifyCommand(undefined, { data: backups })).rejects.toThrow('There is no journal');
  });

  it('verifies a backup that was put in the place of a journal', async () => {
    await record(40);
    const file = join(backups, 'copy.db');
    await backupCommand(file, { data });
    const elsewhere = join(folder, 'elsewhere');
    mkdirSync(elsewhere);
    copyFileSync(file, join(elsewhere, 'journal.db'));
    printed = '';
    expect((await said(verifyCommand(undefined, { data: elsewhere })))[1]).toMatch(/: all as recorded\n$/);
  });
});
