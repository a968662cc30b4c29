import { Worker } from 'node:worker_threads';
import type { CallTable, WorkerMessage } from './messages.ts';

export interface WorkerClient<Calls extends CallTable<Calls>> {
  /** What is in `given` goes over uncopied, and is the caller's no longer. */
  call<Name extends keyof Calls>(
    name: Name,
    argument: Calls[Name][0],
    given?: readonly ArrayBuffer[],
  ): Promise<Calls[Name][1]>;
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
export async function startWorker<Calls extends CallTable<Calls>, Code extends string = never>(
  module: URL,
  { name: thread, data, failure }: WorkerOptions<Code>,
): Promise<WorkerClient<Calls>> {
  const worker = new Worker(module, { workerData: data, name: thread });
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let ended: Error | undefined;

  const opened = Promise.withResolvers<void>();
  const endAll = (error: Error) => {
    ended ??= error;
    opened.reject(ended);
    for (const { reject } of waiting.values()) reject(ended);
    waiting.clear();
  };
  worker.on('message', (message: WorkerMessage<Code>) => {
    if (message.kind === 'ready') return opened.resolve();
    if (message.kind === 'failed-to-open') {
      const { code, message: words } = message;
      return opened.reject(code === undefined || !failure ? new Error(words) : failure(code, words));
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'answer') call?.resolve(message.value as never);
    // What went wrong may have a name, as SQLite's errors have.
    else call?.reject(Object.assign(new Error(message.message), { code: message.code }));
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
      return ended !== undefined;
    },
    call(name, argument, given = []) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, name, argument }, given);
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}
