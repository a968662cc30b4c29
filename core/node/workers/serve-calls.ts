import type { MessagePort } from 'node:worker_threads';
import type { CallTable, WorkerMessage, WorkerRequest } from './messages.ts';

/** What a worker does, by name. */
export type ServedCalls<Calls extends CallTable<Calls>> = {
  readonly [Name in keyof Calls]: (argument: Calls[Name][0]) => Calls[Name][1] | Given<Calls[Name][1]>;
};

/** An answer whose memory goes over uncopied, and is the worker's no longer. */
export class Given<Value> {
  readonly value: Value;
  readonly memory: readonly ArrayBuffer[];

  constructor(value: Value, memory: readonly ArrayBuffer[]) {
    this.value = value;
    this.memory = memory;
  }
}

/** The worker's end: says that it is ready, then answers one call after the other. */
export function serveCalls<Calls extends CallTable<Calls>>(
  port: MessagePort,
  calls: ServedCalls<Calls>,
): void {
  const post = (message: WorkerMessage<never>, given: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, given);
  port.on('message', ({ id, name, argument }: WorkerRequest<keyof Calls>) => {
    try {
      const answer = calls[name](argument);
      if (answer instanceof Given) post({ kind: 'answer', id, value: answer.value }, answer.memory);
      else post({ kind: 'answer', id, value: answer });
    } catch (error) {
      const { message, code } = error as Error & { readonly code?: string };
      post({ kind: 'failure', id, message, ...(code !== undefined && { code }) });
    }
  });
  post({ kind: 'ready' });
}
