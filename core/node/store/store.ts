import type { RunId } from '../../base/ids.ts';
import type { TextSink } from '../../access/redaction.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import { PartNumbers } from './bodies.ts';
import { addEvent, emptyBatch } from './event-batch.ts';
import type { ReaderCalls, WriterCalls } from './messages.ts';
import { startWorker } from './worker-client.ts';

/** What the durability level `normal` promises: the unacknowledged rest is never more than this. */
const GROUP_COMMIT = { millis: 5, events: 256, bytes: 1024 * 1024 };

const READ_LIMIT_MS = 30_000;

/** The journal on disk: calls never wait for it; what it says is committed survives `kill -9`. */
export interface Store extends TextSink {
  /** Called after every COMMIT, in order, with the runs that it has changed. Returns its end. */
  onCommitted(listener: (runs: readonly RunSummary[]) => void): () => void;
  /** Called once, when the journal can no longer be written: nothing is recorded from then on. */
  onStopped(listener: (reason: string) => void): void;
  /** Resolves when everything appended so far is committed, or cannot be any more. */
  flush(): Promise<void>;
  deleteRun(run: RunId): Promise<WriterCalls['deleteRun'][1]>;
  read<Name extends keyof ReaderCalls>(
    name: Name,
    argument: ReaderCalls[Name][0],
  ): Promise<ReaderCalls[Name][1]>;
  close(): Promise<void>;
}

/** Opens the journal at `file`; its two threads run `module`. Throws `StoreFailure`. */
export async function openStore(module: URL, file: string): Promise<Store> {
  const writer = await startWorker<WriterCalls>(module, { role: 'writer', file });
  let reader = await startWorker<ReaderCalls>(module, { role: 'reader', file });
  const committedListeners = new Set<(runs: readonly RunSummary[]) => void>();
  const stoppedListeners: ((reason: string) => void)[] = [];
  let batch = emptyBatch();
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let lastCommit: Promise<void> = Promise.resolve();
  const parts = new PartNumbers((part) => {
    if (stopped) return;
    batch.parts.push(part);
    bytes += part.content.length;
  });

  function commit(): void {
    clearTimeout(timer);
    timer = undefined;
    if (batch.seq.length === 0 || stopped) return;
    const full = batch;
    [batch, bytes] = [emptyBatch(), 0];
    lastCommit = writer.call('append', full).then(
      (runs) => {
        for (const listener of committedListeners) listener(runs);
      },
      (error: Error) => {
        if (stopped) return;
        stopped = true;
        for (const listener of stoppedListeners) listener(error.message);
      },
    );
  }

  return {
    append(event, data = JSON.stringify(event.data)) {
      if (stopped) return;
      addEvent(batch, event, data);
      bytes += data.length;
      if (event.type === 'run-ended') parts.forget(event.runId);
      if (batch.seq.length >= GROUP_COMMIT.events || bytes >= GROUP_COMMIT.bytes) commit();
      else timer ??= setTimeout(commit, GROUP_COMMIT.millis);
    },
    keepBody: (run, body) => parts.keep(run, body),
    onCommitted(listener) {
      committedListeners.add(listener);
      return () => void committedListeners.delete(listener);
    },
    onStopped: (listener) => void stoppedListeners.push(listener),
    async flush() {
      commit();
      await lastCommit;
    },
    deleteRun(run) {
      commit();
      return writer.call('deleteRun', run);
    },
    async read(name, argument) {
      const run = projectedRun(name, argument);
      if (run !== undefined) await writer.call('project', run);
      const asked = reader;
      const late = setTimeout(() => {
        void asked.close();
        // A read that does not end must not keep others from being answered.
        void startWorker<ReaderCalls>(module, { role: 'reader', file }).then((fresh) => (reader = fresh));
      }, READ_LIMIT_MS);
      try {
        return await asked.call(name, argument);
      } finally {
        clearTimeout(late);
      }
    },
    async close() {
      commit();
      await lastCommit;
      // The reader goes first, so that SQLite can put the write-ahead log away with the last connection.
      await reader.call('close', undefined);
      await reader.close();
      if (!stopped) await writer.call('close', undefined);
      await writer.close();
    },
  };
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
    case 'stateAt':
      return (argument as ReaderCalls['stateAt' | 'findSpan'][0]).run;
    default:
      return undefined;
  }
}
