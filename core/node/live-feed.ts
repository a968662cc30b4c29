import { setTimeout as pause } from 'node:timers/promises';
import type { RunId } from '../base/ids.ts';
import type { FeedLine } from '../api/contract.ts';
import type { KnownColumns } from '../journal/columns/column-changes.ts';
import type { JournalEvent } from '../journal/event.ts';
import type { RunSummary } from '../journal/run-state.ts';
import type { Store } from './store/store.ts';

const PAGE = 2_000;
/** Changes of columns that come sooner go together: nobody sees more than a window shows. */
const COLUMNS_EVERY_MS = 30;

/** Wakes whoever follows the journal; nobody is told of anything that is not committed. */
export interface LiveFeed {
  followRun(id: RunId, from: number, signal: AbortSignal): AsyncIterable<readonly JournalEvent[]>;
  /** Documents of columns, each in one or several pieces: what has changed since they were known so far, until the run ends. */
  followColumns(id: RunId, known: KnownColumns, signal: AbortSignal): AsyncIterable<Uint8Array>;
  followRuns(signal: AbortSignal): AsyncIterable<FeedLine>;
  deleted(id: RunId): void;
  /** What is said of a run beside its journal has changed. */
  changed(run: RunSummary): void;
}

export function createLiveFeed(store: Store): LiveFeed {
  const runWatchers = new Map<RunId, Set<() => void>>();
  const rowWatchers = new Set<(row: RunSummary | RunId) => void>();
  store.onCommitted((runs) => {
    for (const row of runs) {
      wake(row.id);
      // A list of runs does not show that of the host itself.
      if (row.source !== 'host') for (const watch of rowWatchers) watch(row);
    }
  });

  function wake(id: RunId): void {
    for (const watch of runWatchers.get(id) ?? []) watch();
  }

  /** Until `leave`, what is committed of a run rings. */
  function listen(id: RunId, signal: AbortSignal) {
    const bell = createBell(signal);
    const watchers = runWatchers.get(id) ?? new Set();
    runWatchers.set(id, watchers.add(bell.ring));
    const leave = () => {
      watchers.delete(bell.ring);
      if (watchers.size === 0) runWatchers.delete(id);
    };
    return { wait: bell.wait, leave };
  }

  return {
    /** Live is the growing end of what is on disk: one way to read both, and nothing queues for a slow reader. */
    async *followRun(id, from, signal) {
      const { wait, leave } = listen(id, signal);
      try {
        let next = from;
        while (!signal.aborted) {
          const heard = wait();
          const events = await store.read('readEvents', { run: id, from: next, limit: PAGE });
          if (events.length > 0) {
            yield events;
            next = events.at(-1)!.seq + 1;
            if (events.at(-1)!.type === 'run-ended') return;
            continue;
          }
          const run = await store.read('findRun', id);
          if (!run || (run.status !== 'running' && run.lastSeq < next)) return;
          await heard;
        }
      } finally {
        leave();
      }
    },
    async *followColumns(id, from, signal) {
      const { wait, leave } = listen(id, signal);
      try {
        let known = from;
        while (!signal.aborted) {
          const heard = wait();
          const changes = await store.changes(id, known);
          if (changes) {
            yield* changes.pieces;
            known = changes.known;
            if (changes.ended) return;
            await pause(COLUMNS_EVERY_MS, undefined, { signal }).catch(() => undefined);
            continue;
          }
          const run = await store.read('findRun', id);
          if (!run || (run.status !== 'running' && run.lastSeq <= known.seq)) return;
          await heard;
        }
      } finally {
        leave();
      }
    },
    async *followRuns(signal) {
      const bell = createBell(signal);
      let rows = new Map<RunId, RunSummary>();
      let gone: RunId[] = [];
      const watch = (row: RunSummary | RunId) => {
        if (typeof row === 'string') gone.push(row);
        else rows.set(row.id, row);
        bell.ring();
      };
      rowWatchers.add(watch);
      try {
        // The first line says that from here on nothing is missed.
        yield { runs: [] };
        while (!signal.aborted) {
          if (rows.size === 0 && gone.length === 0) await bell.wait();
          const batch = { rows, gone };
          [rows, gone] = [new Map(), []];
          if (batch.rows.size > 0) yield { runs: [...batch.rows.values()] };
          for (const id of batch.gone) yield { deleted: id };
        }
      } finally {
        rowWatchers.delete(watch);
      }
    },
    deleted(id) {
      wake(id);
      for (const watch of rowWatchers) watch(id);
    },
    changed(run) {
      for (const watch of rowWatchers) watch(run);
    },
  };
}

/** A bell that one listener can wait for; it also rings when `signal` aborts. */
function createBell(signal: AbortSignal) {
  let waiting = Promise.withResolvers<void>();
  const ring = () => {
    waiting.resolve();
    waiting = Promise.withResolvers<void>();
  };
  signal.addEventListener('abort', ring, { once: true });
  return { ring, wait: () => (signal.aborted ? Promise.resolve() : waiting.promise) };
}
