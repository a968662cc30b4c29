import type { ServerResponse } from 'node:http';
import { Cancellation } from '../../base/cancellation.ts';
import type { Reply } from '../../scheduling/reply.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';

/** Whoever takes nothing of its answer for so long has left. */
const LONGEST_PAUSE_MS = 60_000;

/** The client's side of a call over a real connection. */
export class HttpReply implements Reply {
  readonly gone = new Cancellation();
  readonly stopped: AbortSignal;
  private readonly response: ServerResponse;

  /** `stopped` is aborted when the host stops. */
  constructor(response: ServerResponse, stopped: AbortSignal) {
    this.response = response;
    this.stopped = stopped;
    response.on('close', () => {
      if (!response.writableFinished) this.gone.abort();
    });
  }

  start(status: number, headers: HeaderList): void {
    if (!this.gone.aborted) this.response.writeHead(status, headers.flat());
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    return this.gone.aborted || this.response.write(chunk) ? undefined : this.drained();
  }

  end(): void {
    this.response.end();
  }

  /** What was written leaves at the end of this turn: a client that has seen something must see that it broke off. */
  reset(): void {
    setImmediate(() => this.response.destroy());
  }

  private drained(): Promise<void> {
    const { gone, response } = this;
    return new Promise((resolve) => {
      const timer = setTimeout(() => response.destroy(), LONGEST_PAUSE_MS);
      const done = () => {
        clearTimeout(timer);
        response.off('drain', done);
        gone.removeEventListener('abort', done);
        resolve();
      };
      response.once('drain', done);
      gone.addEventListener('abort', done);
    });
  }
}
