import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import { eventsOfSpan, loadSpan } from '../../journal/columns/load-span.ts';
import { relatedTo } from '../../journal/columns/related-spans.ts';
import { SpansOnDemand } from '../../journal/columns/spans-on-demand.ts';
import { CHUNK_BYTES, chunkIndexOf, rowOf } from '../../journal/columns/span-chunk.ts';
import { applyNext, beginRun, fold } from '../../journal/fold.ts';
import { bodiesOfSpan, type RunSummary, type Span } from '../../journal/run-state.ts';
import { Given, type ServedCall } from '../workers/serve-calls.ts';
import { CheckedBodies } from './bodies.ts';
import { CheckedEvents, type StoredRun } from './checked-events.ts';
import { IMPORTING } from './run-writer.ts';
import { KeptColumns } from './kept-columns.ts';
import type { ReaderCalls, StateAt, StoredSpan } from './messages.ts';
import { expiredInJournal } from './stored-retention.ts';
import { StoredProjections } from './stored-projections.ts';
import { verifyRuns } from './verify-runs.ts';

type Reader = { readonly columns: ServedCall<ReaderCalls['columns']> } & {
  readonly [Name in Exclude<keyof ReaderCalls, 'columns'>]: (
    argument: ReaderCalls[Name][0],
  ) => ReaderCalls[Name][1];
};

interface FoundRun extends StoredRun {
  readonly summary: RunSummary;
}

/** So many events of a span are given out with it, the newest: what an agent prints is of its root. */
const MOST_EVENTS = 1_000;

/** The host's own run is no agent's: whoever looks for it knows its id. What is being imported is not there yet. */
export const OF_AN_AGENT = `open < ${IMPORTING} AND json_extract(runs.summary, '$.source') <> 'host'`;

/** Everything that reads. What fails its hash is an error with its place, never an answer. */
export function createReader(database: Database): Reader {
  const statements = prepare(database);
  const events = new CheckedEvents(database);
  const bodies = new CheckedBodies(database);
  const projections = new StoredProjections(database);
  const kept = new KeptColumns(database);

  const find = (id: RunId): FoundRun | undefined => {
    const row = statements.findRun.get(id) as { key: number; summary: string } | undefined;
    return row && { key: row.key, id, summary: JSON.parse(row.summary) as RunSummary };
  };

  const columnsOf = ({ key }: StoredRun) => kept.of(key)?.columns;

  /** The run of a question about its spans, as far as it is asked for. */
  function openSpans(id: RunId, seq: number | undefined) {
    const run = find(id);
    const columns = run && columnsOf(run);
    if (!run || !columns) return undefined;
    const upTo = seq ?? run.summary.lastSeq;
    const read = (one: number) => events.read(run, one);
    return {
      run,
      upTo,
      columns,
      read,
      has: (ordinal: number) => ordinal >= 0 && columns.chunkOf(ordinal).startSeq[rowOf(ordinal)]! <= upTo,
      load: (ordinal: number) => loadSpan(columns, run.summary, columns.idAt(ordinal), read, upTo),
    };
  }

  function findSpan({ run: id, span: spanId, seq }: ReaderCalls['findSpan'][0]): StoredSpan | undefined {
    const open = openSpans(id, seq);
    const ordinal = open?.columns.ordinalOf(spanId) ?? -1;
    if (!open?.has(ordinal)) return undefined;
    const { run, columns, read, upTo } = open;
    const span = open.load(ordinal);
    const found = eventsOfSpan(columns, ordinal, read, upTo, MOST_EVENTS);
    const { request, response } = bodiesOfSpan(span);
    return {
      span,
      related: relatedTo(columns, span, found).filter(open.has).map(open.load),
      events: found,
      ...(request && { request: bodies.read(run.key, request) }),
      ...(response && { response: bodies.read(run.key, response) }),
    };
  }

  function stateAt({ run: id, seq }: ReaderCalls['stateAt'][0]): StateAt | undefined {
    const run = find(id);
    if (!run || seq < 1 || seq > run.summary.lastSeq) return undefined;
    const columns = columnsOf(run);
    if (!columns) return undefined;
    const before = projections.snapshotBefore(run.key, seq);
    const at = before?.run.lastSeq ?? 0;
    const elsewhere = {
      size: before?.spans ?? 0,
      root: columns.idAt(0),
      has(span: Span['id']) {
        const ordinal = columns.ordinalOf(span);
        return ordinal >= 0 && columns.chunks[chunkIndexOf(ordinal)]!.startSeq[rowOf(ordinal)]! <= at;
      },
      load: (span: Span['id']) =>
        loadSpan(columns, draft.run, span, (one) => events.read(run, one), draft.run.lastSeq),
    };
    const spans = new SpansOnDemand(elsewhere, before?.open ?? [], Number.POSITIVE_INFINITY);
    const draft = {
      run: before?.run as RunSummary,
      spans,
      logs: { push: () => undefined },
      awaited: new Map(),
    };
    for (const event of events.iterate(run, at + 1, seq - at)) {
      // A gap stands for several events in one row.
      if (event.seq > seq) break;
      if (event.seq === 1) draft.run = beginRun(event, spans);
      else applyNext(draft, event);
    }
    return { run: draft.run, spans: spans.size, open: [...spans.running()] };
  }

  return {
    listRuns({ limit, before }) {
      const rows =
        before === undefined ? statements.newest.all(limit) : statements.olderThan.all({ before, limit });
      return (rows as SummaryRow[]).map(summaryOf);
    },
    findRun(id) {
      const row = statements.findRun.get(id) as SummaryRow | undefined;
      return row && summaryOf(row);
    },
    listSpans(id) {
      const run = find(id);
      return run ? [...fold(undefined, events.iterate(run, 1, -1)).spans.values()] : [];
    },
    findSpan,
    findSpans({ run: id, spans, seq }) {
      const open = openSpans(id, seq);
      if (!open) return [];
      return spans
        .map((span) => open.columns.ordinalOf(span))
        .filter(open.has)
        .map(open.load);
    },
    readEvents({ run: id, from, limit }) {
      const run = find(id);
      return run ? events.list(run, from, limit) : [];
    },
    readRows({ run: id, from, limit }) {
      const run = find(id);
      return run ? [...events.rows(run, from, limit)] : [];
    },
    readParts({ run: id, from, limit }) {
      const run = find(id);
      return run ? bodies.parts(run.key, from, limit) : [];
    },
    readBody({ run: id, body }) {
      const run = find(id);
      return run && bodies.read(run.key, body);
    },
    columns(id) {
      const run = find(id);
      const found = run && kept.of(run.key);
      if (!found) return undefined;
      const { chunks, dictionary, size } = found.columns;
      // Copied once, into memory that is given away: those that are kept answer the next question, too.
      const memory = new ArrayBuffer(chunks.length * CHUNK_BYTES);
      const copies = chunks.map(({ bytes }, index) => {
        const copy = new Uint8Array(memory, index * CHUNK_BYTES, CHUNK_BYTES);
        copy.set(bytes);
        return copy;
      });
      return new Given({ run: found.run, spans: size, names: dictionary, chunks: copies }, [memory]);
    },
    seqAt({ run: id, at }) {
      const run = find(id);
      return run ? events.seqAt(run, run.summary.lastSeq, at) : 0;
    },
    seqAfter({ run: id, seq }) {
      const run = find(id);
      return (run && events.seqAfter(run, seq)) ?? 0;
    },
    stateAt,
    expired: (wanted) => expiredInJournal(database, wanted),
    outdated: () => (statements.outdated.get() as { count: number }).count,
    verify: (only) => verifyRuns(database, events, bodies, only),
    close() {
      database.close();
      return undefined;
    },
  };
}

interface SummaryRow {
  readonly summary: string;
  readonly pinned: number;
}

function summaryOf({ summary, pinned }: SummaryRow): RunSummary {
  const run = JSON.parse(summary) as RunSummary;
  return pinned === 1 ? { ...run, pinned: true } : run;
}

function prepare(database: Database) {
  const pinned = 'EXISTS (SELECT 1 FROM pinned_runs WHERE run_key = runs.key) AS pinned';
  return {
    findRun: database.prepare(`SELECT key, summary, ${pinned} FROM runs WHERE id = ?`),
    outdated: database.prepare(
      "SELECT count(*) AS count FROM runs WHERE open = 0 AND projected_seq < json_extract(summary, '$.lastSeq')",
    ),
    newest: database.prepare(
      `SELECT summary, ${pinned} FROM runs WHERE ${OF_AN_AGENT} ORDER BY started_at DESC, key DESC LIMIT ?`,
    ),
    olderThan: database.prepare(
      `SELECT runs.summary, ${pinned} FROM runs, (SELECT started_at, key FROM runs WHERE id = @before) AS mark
       WHERE (runs.started_at, runs.key) < (mark.started_at, mark.key) AND ${OF_AN_AGENT}
       ORDER BY runs.started_at DESC, runs.key DESC LIMIT @limit`,
    ),
  };
}
