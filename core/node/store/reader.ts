import { createHash } from 'node:crypto';
import { zstdDecompressSync } from 'node:zlib';
import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import type { BodyRef, JournalEvent } from '../../journal/event.ts';
import { bodiesOfSpan, type RunSummary, type Span } from '../../journal/run-state.ts';
import type { ServedCalls } from '../workers/serve-calls.ts';
import { rowToEvent, type StoredEventRow } from './event-row.ts';
import { chainNext, chainStart } from './hash-chain.ts';
import type { ReaderCalls, StoredSpan, VerifyReport } from './messages.ts';

/** The host's own run is no agent's: whoever looks for it knows its id. */
const OF_AN_AGENT = "json_extract(runs.summary, '$.source') <> 'host'";

/** Everything that reads. What fails its hash is an error with its place, never an answer. */
export function createReader(database: Database): ServedCalls<ReaderCalls> {
  const runKey = database.prepare('SELECT key, summary FROM runs WHERE id = ?');
  const newest = database.prepare(
    `SELECT summary FROM runs WHERE ${OF_AN_AGENT} ORDER BY started_at DESC, key DESC LIMIT ?`,
  );
  const olderThan = database.prepare(
    `SELECT runs.summary FROM runs, (SELECT started_at, key FROM runs WHERE id = @before) AS mark
     WHERE (runs.started_at, runs.key) < (mark.started_at, mark.key) AND ${OF_AN_AGENT}
     ORDER BY runs.started_at DESC, runs.key DESC LIMIT @limit`,
  );
  const spans = database.prepare('SELECT span FROM spans WHERE run_key = ? ORDER BY ordinal');
  const spanById = database.prepare('SELECT span FROM spans WHERE run_key = ? AND id = ?');
  const eventsFrom = database.prepare(
    'SELECT * FROM events WHERE run_key = ? AND seq >= ? ORDER BY seq LIMIT ?',
  );
  const hashAt = database.prepare('SELECT hash FROM events WHERE run_key = ? AND seq = ?');
  const spanEvents = database.prepare(
    `SELECT event.*, before.hash AS hash_before
     FROM events AS event LEFT JOIN events AS before ON before.run_key = event.run_key AND before.seq = event.seq - 1
     WHERE event.run_key = ? AND event.span_id = ? ORDER BY event.seq`,
  );
  const blob = database.prepare('SELECT encoding, content FROM blobs WHERE hash = ?');
  const runBlobs = database.prepare(
    `SELECT hash, encoding, content FROM blobs JOIN run_blobs ON run_blobs.blob_id = blobs.id WHERE run_key = ?`,
  );

  const keyOf = (run: RunId) => runKey.get(run) as { key: number; summary: string } | undefined;

  function readEvents({ run, from, limit }: ReaderCalls['readEvents'][0]): readonly JournalEvent[] {
    const found = keyOf(run);
    if (!found) return [];
    const rows = eventsFrom.all(found.key, from, limit) as StoredEventRow[];
    let hash = chainStart(run);
    if (from > 1) hash = (hashAt.get(found.key, from - 1) as { hash: Buffer } | undefined)?.hash ?? hash;
    return rows.map((row, index) => {
      if (row.seq !== from + index)
        throw new Error(`run ${run}: event ${from + index} is missing from the journal`);
      hash = checked(run, row, hash);
      return rowToEvent(run, row);
    });
  }

  function readBody(ref: BodyRef): Uint8Array {
    return Buffer.concat(
      ref.parts.map((part) => {
        const row = blob.get(Buffer.from(part, 'hex')) as { encoding: string; content: Buffer } | undefined;
        if (!row) throw new Error(`the body part ${part} is missing from the journal`);
        return unpack(part, row);
      }),
    );
  }

  function findSpan({ run, span: id }: ReaderCalls['findSpan'][0]): StoredSpan | undefined {
    const found = keyOf(run);
    const row = found && (spanById.get(found.key, id) as { span: string } | undefined);
    if (!row) return undefined;
    const span = JSON.parse(row.span) as Span;
    const rows = spanEvents.all(found.key, id) as (StoredEventRow & { hash_before: Buffer | null })[];
    const events = rows.map(({ hash_before, ...event }) => {
      checked(run, event, hash_before ?? chainStart(run));
      return rowToEvent(run, event);
    });
    const { request, response } = bodiesOfSpan(span);
    return {
      span,
      events,
      ...(request && { request: readBody(request) }),
      ...(response && { response: readBody(response) }),
    };
  }

  function verify(only: RunId | undefined): VerifyReport {
    const broken: { run: RunId; seq: number; message: string }[] = [];
    let events = 0;
    const runs = (
      only === undefined
        ? database.prepare('SELECT key, id, summary FROM runs').all()
        : database.prepare('SELECT key, id, summary FROM runs WHERE id = ?').all(only)
    ) as { key: number; id: RunId; summary: string }[];
    for (const { key, id, summary } of runs) {
      const lastSeq = (JSON.parse(summary) as RunSummary).lastSeq;
      const report = (seq: number, error: unknown) =>
        broken.push({ run: id, seq, message: error instanceof Error ? error.message : String(error) });
      let hash = chainStart(id);
      let expected = 1;
      for (const row of eventsFrom.iterate(key, 1, -1) as IterableIterator<StoredEventRow>) {
        try {
          if (row.seq !== expected)
            throw new Error(`run ${id}: event ${expected} is missing from the journal`);
          hash = checked(id, row, hash);
          events += 1;
          expected += 1;
        } catch (error) {
          report(row.seq, error);
          break;
        }
      }
      if (expected <= lastSeq && !broken.some(({ run }) => run === id)) {
        report(expected, `run ${id}: events ${expected} to ${lastSeq} are missing from the journal`);
      }
      for (const row of runBlobs.iterate(key) as IterableIterator<BlobRow>) {
        try {
          unpack(row.hash.toString('hex'), row);
        } catch (error) {
          report(0, error);
        }
      }
    }
    return { runs: runs.length, events, broken };
  }

  return {
    listRuns({ limit, before }) {
      const rows = before === undefined ? newest.all(limit) : olderThan.all({ before, limit });
      return (rows as { summary: string }[]).map(({ summary }) => JSON.parse(summary) as RunSummary);
    },
    findRun(run) {
      const found = keyOf(run);
      return found && (JSON.parse(found.summary) as RunSummary);
    },
    listSpans(run) {
      const found = keyOf(run);
      const rows = found ? (spans.all(found.key) as { span: string }[]) : [];
      return rows.map(({ span }) => JSON.parse(span) as Span);
    },
    findSpan,
    readEvents,
    verify,
    close() {
      database.close();
      return undefined;
    },
  };
}

interface BlobRow {
  readonly hash: Buffer;
  readonly encoding: string;
  readonly content: Buffer;
}

function checked(run: RunId, row: StoredEventRow, before: Uint8Array): Buffer {
  const hash = chainNext(before, row);
  if (hash.equals(row.hash)) return hash;
  throw new Error(
    `run ${run}: event ${row.seq} is not what was recorded; the journal was changed or damaged`,
  );
}

function unpack(hash: string, row: { readonly encoding: string; readonly content: Buffer }): Buffer {
  const content = row.encoding === 'zstd' ? zstdDecompressSync(row.content) : row.content;
  if (createHash('sha256').update(content).digest('hex') === hash) return content;
  throw new Error(`the body part ${hash} is not what was recorded; the journal was changed or damaged`);
}
