import type { CancelSignal } from '../base/cancellation.ts';
import type { HeaderList } from './upstream.ts';

/** The client's side of a call. */
export interface Reply {
  /** Aborted when the client has gone. */
  readonly gone: CancelSignal;
  /** Aborted when the host stops, whether or not a client waits; absent where nothing stops it. */
  readonly stopped?: AbortSignal;
  /** Once, before anything is written. */
  start(status: number, headers: HeaderList): void;
  /** Resolves when the client can take more; nothing where it can at once. */
  write(chunk: Uint8Array): Promise<void> | undefined;
  end(): void;
  /** Breaks the connection, so that no client takes a part for the whole. */
  reset(): void;
}
