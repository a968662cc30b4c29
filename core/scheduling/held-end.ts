import type { CancelSignal } from '../base/cancellation.ts';
import { headerOf } from './headers.ts';
import type { Reply } from './reply.ts';
import type { HeaderList } from './upstream.ts';

/** A client's side of a call whose answer does not end before it is released: its last byte, or what says that there is none. */
export class HeldEnd implements Reply {
  readonly gone: CancelSignal;
  private readonly client: Reply;
  /** Bytes that the client still expects; endless where the end of its connection, or of its chunks, is the end. */
  private left = Number.POSITIVE_INFINITY;
  private readonly held: Uint8Array[] = [];
  private ended = false;

  constructor(client: Reply) {
    this.client = client;
    this.gone = client.gone;
  }

  start(status: number, headers: HeaderList): void {
    this.left = Number(headerOf(headers, 'content-length') ?? Number.POSITIVE_INFINITY);
    this.client.start(status, headers);
  }

  write(chunk: Uint8Array): Promise<void> | undefined {
    this.left -= chunk.length;
    if (this.left > 0) return this.client.write(chunk);
    this.held.push(chunk);
    return undefined;
  }

  end(): void {
    this.ended = true;
  }

  reset(): void {
    this.client.reset();
  }

  release(): void {
    if (!this.ended) return;
    for (const chunk of this.held) void this.client.write(chunk);
    this.client.end();
  }
}
