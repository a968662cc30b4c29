import { receiveMessageOnPort, type MessagePort } from 'node:worker_threads';
import type { CallTable, WorkerMessage, WorkerRequest } from './messages.ts';

/** What a worker does for one call. */
export type ServedCall<Call extends readonly [argument: unknown, answer: unknown]> = (
  argument: Call[0],
) => Call[1] | Given<Call[1]>;

/** What a worker does, by name. */
export type ServedCalls<Calls extends CallTable<Calls>> = {
  readonly [Name in keyof Calls]: ServedCall<Calls[Name]> | Together<Calls[Name][0], Calls[Name][1]>;
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

/** What is done at once for as many calls as have come one after the other, up to `most`: one answer for each. */
export class Together<Argument, Answer> {
  readonly most: number;
  readonly serve: (several: readonly Argument[]) => readonly Answer[];

  constructor(most: number, serve: (several: readonly Argument[]) => readonly Answer[]) {
    this.most = most;
    this.serve = serve;
  }
}

/** The worker's end: says that it is ready, then answers one call after the other. */
export function serveCalls<Calls extends CallTable<Calls>>(
  port: MessagePort,
  calls: ServedCalls<Calls>,
): void {
  const post = (message: WorkerMessage<never>, given: readonly ArrayBuffer[] = []) =>
    port.postMessage(message, given);
  const fail = ({ id }: Request, error: unknown) => {
    const { message, code } = error as Error & { readonly code?: string };
    post({ kind: 'failure', id, message, ...(code !== undefined && { code }) });
  };
  type Request = WorkerRequest<keyof Calls>;

  function serve(request: Request): void {
    const { id, name, argument } = request;
    const call = calls[name];
    if (call instanceof Together) return serveTogether(request, call);
    try {
      const answer = call(argument);
      if (answer instanceof Given) post({ kind: 'answer', id, value: answer.value }, answer.memory);
      else post({ kind: 'answer', id, value: answer });
    } catch (error) {
      fail(request, error);
    }
  }

  function serveTogether(first: Request, { most, serve: serveAll }: Together<unknown, unknown>): void {
    const requests = [first];
    let other: Request | undefined;
    while (requests.length < most && !other) {
      const next = receiveMessageOnPort(port)?.message as Request | undefined;
      if (!next) break;
      if (next.name === first.name) requests.push(next);
      else other = next;
    }
    try {
      const answers = serveAll(requests.map(({ argument }) => argument));
      for (const [index, { id }] of requests.entries()) post({ kind: 'answer', id, value: answers[index] });
    } catch (error) {
      for (const request of requests) fail(request, error);
    }
    if (other) serve(other);
  }

  port.on('message', serve);
  post({ kind: 'ready' });
}
