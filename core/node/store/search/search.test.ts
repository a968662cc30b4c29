import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpanId } from '../../../base/ids.ts';
import { startRecorder, type Recorder } from '../../../journal/recorder.ts';
import { hostIds } from '../../host-ids.ts';
import { systemClock } from '../../system-clock.ts';
import { openForReading, openForWriting } from '../open-database.ts';
import type { SearchRequest } from '../query/messages.ts';
import { openStore, type Store } from '../store.ts';
import { Writer } from '../writer.ts';
import { Search } from './search.ts';
import { TextIndex } from './text-index.ts';

const worker = new URL('../worker.ts', import.meta.url);
let folder: string;
let file: string;
let store: Store;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-search-'));
  file = join(folder, 'journal.db');
  store = await openStore({ worker, file });
});
afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true });
});

function startRun(name: string, source: 'launched' | 'host' = 'launched'): Recorder {
  const start = { name, source, hostVersion: '0', configHash: '' } as const;
  return startRecorder({ clock: systemClock, ids: hostIds, sink: store }, start);
}

const say = (run: Recorder, text: string) => run.append('log-written', { stream: 'stdout', text });

function recordCall(run: Recorder, request: string): SpanId {
  const span = { spanId: hostIds.spanId(), parentSpanId: run.rootSpanId };
  const call = { dialect: 'openai', operation: 'chat', method: 'POST', path: '/chat', model: 'm' } as const;
  const body = run.keepBody(Buffer.from(request));
  run.append('call-received', { ...call, streaming: false, attribution: 'prefix', headers: {}, body }, span);
  return span.spanId;
}

/** When all that was appended is indexed. */
async function search(words: string, rest: Partial<SearchRequest> = {}) {
  await store.flush();
  for (;;) {
    const page = await store.query('search', { words, limit: 100, ...rest });
    if (page.unindexed === 0) return page;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
const textsOf = async (words: string, rest: Partial<SearchRequest> = {}) =>
  (await search(words, rest)).hits.map(({ snippet }) => snippet.text);

describe('a search', () => {
  it('finds lines of the log by their words, with the place of each', async () => {
    const run = startRun('one');
    for (const text of ['connection refused', 'Connection reset by peer', '连接被拒绝', 'all is well'])
      say(run, text);
    const { hits, order } = await search('connection');
    expect(order).toBe('best');
    expect(hits.map(({ seq, where, snippet }) => [seq, where, snippet])).toEqual([
      [2, 'log', { text: 'connection refused', marks: [[0, 10]] }],
      [3, 'log', { text: 'Connection reset by peer', marks: [[0, 10]] }],
    ]);
    expect(await textsOf('"reset by"')).toEqual(['Connection reset by peer']);
    expect(await textsOf('by reset')).toEqual(['Connection reset by peer']);
    expect(await textsOf('"by reset"')).toEqual([]);
    expect(await textsOf('conn*', { order: 'newest' })).toEqual([
      'Connection reset by peer',
      'connection refused',
    ]);
    expect(await textsOf('拒绝')).toEqual(['连接被拒绝']);
    expect(await textsOf('绝拒')).toEqual([]);
  });

  it('finds a message once, however often it is sent again, in the call that first had it', async () => {
    const run = startRun('one');
    const message = (content: string) =>
      JSON.stringify({ role: 'user', content: `${content} ${'x'.repeat(600)}` });
    const request = (...contents: string[]) =>
      `{"model":"m","messages":[${contents.map(message).join(',')}]}`;
    const first = recordCall(run, request('the "needle"\\n', 'second'));
    const other = recordCall(run, request('the "needle"\\n', 'second', 'a third'));
    expect((await search('needle')).hits.map(({ spanId, where }) => [spanId, where])).toEqual([
      [first, 'body'],
    ]);
    expect((await search('third')).hits.map(({ spanId }) => spanId)).toEqual([other]);
    expect((await search('needle', { where: 'log' })).hits).toEqual([]);
  });

  it('keeps to one run, and to those of agents where none is named', async () => {
    const host = startRun('host', 'host');
    say(host, 'needle');
    const one = startRun('one');
    say(one, 'needle');
    say(startRun('two'), 'needle');
    expect((await search('needle')).hits.map(({ agent }) => agent).toSorted()).toEqual(['one', 'two']);
    expect((await search('needle', { run: one.runId })).hits.map(({ run }) => run)).toEqual([one.runId]);
    expect((await search('needle', { run: host.runId })).hits).toHaveLength(1);
  });

  it.each(['best', 'newest'] as const)('goes page by page, the %s first', async (order) => {
    const run = startRun('one');
    for (let count = 0; count < 7; count++) say(run, `needle ${'hay '.repeat(count % 3)}`);
    const all = await search('needle', { order });
    expect(all.hits).toHaveLength(7);
    const seqs: number[] = [];
    let after: string | undefined;
    do {
      const page = await search('needle', { order, limit: 3, ...(after !== undefined && { after }) });
      seqs.push(...page.hits.map(({ seq }) => seq));
      after = page.next;
    } while (after !== undefined);
    expect(seqs).toEqual(all.hits.map(({ seq }) => seq));
  });

  it('gives the newest first where a word is nearly everywhere', async () => {
    const run = startRun('one');
    for (let count = 0; count < 6_000; count++) say(run, `line ${count}`);
    const { hits, order } = await search('line', { limit: 2 });
    expect([order, hits.map(({ seq }) => seq)]).toEqual(['newest', [6001, 6000]]);
    expect((await search('5999')).order).toBe('best');
  });

  it('forgets a deleted run, whose key no other run gets before', async () => {
    const run = startRun('one');
    say(run, 'needle');
    run.append('run-ended', { status: 'completed' });
    expect(await textsOf('needle')).toEqual(['needle']);
    await store.deleteRun(run.runId);
    say(startRun('two'), 'hay');
    expect(await textsOf('needle')).toEqual([]);
    expect(await textsOf('hay')).toEqual(['hay']);
    const database = new Database(file, { readonly: true });
    await expect.poll(() => database.prepare('SELECT count(*) AS n FROM removals').get()).toEqual({ n: 0 });
    expect(database.prepare('SELECT count(*) AS n FROM texts_docsize').get()).toEqual({ n: 1 });
    database.close();
  });
});

describe('the index', () => {
  it('goes on where it was when the file is opened again, and has no event twice', async () => {
    const run = startRun('one');
    for (let count = 0; count < 1_000; count++) say(run, `needle ${count}`);
    await store.flush();
    await store.close();
    for (let opened = 0; opened < 3; opened++) {
      const database = openForWriting(file);
      const writer = new Writer(database);
      new TextIndex(database).step();
      writer.close();
    }
    const database = openForWriting(file);
    const writer = new Writer(database);
    const index = new TextIndex(database);
    while (index.step());
    const reader = openForReading(file);
    const search = new Search(reader);
    expect(search.page({ words: 'needle', limit: 2_000 }).hits).toHaveLength(1_000);
    expect(reader.prepare('SELECT count(*) AS n FROM texts_docsize').get()).toEqual({ n: 1_000 });
    reader.close();
    writer.close();
    store = await openStore({ worker, file });
  });
});
