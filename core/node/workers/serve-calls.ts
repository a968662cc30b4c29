import type { MessagePort } from 'node:worker_threads';
import type { CallTable, WorkerMessage, WorkerRequest } from './messages.ts';

/** What a worker does, by name. */
export type ServedCalls<Calls extends CallTable<Calls>> = {
  readonly [Name in keyof Calls]: (argument: Calls[Name][0]) => Calls[Name][1];
};

/** The worker's end: says that it is ready, then answers one call after the other. */
export function serveCalls<Calls extends CallTable<Calls>>(
  port: MessagePort,
  calls: ServedCalls<Calls>,
): void {
  const post = (message: WorkerMessage<never>) => port.postMessage(message);
  port.on('message', ({ id, name, argument }: WorkerRequest<keyof Calls>) => {
    try {
      post({ kind: 'answer', id, value: calls[name](argument) });
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      post({ kind: 'failure', id, message, ...(code !== undefined && { code }) });
    }
  });
  post({ kind: 'ready' });
}
