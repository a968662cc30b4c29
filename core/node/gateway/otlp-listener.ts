import type { AddressInfo } from 'node:net';
import { RPC_CODES } from '../../journal/otlp/answer.ts';
import { createLimitedServer } from './limited-server.ts';
import { refuseExport, telemetryServer, type TelemetryPorts } from './serve-telemetry.ts';
import { targetReader } from './target.ts';

const MOST_CONNECTIONS = 200;

export interface OtlpListener {
  /** `http://127.0.0.1:4318` */
  readonly origin: string;
  /** Resolves when its last request has been answered. */
  close(): Promise<void>;
}

/**
 * Listens where exporters send to that were told nothing: port 4318 of this machine. Nothing where the port is taken, since
 * a collector may well be at home there; the data plane takes the same exports.
 */
export async function startOtlpListener(
  ports: TelemetryPorts,
  port = 4318,
): Promise<OtlpListener | undefined> {
  const serve = telemetryServer(ports);
  const open = new Set<Promise<void>>();
  const server = createLimitedServer(MOST_CONNECTIONS);
  const isListening = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => resolve(true));
  });
  if (!isListening) return undefined;
  const { port: listening } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${listening}`;
  const readTarget = targetReader(origin);
  server.on('request', (request, response) => {
    const address = readTarget(request)?.address;
    if (address?.kind !== 'telemetry') {
      const message = 'Only OTLP is served here: /v1/traces, /v1/logs and /v1/metrics.';
      return refuseExport(response, 'json', { status: 404, code: RPC_CODES.notFound, message });
    }
    const served = serve(request, response, address, listening).finally(() => open.delete(served));
    open.add(served);
  });
  return {
    origin,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, ...open]);
    },
  };
}
