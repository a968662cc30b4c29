import { Agent } from 'undici';
import type { Probe } from './prober.ts';

/** Enough to let a small answer end by itself; of a larger one the rest is not waited for. */
const LONGEST_BODY = 64 * 1024;

/**
 * Probes over HTTP. Each makes a connection of its own, as a first call would, and follows no redirect: a key goes only
 * where the configuration sends it.
 */
export function createHttpProbe(): { readonly probe: Probe; close(): Promise<void> } {
  const agent = new Agent({ pipelining: 0 });
  return {
    async probe(url, headers, signal) {
      const { origin, pathname, search } = new URL(url);
      try {
        const { statusCode, body } = await agent.request({
          origin,
          path: pathname + search,
          method: 'GET',
          headers,
          signal,
        });
        await body.dump({ limit: LONGEST_BODY, signal });
        return { kind: 'answered', status: statusCode };
      } catch (error) {
        return { kind: 'failed', message: messageOf(error as Error & { code?: string }) };
      }
    },
    close: () => agent.destroy(),
  };
}

/** Where several addresses were tried, only the code says anything. */
function messageOf({ message, code }: Error & { code?: string }): string {
  return message || code || 'the connection failed';
}
