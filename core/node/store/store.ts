import { MessageChannel, type MessagePort } from 'node:worker_threads';
import type { RunId } from '../../base/ids.ts';
import { knownAfter, type KnownColumns } from '../../journal/columns/column-changes.ts';
import { encodeChanges } from '../../journal/columns/columns-document.ts';
import type { JournalEvent } from '../../journal/event.ts';
import type { EventSink } from '../../journal/recorder.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { PartNumbers } from './bodies.ts';
import { EventQueue } from './event-queue.ts';
import type {
  Durability,
  EncodedChanges,
  Packed,
  ReaderCalls,
  Reclaimed,
  StoredColumns,
  WriterCalls,
} from './messages.ts';
import { isDamage } from './open-database.ts';
import { quarantine } from './quarantine.ts';
import type { WorkerClient } from '../workers/worker-client.ts';
import type { QueryCalls } from './query/messages.ts';
import { QueryThread } from './query/query-thread.ts';
import { startStoreWorker } from './start-store-worker.ts';
import { StoreFailure } from './store-failure.ts';

const READ_LIMIT_MS = 30_000;
const QUERY_LIMIT_MS = 10_000;

export interface StoreOptions {
  /** The module that runs in the two threads. */
  readonly worker: URL;
  readonly file: string;
  readonly durability?: Durability;
  /** Queries that take longer are ended; in milliseconds. */
  readonly queryLimitMs?: number;
}

export interface Recording {
  /** Why nothing can be written now. */
  readonly stopped?: string;
  /** The folder to which a damaged journal was moved. */
  readonly quarantined?: string;
}

/** The journal on disk: calls never wait for it; what it says is committed survives `kill -9`. */
export interface Store extends EventSink {
  readonly recording: Recording;
  /** Called after every COMMIT, in order, with the runs that it has changed. Returns its end. */
  onCommitted(listener: (runs: readonly RunSummary[]) => void): () => void;
  /** Resolves when everything appended so far is committed, or cannot be now. */
  flush(): Promise<void>;
  deleteRun(run: RunId): Promise<WriterCalls['deleteRun'][1]>;
  setPinned(run: RunId, pinned: boolean): Promise<boolean>;
  /** Compresses some parts of bodies of ended runs. */
  pack(parts: number): Promise<Packed>;
  /** Gives free room back to the file system: so many pages, or all, however long that takes. */
  reclaim(pages?: number): Promise<Reclaimed>;
  read<Name extends keyof ReaderCalls>(
    name: Name,
    argument: ReaderCalls[Name][0],
  ): Promise<ReaderCalls[Name][1]>;
  /** What has changed in the columns of a run since they were known so far, as a document; nothing where they are still so. */
  changes(run: RunId, known: KnownColumns): Promise<EncodedChanges | undefined>;
  /** A port to the writer for another thread, which writes runs of its own (`AttachedCalls`). */
  attach(): Promise<MessagePort>;
  /** Tells listeners of a run that another thread has written. Rejects where it has not. */
  announce(run: RunId): Promise<RunSummary>;
  /** Takes away an import that has not ended. */
  discard(run: RunId): Promise<void>;
  /** Ended, with `QueryStopped`, where it takes too long or `gone` says that nobody waits for it. */
  query<Name extends keyof QueryCalls>(
    name: Name,
    argument: QueryCalls[Name][0],
    gone?: AbortSignal,
  ): Promise<QueryCalls[Name][1]>;
  close(): Promise<void>;
}

/** A run that is open: how it began, for a journal that knows nothing of it, and its newest committed event. */
interface OpenRun {
  readonly started: JournalEvent;
  readonly data: string;
  committed: number;
}

/** Opens the journal; one that is damaged is moved away. Throws `StoreFailure`. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { worker, file, durability = 'normal', queryLimitMs = QUERY_LIMIT_MS } = options;
  const listeners = new Set<(runs: readonly RunSummary[]) => void>();
  const open = new Map<RunId, OpenRun>();
  let recording: Recording = {};

  const startWriter = (goesOn: boolean) =>
    startStoreWorker<WriterCalls>(worker, { role: 'writer', file, durability, goesOn });
  const startReader = () => startStoreWorker<ReaderCalls>(worker, { role: 'reader', file });

  const queries = new QueryThread({
    start: () => startStoreWorker<QueryCalls>(worker, { role: 'query', file }),
    limitMs: queryLimitMs,
  });

  const putAway = () => {
    recording = { ...recording, quarantined: quarantine(file, Date.now()) };
  };
  let writer: WorkerClient<WriterCalls>;
  try {
    writer = await startWriter(false);
  } catch (error) {
    if (!(error instanceof StoreFailure) || error.code !== 'damaged') throw error;
    putAway();
    writer = await startWriter(false);
  }
  let reader: WorkerClient<ReaderCalls>;
  try {
    reader = await startReader();
  } catch (error) {
    await writer.close();
    throw error;
  }

  /** The journal is damaged: runs go on in a new one, without what they had in the old. */
  async function startAnew(): Promise<void> {
    await Promise.all([writer.close(), reader.close(), queries.end()]);
    putAway();
    for (const { started, data, committed } of open.values()) queue.lose(started, data, committed);
    parts.forgetAll();
    writer = await startWriter(true);
    reader = await startReader();
  }

  const parts = new PartNumbers((part) => queue.addPart(part));
  const queue = new EventQueue({
    post: (batch) => writer.call('appendNext', batch),
    async write(batches) {
      try {
        // A thread that met the damage between two commits has ended of it.
        if (writer.hasEnded) writer = await startWriter(true);
        return await writer.call('append', batches);
      } catch (error) {
        if (wasDamaged(error)) await startAnew();
        throw error;
      }
    },
    // Another try at what SQLite refused, or a thread that has ended, may go better; at what cannot be folded it does not.
    mayRecover: (error) => writer.hasEnded || codeOf(error) !== undefined,
    committed(runs) {
      for (const run of runs) {
        const known = open.get(run.id);
        if (known) known.committed = run.lastSeq;
      }
      for (const listener of listeners) listener(runs);
    },
    stopped(reason) {
      const { stopped: _, ...rest } = recording;
      recording = reason === undefined ? rest : { ...rest, stopped: reason };
    },
    partsLost: () => parts.forgetAll(),
  });

  /** Queries over spans find what has been committed until they are asked. */
  async function projectRuns(wanted: readonly RunId[] | undefined): Promise<void> {
    if (recording.stopped) return;
    await Promise.all((wanted ?? [...open.keys()]).map((run) => writer.call('project', run)));
  }

  async function read<Name extends keyof ReaderCalls>(
    name: Name,
    argument: ReaderCalls[Name][0],
  ): Promise<ReaderCalls[Name][1]> {
    const run = projectedRun(name, argument);
    if (run !== undefined && !recording.stopped) await writer.call('project', run);
    const asked = reader;
    const late = setTimeout(() => {
      void asked.close();
      // A read that does not end must not keep others from being answered.
      void startReader().then((fresh) => (reader = fresh));
    }, READ_LIMIT_MS);
    try {
      return await asked.call(name, argument);
    } finally {
      clearTimeout(late);
    }
  }

  return {
    get recording() {
      return recording;
    },
    append(event) {
      const data = JSON.stringify(event.data);
      if (event.type === 'run-started') open.set(event.runId, { started: event, data, committed: 0 });
      queue.add(event, data);
      if (event.type !== 'run-ended') return;
      open.delete(event.runId);
      parts.forget(event.runId);
    },
    keepBody: (run, body) => parts.keep(run, body),
    onCommitted(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    async attach() {
      const { port1, port2 } = new MessageChannel();
      await writer.call('attach', port1, [port1]);
      return port2;
    },
    async announce(id) {
      const run = await reader.call('findRun', id);
      if (!run) throw new Error(`run ${id} is not in the journal`);
      for (const listener of listeners) listener([run]);
      return run;
    },
    async discard(run) {
      await writer.call('discard', run);
    },
    flush: () => queue.flush(),
    async deleteRun(run) {
      await queue.flush();
      return writer.call('deleteRun', run);
    },
    async setPinned(run, pinned) {
      await queue.flush();
      return writer.call('setPinned', { run, pinned });
    },
    pack: (parts) => writer.call('pack', parts),
    reclaim: (pages) => writer.call('reclaim', pages),
    read,
    async changes(id, known) {
      if (known.seq > 0 && !recording.stopped) {
        const changes = await writer.call('changes', { run: id, known });
        if (changes) return changes;
      }
      const run = await read('findRun', id);
      if (!run || run.lastSeq <= known.seq) return undefined;
      const stored = await read('columns', id);
      return stored && stored.run.lastSeq > known.seq ? encodeStored(stored) : undefined;
    },
    async query(name, argument, gone) {
      if (asksForSpans(name, argument)) await projectRuns(runsAskedFor(argument));
      return queries.ask(name, argument, gone);
    },
    async close() {
      await queue.end();
      await queries.close();
      // The reader goes first, so that SQLite can put the write-ahead log away with the last connection.
      try {
        await reader.call('close', undefined);
        await reader.close();
        if (!recording.stopped) await writer.call('close', undefined);
      } finally {
        await Promise.all([reader.close(), writer.close()]);
      }
    },
  };
}

function encodeStored({ run, spans, names, chunks }: StoredColumns): EncodedChanges {
  const changes = {
    run,
    spans,
    whole: true,
    names: { from: 1, texts: names.slice(1) },
    chunks: chunks.map((bytes, index) => ({ index, chunk: { bytes } })),
    ordinals: new Uint32Array(),
    rows: [],
  };
  const pieces = [...encodeChanges(changes)];
  return { pieces, known: knownAfter(changes), ended: run.status !== 'running' };
}

/** SQLite's own name for what went wrong. */
function codeOf(error: unknown): string | undefined {
  const { code } = error as { readonly code?: unknown };
  return typeof code === 'string' && (code.startsWith('SQLITE_') || error instanceof StoreFailure)
    ? code
    : undefined;
}

/** `SQLITE_NOTADB`: of a file that was one a moment ago; `damaged`: it could not be opened again. */
function wasDamaged(error: unknown): boolean {
  const code = codeOf(error) ?? '';
  return isDamage(code) || code === 'SQLITE_NOTADB' || code === 'damaged';
}

/** The run whose columns a read needs as they are now. */
function projectedRun(
  name: keyof ReaderCalls,
  argument: ReaderCalls[keyof ReaderCalls][0],
): RunId | undefined {
  switch (name) {
    case 'columns':
      return argument as ReaderCalls['columns'][0];
    case 'findSpan':
    case 'findSpans':
    case 'stateAt':
      return (argument as ReaderCalls['stateAt' | 'findSpan' | 'findSpans'][0]).run;
    default:
      return undefined;
  }
}

function asksForSpans(name: keyof QueryCalls, argument: QueryCalls[keyof QueryCalls][0]): boolean {
  return name === 'statistics' || ('target' in argument && argument.target === 'spans');
}

/** Nothing where all of them are. */
function runsAskedFor(argument: QueryCalls[keyof QueryCalls][0]): readonly RunId[] | undefined {
  if ('runs' in argument) return argument.runs;
  return 'run' in argument && argument.run !== undefined ? [argument.run] : undefined;
}
