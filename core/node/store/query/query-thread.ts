import type { WorkerClient } from '../../workers/worker-client.ts';
import type { QueryCalls } from './messages.ts';

/** Why a query was ended before it had an answer. */
class QueryStopped extends Error {
  readonly code: 'query_too_slow' | 'query_cancelled';
  constructor(code: QueryStopped['code'], message: string) {
    super(message);
    this.code = code;
  }
}

export interface QueryThreadOptions {
  start(): Promise<WorkerClient<QueryCalls>>;
  /** A query may take so long, in milliseconds, from when it is its turn. */
  readonly limitMs: number;
}

/**
 * The thread for queries, apart from the one for the window's reads: one query after the other. One that takes too long, or
 * whose asker has gone, is ended with its thread; the next one gets a new thread.
 */
export class QueryThread {
  private readonly options: QueryThreadOptions;
  private worker: WorkerClient<QueryCalls> | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private closed = false;

  constructor(options: QueryThreadOptions) {
    this.options = options;
  }

  /** Rejects with `QueryStopped` where there will be no answer. */
  ask<Name extends keyof QueryCalls>(
    name: Name,
    argument: QueryCalls[Name][0],
    gone: AbortSignal = new AbortController().signal,
  ): Promise<QueryCalls[Name][1]> {
    const answer = this.last.then(() => this.askNow(name, argument, gone));
    this.last = answer.catch(() => undefined);
    return answer;
  }

  /** Ends what is asked now. */
  async close(): Promise<void> {
    this.closed = true;
    await this.end();
  }

  /** The next query opens the file anew. */
  async end(): Promise<void> {
    const { worker } = this;
    this.worker = undefined;
    await worker?.close();
  }

  private async askNow<Name extends keyof QueryCalls>(
    name: Name,
    argument: QueryCalls[Name][0],
    gone: AbortSignal,
  ): Promise<QueryCalls[Name][1]> {
    if (gone.aborted || this.closed) throw cancelled();
    const worker = this.worker?.hasEnded === false ? this.worker : await this.options.start();
    this.worker = worker;
    const stopped = Promise.withResolvers<never>();
    const stop = (reason: QueryStopped) => {
      stopped.reject(reason);
      void this.end();
    };
    const { limitMs } = this.options;
    const timer = setTimeout(() => stop(tooSlow(limitMs)), limitMs);
    const leave = () => stop(cancelled());
    gone.addEventListener('abort', leave, { once: true });
    if (gone.aborted) leave();
    try {
      return await Promise.race([worker.call(name, argument), stopped.promise]);
    } finally {
      clearTimeout(timer);
      gone.removeEventListener('abort', leave);
    }
  }
}

function cancelled(): QueryStopped {
  return new QueryStopped('query_cancelled', 'The query was ended: nobody waits for its answer any more.');
}

function tooSlow(limitMs: number): QueryStopped {
  return new QueryStopped(
    'query_too_slow',
    `The query had no answer within ${limitMs / 1000} s and was ended. ` +
      'Ask for one run, or name its status, its time or the event, which are looked up first.',
  );
}
