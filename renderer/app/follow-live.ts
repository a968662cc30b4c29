import { ApiError, follow, type ApiFetch } from '../../core/api/client.ts';

export type Connection = 'connecting' | 'live' | 'reconnecting' | 'ended';

export interface LiveStream<Line> {
  readonly api: ApiFetch;
  /** How the stream is read; as NDJSON, where nothing is said. */
  readonly read?: (api: ApiFetch, path: string, signal: AbortSignal) => AsyncIterable<Line>;
  /** Asked before each connection, so that it can resume where the last one broke off. */
  path(): string;
  /** The host has taken the request: what happens from now on will be sent. */
  onOpen?(): void;
  onLine(line: Line): void;
  onConnection(connection: Connection): void;
  /** Asked when the host ends the stream in good order: whether that was all there is. */
  complete?(): boolean;
  readonly signal: AbortSignal;
  /** Milliseconds to wait before the first new try; doubled with each, up to `longestDelay`. */
  readonly firstDelay?: number;
  readonly longestDelay?: number;
}

/**
 * Follows a live stream of the host until it is complete, the host refuses it, or `signal` aborts; a broken
 * connection is taken up again. Resolves with the refusal, if that was the end.
 */
export async function followLive<Line>(stream: LiveStream<Line>): Promise<ApiError | undefined> {
  const { api, signal, read = follow<Line>, firstDelay = 250, longestDelay = 4000 } = stream;
  let delay = firstDelay;
  const opened: ApiFetch = async (path, init) => {
    const response = await api(path, init);
    if (response.ok && !signal.aborted) {
      delay = firstDelay;
      stream.onConnection('live');
      stream.onOpen?.();
    }
    return response;
  };
  stream.onConnection('connecting');
  while (!signal.aborted) {
    try {
      for await (const line of read(opened, stream.path(), signal)) {
        if (signal.aborted) return undefined;
        stream.onLine(line);
      }
      if (signal.aborted) return undefined;
      if (stream.complete?.()) {
        stream.onConnection('ended');
        return undefined;
      }
    } catch (error) {
      // A refusal is the host's last word; whatever else broke the stream is worth another try.
      if (error instanceof ApiError && error.status < 500) {
        stream.onConnection('ended');
        return error;
      }
    }
    if (signal.aborted) return undefined;
    stream.onConnection('reconnecting');
    await pause(delay, signal);
    delay = Math.min(delay * 2, longestDelay);
  }
  return undefined;
}

function pause(millis: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, millis);
    signal.addEventListener('abort', done);
  });
}
