import { Agent } from 'undici';
import { fail, ok } from '../../base/result.ts';
import type { HeaderList, Upstream, UpstreamFailure } from '../../scheduling/upstream.ts';

const CONNECT_MS = 5_000;
/** Models may think for minutes before the first byte, and between bytes. */
const SILENCE_MS = 300_000;

/** Real HTTP, over one persistent pool of connections for each origin. */
export function createHttpUpstream(): Upstream & { close(): Promise<void> } {
  const agent = new Agent({
    connections: 50,
    connectTimeout: CONNECT_MS,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS,
    keepAliveTimeout: 30_000,
  });
  return {
    async send({ method, url, headers, body, signal }) {
      const { origin, pathname, search } = new URL(url);
      try {
        const response = await agent.request({
          origin,
          path: pathname + search,
          method,
          headers: headers.flat(),
          body: body ?? null,
          signal,
        });
        return ok({ status: response.statusCode, headers: flatten(response.headers), body: response.body });
      } catch (error) {
        return fail(
          signal.aborted ? { code: 'cancelled', message: 'cancelled' } : describe(error as Error, origin),
        );
      }
    },
    close: () => agent.destroy(),
  };
}

function flatten(headers: Record<string, string | string[] | undefined>): HeaderList {
  return Object.entries(headers).flatMap(([name, value]) =>
    (Array.isArray(value) ? value : [value ?? '']).map((one) => [name, one] as const),
  );
}

function describe(error: Error & { code?: string }, origin: string): UpstreamFailure {
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
        message: `${origin} did not accept a connection within ${CONNECT_MS / 1000} s`,
      };
    case 'UND_ERR_HEADERS_TIMEOUT':
      return { code: 'timeout', message: `${origin} sent no answer within ${SILENCE_MS / 1000} s` };
    default:
      if (/^(CERT_|ERR_TLS|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED|ERR_SSL)/.test(code)) {
        return { code: 'tls', message: `the certificate of ${origin} was not accepted (${error.message})` };
      }
      return { code: 'connection_lost', message: `the connection to ${origin} failed (${error.message})` };
  }
}
