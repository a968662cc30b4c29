import { Worker } from 'node:worker_threads';
import { callOver, type Calls } from './call-over.ts';
import type { CallTable, WorkerMessage } from './messages.ts';

export interface WorkerClient<Table extends CallTable<Table>> extends Pick<Calls<Table>, 'call'> {
  /** Its thread is gone: every call is rejected from now on. */
  readonly hasEnded: boolean;
  /** Ends the thread where it stands; open calls are rejected. */
  close(): Promise<void>;
}

export interface WorkerOptions<Code> {
  /** In messages, and the name of the thread. */
  readonly name: string;
  readonly data?: unknown;
  /** For a worker that says with a code why it cannot begin. */
  readonly failure?: (code: Code, message: string) => Error;
}

/** Starts a worker thread and waits until it is ready. Throws where it cannot begin. */
export async function startWorker<Table extends CallTable<Table>, Code extends string = never>(
  module: URL,
  { name: thread, data, failure }: WorkerOptions<Code>,
): Promise<WorkerClient<Table>> {
  const worker = new Worker(module, { workerData: data, name: thread });
  const calls = callOver<Table>(worker);
  let hasEnded = false;

  const opened = Promise.withResolvers<void>();
  const endAll = (error: Error) => {
    hasEnded = true;
    opened.reject(error);
    calls.end(error);
  };
  worker.on('message', (message: WorkerMessage<Code>) => {
    if (message.kind === 'ready') opened.resolve();
    if (message.kind !== 'failed-to-open') return;
    const { code, message: words } = message;
    opened.reject(code === undefined || !failure ? new Error(words) : failure(code, words));
  });
  worker.on('error', endAll);
  worker.on('exit', () => endAll(new Error(`the thread ${thread} has ended`)));

  try {
    await opened.promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    get hasEnded() {
      return hasEnded;
    },
    call: calls.call,
    async close() {
      await worker.terminate();
    },
  };
}
