import type { MessagePort, Transferable, Worker } from 'node:worker_threads';
import type { CallTable, WorkerMessage } from './messages.ts';

/** Either end of a channel between threads: a worker as its parent sees it, or a port. */
type Channel = Pick<Worker | MessagePort, 'postMessage' | 'on'>;

export interface Calls<Table extends CallTable<Table>> {
  /** What is in `given` goes over uncopied, and is the caller's no longer. */
  call<Name extends keyof Table>(
    name: Name,
    argument: Table[Name][0],
    given?: readonly Transferable[],
  ): Promise<Table[Name][1]>;
  /** Rejects every call, the open ones too. */
  end(error: Error): void;
}

/** Asks whoever serves the calls at the other end. */
export function callOver<Table extends CallTable<Table>>(channel: Channel): Calls<Table> {
  const waiting = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let nextId = 1;
  let ended: Error | undefined;
  channel.on('message', (message: WorkerMessage<string>) => {
    if (message.kind !== 'answer' && message.kind !== 'failure') return;
    const call = waiting.get(message.id);
    waiting.delete(message.id);
    if (message.kind === 'answer') call?.resolve(message.value as never);
    // What went wrong may have a name, as SQLite's errors have.
    else call?.reject(Object.assign(new Error(message.message), { code: message.code }));
  });
  return {
    call(name, argument, given = []) {
      if (ended) return Promise.reject(ended);
      const id = nextId++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        channel.postMessage({ id, name, argument }, given);
      });
    },
    end(error) {
      ended ??= error;
      for (const { reject } of waiting.values()) reject(ended);
      waiting.clear();
    },
  };
}
