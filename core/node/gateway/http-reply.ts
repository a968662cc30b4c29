import type { ServerResponse } from 'node:http';
import type { Reply } from '../../scheduling/reply.ts';

/** Whoever takes nothing of its answer for so long has left. */
const LONGEST_PAUSE_MS = 60_000;

/** The client's side of a call over a real connection. `stopped` is aborted when the host stops. */
export function httpReply(response: ServerResponse, stopped: AbortSignal): Reply {
  const gone = new AbortController();
  response.on('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  return {
    gone: gone.signal,
    stopped,
    start(status, headers) {
      if (gone.signal.aborted) return;
      response.writeHead(status, headers.flat());
    },
    async write(chunk) {
      if (gone.signal.aborted || response.write(chunk)) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(() => response.destroy(), LONGEST_PAUSE_MS);
        const done = () => {
          clearTimeout(timer);
          response.off('drain', done);
          gone.signal.removeEventListener('abort', done);
          resolve();
        };
        response.once('drain', done);
        gone.signal.addEventListener('abort', done, { once: true });
      });
    },
    end: () => void response.end(),
    // What was written leaves at the end of this turn: a client that has seen something must see that it broke off.
    reset: () => void setImmediate(() => response.destroy()),
  };
}
