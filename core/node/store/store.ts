import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import type { RunId } from '../../base/ids.ts';
import { splitBody } from '../../journal/body-parts.ts';
import type { BodyRef, JournalEvent } from '../../journal/event.ts';
import type { EventSink } from '../../journal/recorder.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import type { NewBlob, ReaderCalls, WriterCalls } from './messages.ts';
import { startStoreWorker } from './start-store-worker.ts';

/** What the durability level `normal` promises: the unacknowledged rest is never more than this. */
const GROUP_COMMIT = { millis: 5, events: 256, bytes: 1024 * 1024 };

/** Body parts that the writer is known to have; forgotten ones are just sent again. */
const KNOWN_PARTS = 50_000;

const READ_LIMIT_MS = 30_000;

interface Committed {
  readonly events: readonly JournalEvent[];
  readonly runs: readonly RunSummary[];
}

/** The journal on disk: calls never wait for it; what it says is committed survives `kill -9`. */
export interface Store extends EventSink {
  /** Called after every COMMIT, in order. Returns its end. */
  onCommitted(listener: (committed: Committed) => void): () => void;
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
  const writer = await startStoreWorker<WriterCalls>(module, { role: 'writer', file });
  let reader = await startStoreWorker<ReaderCalls>(module, { role: 'reader', file });
  const committedListeners = new Set<(committed: Committed) => void>();
  const stoppedListeners: ((reason: string) => void)[] = [];
  const knownParts = new Set<string>();
  let events: JournalEvent[] = [];
  let blobs: NewBlob[] = [];
  let bytes = 0;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let lastCommit: Promise<void> = Promise.resolve();

  function commit(): void {
    clearTimeout(timer);
    timer = undefined;
    if (events.length === 0 || stopped) return;
    const batch = { events, blobs };
    [events, blobs, bytes] = [[], [], 0];
    lastCommit = writer.call('append', batch).then(
      (runs) => {
        for (const listener of committedListeners) listener({ events: batch.events, runs });
      },
      (error: Error) => {
        if (stopped) return;
        stopped = true;
        for (const listener of stoppedListeners) listener(error.message);
      },
    );
  }

  function remember(part: string): boolean {
    if (knownParts.has(part)) return false;
    if (knownParts.size >= KNOWN_PARTS) knownParts.clear();
    knownParts.add(part);
    return true;
  }

  function keepPart(content: Uint8Array): string {
    const hash = createHash('sha256').update(content).digest('hex');
    if (remember(hash)) {
      blobs.push({ hash, content });
      bytes += content.length;
    }
    return hash;
  }

  return {
    append(event) {
      if (stopped) return;
      events.push(event);
      if (events.length >= GROUP_COMMIT.events || bytes >= GROUP_COMMIT.bytes) commit();
      else timer ??= setTimeout(commit, GROUP_COMMIT.millis);
    },
    keepBody(body): BodyRef {
      const parts = isUtf8(body)
        ? splitBody(Buffer.from(body).toString('utf8')).map((part) => keepPart(Buffer.from(part)))
        : [keepPart(body)];
      return { bytes: body.length, parts };
    },
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
      // A deleted run takes its own body parts with it; those that come again must be sent again.
      knownParts.clear();
      return writer.call('deleteRun', run);
    },
    async read(name, argument) {
      const asked = reader;
      const late = setTimeout(() => {
        void asked.close();
        // A read that does not end must not keep others from being answered.
        void startStoreWorker<ReaderCalls>(module, { role: 'reader', file }).then(
          (fresh) => (reader = fresh),
        );
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
