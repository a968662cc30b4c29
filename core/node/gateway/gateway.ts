import { setMaxListeners } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Duplex } from 'node:stream';
import type { MisdirectedRequest } from '../../api/contract.ts';
import type { Redactor } from '../../access/redaction.ts';
import type { CallError, Dialect } from '../../journal/event.ts';
import type { CallPorts } from '../../scheduling/end-call.ts';
import { runCall } from '../../scheduling/run-call.ts';
import { listenOnLoopback } from '../listen.ts';
import type { McpRelay } from '../mcp/relay.ts';
import type { Address } from './address.ts';
import { chooseDestination, credentialOf, type DestinationSettings } from './destination.ts';
import { originsOf, rejectForeign } from './guard.ts';
import { headersOf, identifyCall, identifyServiceCall } from './identify-call.ts';
import { HttpReply } from './http-reply.ts';
import { createLimitedServer, unfitHead } from './limited-server.ts';
import { LARGEST_CALL, readBody } from './read-body.ts';
import { answerBrokenRequests, noSuchRun, refuse, refuseBody, sendJson, type LastRequest } from './refuse.ts';
import { serveDeferred, type FindDeferred } from './serve-deferred.ts';
import { describeModels } from './serve-models.ts';
import { telemetryServer, type TelemetryPorts } from './serve-telemetry.ts';
import { targetReader } from './target.ts';

export interface GatewayOptions extends DestinationSettings, TelemetryPorts, CallPorts {
  readonly port: number;
  readonly version: string;
  readonly redactor: Redactor;
  readonly findDeferred: FindDeferred;
  readonly mcp: McpRelay;
}

export interface Gateway {
  /** `http://127.0.0.1:4600` */
  readonly origin: string;
  readonly misdirected: readonly MisdirectedRequest[];
  /** Takes no new calls and breaks off those that are open; resolves when all of them have ended. */
  close(): Promise<void>;
}

const MISDIRECTED_KEPT = 20;
const MOST_CONNECTIONS = 2_000;

/** The data plane: what agents talk to. Throws `StartFailure` where the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const misdirected: MisdirectedRequest[] = [];
  const open = new Set<Promise<void>>();
  const stop = new AbortController();
  // Every call that was put off listens.
  setMaxListeners(0, stop.signal);
  const lastRequests = new WeakMap<Duplex, LastRequest>();
  const serving: Serving = { ...options, stopped: stop.signal };
  const server = createLimitedServer(MOST_CONNECTIONS);

  await listenOnLoopback(server, options.port, 'data plane', '--port N');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;
  options.mcp.listensAt(origin);

  const readTarget = targetReader(origin);
  const serveTelemetry = telemetryServer(options);
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const target = readTarget(request);
    const address = target?.address;
    lastRequests.set(request.socket, { dialect: address ? dialectOf(address) : 'openai', response });
    if (!target || !address) return refuse(response, 'openai', 400, NO_TARGET);
    // It refuses in its own shape, strangers too.
    if (address.kind === 'telemetry') return serveTelemetry(request, response, address, port);
    const dialect = dialectOf(address);
    if (address.kind === 'mcp' || address.kind === 'mcp-metadata') {
      const rejection = unfitHead(request) ?? rejectForeign(request, port, originsOf(port));
      return options.mcp.serve(request, response, address, rejection);
    }
    const rejection = unfitHead(request) ?? rejectForeign(request, port, []);
    if (rejection) return refuse(response, dialect, rejection.status, rejection);
    switch (address.kind) {
      case 'dialect':
      case 'service':
        return serveCall(serving, request, response, address, target.query);
      case 'deferred':
        return serveDeferred(options.findDeferred, response, address);
      case 'health':
        return sendJson(response, 200, { status: 'ok', version: options.version, pid: process.pid });
      case 'readiness':
        return sendJson(response, 200, { status: 'ready', models: options.table.names });
      case 'greeting':
        response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' });
        response.end(
          `Signalbox ${options.version}: this port is for agents. OPENAI_BASE_URL=${origin}/openai/v1\n`,
        );
        return;
      case 'misdirected': {
        const { method = '', url: path = '' } = request;
        misdirected.unshift({
          at: Date.now(),
          method,
          path: path.split('?')[0]!.slice(0, 200),
          advice: address.advice,
        });
        misdirected.length = Math.min(misdirected.length, MISDIRECTED_KEPT);
        const message = `There is nothing at ${method} ${target.path}. ${address.advice}`;
        return refuse(response, dialect, 404, { code: 'not_found', message });
      }
    }
  };
  server.on('request', (request, response) => {
    const served = serve(request, response)
      .catch((error: Error) =>
        refuse(response, 'openai', 500, { code: 'internal', message: `Signalbox failed: ${error.message}` }),
      )
      .finally(() => open.delete(served));
    open.add(served);
  });
  answerBrokenRequests(server, (socket) => lastRequests.get(socket));

  return {
    origin,
    misdirected,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      stop.abort();
      await Promise.all([closed, ...open]);
    },
  };
}

const NO_TARGET: CallError = { code: 'invalid_request', message: 'The target of this request is no path.' };

interface Serving extends GatewayOptions {
  readonly stopped: AbortSignal;
}

async function serveCall(
  options: Serving,
  request: IncomingMessage,
  response: ServerResponse,
  address: CallAddress,
  query: string,
): Promise<void> {
  const { path } = address;
  const dialect = dialectOf(address);
  if (address.kind === 'dialect' && ownProvider(options, address) === undefined) {
    const { method = '' } = request;
    const models = describeModels(options.table, address.dialect, method, path, query);
    if (models) return sendJson(response, 200, models);
  }
  const type = request.headers['content-type'] ?? '';
  if (dialect !== 'http' && /^(text\/plain|application\/x-www-form-urlencoded)/.test(type)) {
    return refuse(response, dialect, 415, {
      code: 'unsupported_media_type',
      message: `A JSON body is needed, not ${type}.`,
    });
  }
  // What goes to a service is not read.
  if (dialect !== 'http' && (request.headers['content-encoding'] ?? 'identity') !== 'identity') {
    return refuse(response, dialect, 415, {
      code: 'unsupported_encoding',
      message: 'The request body must not be compressed.',
    });
  }
  const body = await readBody(request, LARGEST_CALL);
  if (!body.ok) return refuseBody(response, dialect, body.error, LARGEST_CALL);
  const headers = headersOf(request);
  const found = options.runs.attribute(address.run, headers);
  if (!found) return refuse(response, dialect, 404, noSuchRun());
  const { run, attribution } = found;

  const parts = {
    method: request.method ?? 'GET',
    path,
    query,
    attribution,
    headers,
    body: body.value,
  };
  const { call, problem } =
    address.kind === 'service'
      ? identifyServiceCall(
          { ...parts, dialect: 'http' },
          address.target,
          options.table.categoryOf(address.target),
        )
      : identifyCall({ ...parts, dialect: address.dialect });
  const credential = credentialOf(call);
  if (credential !== undefined) options.redactor.learnOfClient(credential);
  const destination = problem.ok
    ? chooseDestination(options, call, run.passThrough)
    : { kind: 'refused' as const, status: problem.error.status ?? 400, error: problem.error };
  run.openCalls += 1;
  try {
    await runCall(options, run.recorder, call, destination, new HttpReply(response, options.stopped));
  } finally {
    run.openCalls -= 1;
    run.lastActivity = performance.now();
  }
}

type CallAddress = Extract<Address, { kind: 'dialect' | 'service' }>;

function dialectOf(address: Address): Dialect {
  if (address.kind === 'service' || address.kind === 'deferred') return 'http';
  return address.kind === 'dialect' ? address.dialect : 'openai';
}

/** A run whose agent has a key of its own sees the models of its own provider. */
function ownProvider({ runs }: GatewayOptions, address: CallAddress): string | undefined {
  return address.run && runs.find(address.run)?.passThrough[dialectOf(address)];
}
