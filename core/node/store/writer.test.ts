import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RunId, SpanId } from '../../base/ids.ts';
import type { BodyRef, JournalEvent } from '../../journal/event.ts';
import { countingIds } from '../../journal/recorded-events.ts';
import { decodeChanges } from '../../journal/columns/columns-document.ts';
import { startRecorder, type Recorder } from '../../journal/recorder.ts';
import { systemClock } from '../system-clock.ts';
import { PartNumbers } from './bodies.ts';
import { addEvent, emptyBatch } from './event-batch.ts';
import { openForReading, openForWriting } from './open-database.ts';
import { createReader } from './reader.ts';
import { Writer } from './writer.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'signalbox-writer-'));
  file = join(folder, 'journal.db');
});
afterEach(() => rmSync(folder, { recursive: true }));

const ids = countingIds();

/** The writer and a reader in this thread, and runs whose events wait until they are written. */
function open() {
  const writer = new Writer(openForWriting(file));
  writer.interruptOpenRuns();
  const reader = createReader(openForReading(file));
  let pending = emptyBatch();
  const numbers = new PartNumbers((part) => pending.parts.push(part));
  const sink = {
    append: (event: JournalEvent) => addEvent(pending, event, JSON.stringify(event.data)),
    keepBody: (run: RunId, body: Uint8Array) => numbers.keep(run, body),
  };
  return {
    writer,
    reader,
    start(name = 'a run'): Recorder {
      const start = { name, source: 'launched', hostVersion: '0', configHash: '' } as const;
      return startRecorder({ clock: systemClock, ids, sink }, start);
    },
    write() {
      const full = pending;
      pending = emptyBatch();
      const rows = writer.append([full]);
      for (const { id } of rows) writer.project(id);
      return rows.map(({ name, status }) => [name, status]);
    },
    close() {
      reader.close(undefined);
      writer.close();
    },
  };
}

function recordCall(run: Recorder, body: BodyRef): SpanId {
  const spanId = ids.spanId();
  const span = { spanId, parentSpanId: run.rootSpanId };
  const call = { dialect: 'openai', operation: 'chat', method: 'POST', path: '/', streaming: false } as const;
  run.append('call-received', { ...call, attribution: 'prefix', headers: {}, body }, span);
  run.append('call-ended', { outcome: 'ok', status: 200, body }, span);
  return spanId;
}

describe('what writes and what reads', () => {
  it('keeps events, spans and bodies, in transactions that say which runs have changed', () => {
    const { reader, start, write, close } = open();
    const run = start();
    const text = new TextEncoder().encode('hello '.repeat(200));
    const short = new TextEncoder().encode('hi');
    const spanId = recordCall(run, run.keepBody(text));
    recordCall(run, run.keepBody(short));
    expect(write()).toEqual([['a run', 'running']]);
    const found = reader.findSpan({ run: run.runId, span: spanId })!;
    expect([found.request, found.response].map((body) => body && Buffer.from(body).toString())).toEqual([
      'hello '.repeat(200),
      'hello '.repeat(200),
    ]);
    expect(found.events.map(({ type }) => type)).toEqual(['call-received', 'call-ended']);
    expect(reader.listSpans(run.runId).map(({ kind }) => kind)).toEqual(['agent', 'call', 'call']);
    expect(reader.readEvents({ run: run.runId, from: 2, limit: 2 }).map(({ seq }) => seq)).toEqual([2, 3]);
    expect(reader.findSpan({ run: run.runId, span: '0'.repeat(16) as SpanId })).toBeUndefined();
    expect(reader.findRun('f'.repeat(32) as RunId)).toBeUndefined();
    expect(reader.listSpans('f'.repeat(32) as RunId)).toEqual([]);
    close();
  });

  it('refuses a batch as a whole where an event is not the next of its run, and goes on with those that are', () => {
    const { reader, writer, start, write, close } = open();
    const run = start();
    write();
    run.append('log-written', { stream: 'stdout', text: 'lost' });
    const lost = emptyBatch();
    const [next] = reader.readEvents({ run: run.runId, from: 1, limit: 1 });
    addEvent(lost, { ...next!, seq: 7 }, '{}');
    expect(() => writer.append([lost])).toThrow('event 7 after 1');
    expect(write()).toEqual([['a run', 'running']]);
    expect(reader.verify(run.runId)).toEqual({ runs: 1, events: 2, broken: [] });
    close();
  });

  it('lists runs newest first, page by page, and deletes one that has ended, with the bodies that only it has', () => {
    const { writer, reader, start, write, close } = open();
    const shared = new TextEncoder().encode('shared');
    const runs = ['one', 'two', 'three'].map((name) => {
      const run = start(name);
      recordCall(run, run.keepBody(shared));
      return run;
    });
    write();
    const [one, two] = runs as [Recorder, Recorder, Recorder];
    const page = reader.listRuns({ limit: 2 });
    const rest = reader.listRuns({ limit: 2, before: page.at(-1)!.id });
    expect([...page, ...rest].map(({ name }) => name).toSorted()).toEqual(['one', 'three', 'two']);
    expect(writer.deleteRun(one.runId)).toBe('still-running');
    one.append('run-ended', { status: 'completed' });
    expect(write()).toEqual([['one', 'completed']]);
    expect(writer.deleteRun(one.runId)).toBe('deleted');
    expect(writer.deleteRun(one.runId)).toBe('not-found');
    const other = reader.listSpans(two.runId).find(({ kind }) => kind === 'call')!;
    expect(reader.findSpan({ run: two.runId, span: other.id })?.request).toEqual(Buffer.from(shared));
    close();
  });

  it('says what has changed in the columns of a run, to its end, and gives all of them where it cannot', () => {
    const { writer, reader, start, write, close } = open();
    const run = start();
    const { runId } = run;
    recordCall(run, run.keepBody(new TextEncoder().encode('a')));
    write();
    const first = reader.columns(runId)!;
    const known = { seq: 3, spans: 2, names: 2 };
    expect('value' in first && first.value).toMatchObject({ run: { lastSeq: 3 }, spans: 2 });
    expect(writer.changes({ run: runId, known })).toBeUndefined();
    recordCall(run, run.keepBody(new TextEncoder().encode('b')));
    write();
    const some = writer.changes({ run: runId, known })!;
    expect(some).toMatchObject({ known: { seq: 5, spans: 3 }, ended: false });
    expect(decodeChanges(some.pieces[0]!)).toMatchObject({ whole: false, ordinals: Uint32Array.of(2) });
    run.append('run-ended', { status: 'completed' });
    write();
    const last = writer.changes({ run: runId, known: some.known })!;
    expect(last).toMatchObject({ known: { seq: 6 }, ended: true });
    expect(decodeChanges(last.pieces[0]!)).toMatchObject({
      run: { status: 'completed' },
      ordinals: Uint32Array.of(0),
    });
    expect(writer.changes({ run: runId, known })).toBeUndefined();
    close();
    const again = open();
    const next = again.start('another');
    again.write();
    next.append('log-written', { stream: 'stdout', text: 'x' });
    again.write();
    const all = again.writer.changes({ run: next.runId, known: { seq: 0, spans: 0, names: 0 } })!;
    expect(decodeChanges(all.pieces[0]!)).toMatchObject({ whole: true, spans: 1 });
    again.close();
  });

  it('knows what was going on at an event and at a time, and spans as they were then', () => {
    const { reader, start, write, close } = open();
    const run = start();
    const { runId } = run;
    const [one, two] = [0, 1].map(() => recordCall(run, run.keepBody(new TextEncoder().encode('a')))) as [
      SpanId,
      SpanId,
    ];
    write();
    const events = reader.readEvents({ run: runId, from: 1, limit: 10 });
    expect(reader.seqAt({ run: runId, at: 1e18 })).toBe(5);
    expect(reader.seqAt({ run: 'f'.repeat(32) as RunId, at: 0 })).toBe(0);
    for (const { at } of events)
      expect(reader.seqAt({ run: runId, at })).toBe(events.findLast((event) => event.at <= at)!.seq);
    expect([1, 4, 5].map((seq) => reader.seqAfter({ run: runId, seq }))).toEqual([2, 5, 0]);
    expect(reader.stateAt({ run: runId, seq: 2 })).toMatchObject({ spans: 2, run: { openCalls: 1 } });
    expect(reader.stateAt({ run: runId, seq: 6 })).toBeUndefined();
    const statuses = (seq?: number) =>
      reader
        .findSpans({ run: runId, spans: [two, one, '0'.repeat(16) as SpanId], ...(seq && { seq }) })
        .map(({ id, status }) => [id, status]);
    expect(statuses()).toEqual([
      [two, 'ok'],
      [one, 'ok'],
    ]);
    expect(statuses(2)).toEqual([[one, 'running']]);
    expect(reader.findSpans({ run: 'f'.repeat(32) as RunId, spans: [one] })).toEqual([]);
    expect(reader.findSpan({ run: runId, span: two, seq: 3 })).toBeUndefined();
    const then = reader.findSpan({ run: runId, span: two, seq: 4 })!;
    expect([then.span.status, then.events.length, then.response]).toEqual(['running', 1, undefined]);
    close();
  });

  it('marks runs that were open as interrupted when it is opened again', () => {
    const before = open();
    const run = before.start();
    before.write();
    before.close();
    const after = open();
    expect(after.reader.findRun(run.runId)).toMatchObject({ status: 'interrupted' });
    after.close();
  });

  it('says which event was changed behind its back, and answers with none of it', () => {
    const { reader, start, write, close } = open();
    const run = start();
    run.append('log-written', { stream: 'stdout', text: 'true' });
    write();
    expect(reader.verify(undefined)).toEqual({ runs: 1, events: 2, broken: [] });
    const other = new Database(file);
    other.prepare("UPDATE events SET data = replace(data, 'true', 'fake') WHERE key % 4294967296 = 2").run();
    other.close();
    expect(reader.verify(run.runId).broken).toMatchObject([{ run: run.runId, seq: 2 }]);
    expect(() => reader.readEvents({ run: run.runId, from: 1, limit: 10 })).toThrow(/2/);
    close();
  });
});

describe('a file that cannot be used', () => {
  it('is refused with what is wrong: newer, no database, not there', () => {
    const database = new Database(file);
    database.pragma('user_version = 999');
    database.close();
    expect(() => openForWriting(file)).toThrow(expect.objectContaining({ code: 'newer_database' }));
    const text = join(folder, 'text.db');
    writeFileSync(text, 'no database, but long enough to have a header of one hundred bytes '.repeat(3));
    expect(() => openForWriting(text)).toThrow(expect.objectContaining({ code: 'not_a_database' }));
    expect(() => openForWriting(join(folder, 'no', 'such', 'folder.db'))).toThrow();
    expect(() => openForReading(join(folder, 'nothing.db'))).toThrow();
  });
});
