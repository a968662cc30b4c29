import { Client } from 'undici';
import { asConnector, openSocket } from '../upstream/open-socket.ts';
import { addressed, type Way } from '../upstream/way.ts';
import type { Probe } from './prober.ts';

/** Enough to let a small answer end by itself; of a larger one the rest is not waited for. */
const LONGEST_BODY = 64 * 1024;
/** A probe that waits no longer leaves its connection alone, which ends by then. */
const LONGEST_CONNECT_MS = 5_000;

const DIRECTLY = (origin: URL): Way => ({ route: { origin, http2: false } });

/**
 * Probes over HTTP. Each makes a connection of its own, on the way that a first call would take, and follows no redirect:
 * a key goes only where the configuration sends it.
 */
export function createHttpProbe(wayTo: (origin: URL, provider: string) => Way = DIRECTLY): Probe {
  return async (url, headers, signal, provider) => {
    const target = new URL(url);
    const way = wayTo(new URL(target.origin), provider);
    const client = new Client(way.route.origin, {
      pipelining: 0,
      connect: asConnector(() => openSocket(way.route, LONGEST_CONNECT_MS)),
    });
    try {
      const { statusCode, body } = await client.request({
        method: 'GET',
        ...addressed(way, target, Object.entries(headers).flat()),
        signal,
      });
      await body.dump({ limit: LONGEST_BODY, signal });
      return { kind: 'answered', status: statusCode };
    } catch (error) {
      return { kind: 'failed', message: messageOf(error as Error & { code?: string }) };
    } finally {
      await client.destroy();
    }
  };
}

/** Where several addresses were tried, only the code says anything. */
function messageOf({ message, code }: Error & { code?: string }): string {
  return message || code || 'the connection failed';
}
