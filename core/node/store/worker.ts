import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerMessage } from '../workers/messages.ts';
import { serveCalls } from '../workers/serve-calls.ts';
import type { ReaderCalls, WorkerData, WriterCalls } from './messages.ts';
import { openForReading, openForWriting, StoreFailure } from './open-database.ts';
import { createReader } from './reader.ts';
import { Writer } from './writer.ts';

// The thread that owns a connection: the only writing one, or a reading one that may be killed at any time.
const { role, file } = workerData as WorkerData;
const port = parentPort!;

function open(): void {
  if (role === 'reader') return serveCalls<ReaderCalls>(port, createReader(openForReading(file)));
  const writer = new Writer(openForWriting(file));
  serveCalls<WriterCalls>(port, {
    append: (batch) => writer.append(batch),
    deleteRun: (run) => writer.deleteRun(run),
    close: () => writer.close(),
  });
}

try {
  open();
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof StoreFailure ? { code: error.code } : {};
  port.postMessage({ kind: 'failed-to-open', message, ...code } satisfies WorkerMessage<
    StoreFailure['code']
  >);
}
