import { parentPort, workerData } from 'node:worker_threads';
import { Checkpoints } from './checkpoints.ts';
import type { WorkerData, WorkerMessage, WorkerRequest } from './messages.ts';
import { openForReading, openForWriting, StoreFailure } from './open-database.ts';
import { createReader } from './reader.ts';
import { Writer } from './writer.ts';

// The thread that owns a connection: the only writing one, or a reading one that may be killed at any time.
const { role, file } = workerData as WorkerData;
const port = parentPort!;
const post = (message: WorkerMessage) => port.postMessage(message);

type AnyCall = (argument: never) => unknown;

function open(): Record<string, AnyCall> {
  if (role === 'reader') return createReader(openForReading(file));
  const database = openForWriting(file);
  const writer = new Writer(database);
  const checkpoints = new Checkpoints(database, `${file}-wal`);
  return {
    append(batch: Parameters<Writer['append']>[0]) {
      const runs = writer.append(batch);
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
      post({ kind: 'failure', id, message: error instanceof Error ? error.message : String(error) });
    }
  });
  post({ kind: 'ready' });
} catch (error) {
  const message = error instanceof Error ? error.message : String(error);
  post({ kind: 'failed-to-open', message, ...(error instanceof StoreFailure && { code: error.code }) });
}
