import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../base/ids.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import { generateRun } from '../journal/generate/generate-run.ts';
import type { RetentionRules } from '../journal/retention.ts';
import { Retention } from './retention.ts';
import { openStore, type Store } from './store/store.ts';

const worker = new URL('./store/worker.ts', import.meta.url);
const DAY = 86_400_000;
let folder: string;
let file: string;
let store: Store;
let gone: RunId[];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-retention-'));
  file = join(folder, 'journal.db');
  store = await openStore({ worker, file });
  gone = [];
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

async function record(seed: number, spans = 300): Promise<RunId> {
  const plan = { spans, shape: 'agents', errors: 0.1, seed } as const;
  const steps = generateRun(plan, store);
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  await store.flush();
  return step.value;
}

/** On the clock that generated runs begin by, so many days later. */
function retained(rules: RetentionRules, days = 0): Retention {
  const clock = new VirtualClock();
  clock.advance(days * DAY);
  const timers = {
    after: (delay: number, callback: () => void) => {
      const timer = setTimeout(callback, delay / 100).unref();
      return () => clearTimeout(timer);
    },
  };
  const deleted = (run: RunId) => void gone.push(run);
  return new Retention({ clock, timers, store, rules, deleted });
}

const listed = async () => (await store.read('listRuns', { limit: 100 })).map(({ id }) => id);

describe('retention of runs', () => {
  it('deletes nothing where no rule is given', async () => {
    const run = await record(1);
    const retention = retained({}, 10_000);
    expect((await retention.collect(false)).runs).toEqual([]);
    await retention.close();
    expect(await listed()).toEqual([run]);
  });

  it('deletes by age soon after the start of the host, and no pinned run', async () => {
    const [one, two] = [await record(1), await record(2)];
    expect(await store.setPinned(two, true)).toBe(true);
    const retention = retained({ maxAgeDays: 30 }, 31);
    await expect.poll(() => gone).toEqual([one]);
    await retention.close();
    expect(await listed()).toEqual([two]);
    expect((await store.read('findRun', two))?.pinned).toBe(true);
  });

  it('says what would go without deleting it, and is of the same mind afterwards', async () => {
    await record(1);
    const kept = await record(2);
    await store.setPinned(kept, true);
    const retention = retained({ maxRuns: 1 });
    const { runs } = await retention.collect(true);
    expect(runs.map(({ because }) => because)).toEqual(['count']);
    expect((await listed()).length).toBe(2);
    expect((await retention.collect(false)).runs).toEqual(runs);
    await retention.close();
    expect(gone).toEqual(runs.map(({ run }) => run));
    expect(await store.setPinned(gone[0]!, true)).toBe(false);
  });

  it('makes the file smaller, and leaves what other runs share with a deleted one', async () => {
    const kept = await record(1, 600);
    await record(2, 6_000);
    await record(3, 6_000);
    await store.flush();
    const none = retained({});
    await none.collect(false);
    await none.close();
    const before = statSync(file).size;
    await store.setPinned(kept, true);
    const retention = retained({ maxBytes: Math.floor(before / 4) });
    const collected = await retention.collect(false);
    await retention.close();
    expect(gone.length).toBe(2);
    expect(statSync(file).size).toBeLessThan(before / 3);
    expect(collected.freedBytes).toBeGreaterThanOrEqual(0);
    expect((await store.read('verify', undefined)).broken).toEqual([]);
  });

  it('compresses the small parts of ended runs, and no body is another for it', async () => {
    const run = await record(4, 2_000);
    const before = await store.read('verify', run);
    const retention = retained({});
    expect((await retention.collect(false)).packedBytes).toBeGreaterThan(10_000);
    await retention.close();
    const database = new Database(file, { readonly: true });
    const count = database.prepare('SELECT count(*) FROM blobs WHERE encoding = ?').pluck();
    expect(count.get('zstd')).toBeGreaterThan(100);
    database.close();
    expect(await store.read('verify', run)).toEqual(before);
  });

  it('gives the room of a file back that was begun without a place for that', async () => {
    await record(5, 3_000);
    await store.close();
    const database = new Database(file);
    database.pragma('auto_vacuum = NONE');
    database.exec('VACUUM');
    database.close();
    store = await openStore({ worker, file });
    const before = statSync(file).size;
    const retention = retained({ maxAgeDays: 1 }, 2);
    const { freedBytes } = await retention.collect(false);
    await retention.close();
    expect(gone.length).toBe(1);
    expect(freedBytes).toBeGreaterThan(before / 2);
    expect(statSync(file).size).toBeLessThan(before / 4);
    const after = new Database(file, { readonly: true });
    expect(after.pragma('auto_vacuum', { simple: true })).toBe(2);
    after.close();
  });
});
