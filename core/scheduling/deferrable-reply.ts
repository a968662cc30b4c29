import { Cancellation } from '../base/cancellation.ts';
import type { RunId, SpanId } from '../base/ids.ts';
import type { Reply } from './reply.ts';
import type { HeaderList } from './upstream.ts';

/** Where the answer of a call is to be asked for that was put off. */
function deferredPath(run: RunId, call: SpanId): string {
  return `/deferred/${run}/${call}`;
}

/**
 * A client's side of a call that can be put off: the client is told where to ask for the answer, and goes; what is
 * answered from then on is only recorded. From then on the call ends early only when the host stops.
 */
export class DeferrableReply implements Reply {
  readonly gone = new Cancellation();
  private readonly client: Reply;
  private readonly interrupt = () => this.gone.abort();
  private deferred = false;

  constructor(client: Reply) {
    this.client = client;
    const leave = () => {
      if (!this.deferred) this.gone.abort();
    };
    if (client.gone.aborted) leave();
    else client.gone.addEventListener('abort', leave, { once: true });
  }

  /** Whether the host stopped while its answer was not there yet: its client has not left. */
  get interrupted(): boolean {
    return this.deferred && this.gone.aborted;
  }

  /** 202 with the place to ask at (RFC 9110 §15.3.3). Before anything was answered. */
  defer(run: RunId, call: SpanId): void {
    this.deferred = true;
    const result = deferredPath(run, call);
    const body = JSON.stringify({ id: call, status: 'queued', result });
    this.client.start(202, [
      ['content-type', 'application/json'],
      ['location', result],
      ['retry-after', '5'],
      ['x-signalbox-run', run],
      ['x-signalbox-call', call],
    ]);
    void this.client.write(new TextEncoder().encode(body));
    this.client.end();
    this.client.stopped?.addEventListener('abort', this.interrupt, { once: true });
  }

  start(status: number, headers: HeaderList): void {
    if (!this.deferred) this.client.start(status, headers);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    return this.deferred ? undefined : this.client.write(chunk);
  }

  end(): void {
    if (this.deferred) this.forget();
    else this.client.end();
  }

  reset(): void {
    if (this.deferred) this.forget();
    else this.client.reset();
  }

  private forget(): void {
    this.client.stopped?.removeEventListener('abort', this.interrupt);
  }
}
