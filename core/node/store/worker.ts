import { parentPort, workerData } from 'node:worker_threads';
import { Checkpoints } from './checkpoints.ts';
import type { WorkerData, WorkerMessage, WorkerRequest } from './messages.ts';
import { openForReading, openForWriting, storeFailure, StoreFailure } from './open-database.ts';
import { createReader } from './reader.ts';
import { Writer } from './writer.ts';

// The thread that owns a connection: the only writing one, or a reading one that may be killed at any time.
const { role, file, durability = 'normal', goesOn = false } = workerData as WorkerData;
const port = parentPort!;
const post = (message: WorkerMessage) => port.postMessage(message);

type AnyCall = (argument: never) => unknown;

function open(): Record<string, AnyCall> {
  if (role === 'reader') return createReader(openForReading(file));
  const database = openForWriting(file, durability);
  const writer = new Writer(database);
  if (!goesOn) writer.interruptOpenRuns();
  const checkpoints = new Checkpoints(database, `${file}-wal`);
  return {
    append(batches: Parameters<Writer['append']>[0]) {
      const runs = writer.append(batches);
      checkpoints.committed();
      return runs;
    },
    project: (run: Parameters<Writer['project']>[0]) => writer.project(run),
    deleteRun: (run: Parameters<Writer['deleteRun']>[0]) => writer.deleteRun(run),
    close() {
      checkpoints.stop();
      return writer.close();
    },
  };
}

try {
  const calls = open();
  port.on('message', ({ id, name, argument }: WorkerRequest) => {
    try {
      post({ kind: 'answer', id, value: calls[name]!(argument as never) });
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      post({ kind: 'failure', id, message, ...(code !== undefined && { code }) });
    }
  });
  post({ kind: 'ready' });
} catch (failure) {
  const error = storeFailure(failure, file);
  const { message } = error;
  post({ kind: 'failed-to-open', message, ...(error instanceof StoreFailure && { code: error.code }) });
}
