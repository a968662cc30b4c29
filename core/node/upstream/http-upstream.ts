import { Agent } from 'undici';
import { fail, ok } from '../../base/result.ts';
import type { Millis } from '../../base/units.ts';
import type { HeaderList, Upstream, UpstreamFailure } from '../../scheduling/upstream.ts';

/**
 * Real HTTP, over persistent connections. How long a connection may take is the request's own affair; the other
 * deadlines, and how many requests there are at once, are those of whoever sends them.
 */
export function createHttpUpstream(): Upstream & { close(): Promise<void> } {
  // undici has this deadline for all connections of an agent, and looks at it about twice a second.
  const agents = new Map<Millis, Agent>();
  const agentFor = (connectTimeout: Millis) => {
    const known = agents.get(connectTimeout);
    if (known) return known;
    const agent = new Agent({ connectTimeout, headersTimeout: 0, bodyTimeout: 0, keepAliveTimeout: 30_000 });
    agents.set(connectTimeout, agent);
    return agent;
  };
  return {
    async send({ method, url, headers, body, connectTimeoutMs, signal }) {
      const { origin, pathname, search } = new URL(url);
      try {
        const response = await agentFor(connectTimeoutMs).request({
          origin,
          path: pathname + search,
          method,
          headers: headers.flat(),
          body: body ?? null,
          signal,
        });
        return ok({ status: response.statusCode, headers: flatten(response.headers), body: response.body });
      } catch (error) {
        if (signal.aborted) return fail({ code: 'cancelled', message: 'cancelled' });
        return fail(describe(error as Error, origin, connectTimeoutMs));
      }
    },
    async close() {
      await Promise.all([...agents.values()].map((agent) => agent.destroy()));
    },
  };
}

function flatten(headers: Record<string, string | string[] | undefined>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one) => [name, one] as const),
  );
}

function describe(
  error: Error & { code?: string },
  origin: string,
  connectTimeoutMs: Millis,
): UpstreamFailure {
  const code = error.code ?? '';
  switch (code) {
    case 'ECONNREFUSED':
      return {
        code: 'connect_refused',
        message: `nothing listens at ${origin} (connection refused). Is the server running?`,
      };
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return {
        code: 'name_not_found',
        message: `the name in ${origin} could not be resolved. Check the endpoint and your network.`,
      };
    case 'UND_ERR_CONNECT_TIMEOUT':
      return {
        code: 'timeout',
        message: `${origin} did not accept a connection within ${connectTimeoutMs / 1000} s`,
      };
    default:
      if (/^(CERT_|ERR_TLS|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code)) {
        return { code: 'tls', message: `the certificate of ${origin} was not accepted (${error.message})` };
      }
      return {
        code: 'connection_lost',
        message: `the connection to ${origin} failed (${error.message || code})`,
      };
  }
}
