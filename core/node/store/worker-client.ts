import { Worker } from 'node:worker_threads';
import type { WorkerData, WorkerMessage } from './messages.ts';
import { StoreFailure } from './open-database.ts';

/** The calls of a worker by name: `[argument, answer]`. */
type CallTable<Calls> = { [Name in keyof Calls]: [argument: unknown, answer: unknown] };

export interface WorkerClient<Calls extends CallTable<Calls>> {
  call<Name extends keyof Calls>(name: Name, argument: Calls[Name][0]): Promise<Calls[Name][1]>;
  /** Why it can be asked nothing more. */
  readonly ended: Error | undefined;
  /** Ends the thread where it stands; open calls are rejected. */
  close(): Promise<void>;
}

/** Starts a worker thread and waits until it has its database. Throws `StoreFailure` where it cannot have it. */
export async function startWorker<Calls extends CallTable<Calls>>(
  module: URL,
  data: WorkerData,
): Promise<WorkerClient<Calls>> {
  const worker = new Worker(module, { workerData: data, name: `store-${data.role}` });
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
  worker.on('message', (message: WorkerMessage) => {
    if (message.kind === 'ready') return opened.resolve();
    if (message.kind === 'failed-to-open') {
      const { code, message: words } = message;
      return opened.reject(code ? new StoreFailure(code, words) : new Error(words));
    }
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'answer') call?.resolve(message.value as never);
    else call?.reject(Object.assign(new Error(message.message), { code: message.code }));
  });
  worker.on('error', endAll);
  worker.on('exit', () => endAll(new Error(`the ${data.role} thread of the journal has ended`)));

  try {
    await opened.promise;
  } catch (error) {
    await worker.terminate();
    throw error;
  }
  return {
    get ended() {
      return ended;
    },
    call(name, argument) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.postMessage({ id, name, argument });
      });
    },
    async close() {
      await worker.terminate();
    },
  };
}
