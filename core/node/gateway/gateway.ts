import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { IdSource } from '../../base/ids.ts';
import type { MisdirectedRequest } from '../../api/contract.ts';
import type { CallError, Dialect } from '../../journal/event.ts';
import type { Redactor } from '../../access/redaction.ts';
import { dialectError } from '../../scheduling/dialect-error.ts';
import { runCall, type CallPorts } from '../../scheduling/run-call.ts';
import type { OpenRun, Runs } from '../runs.ts';
import { listenOnLoopback } from '../listen.ts';
import { readAddress, type Address } from './address.ts';
import { chooseDestination, credentialOf, type DestinationSettings } from './destination.ts';
import { rejectForeign } from './guard.ts';
import { headersOf, identifyCall } from './identify-call.ts';
import { httpReply } from './http-reply.ts';
import { LARGEST_CALL, LARGEST_EXPORT, readBody, type BodyFailure } from './read-body.ts';

export interface GatewayOptions extends DestinationSettings {
  readonly port: number;
  readonly version: string;
  readonly ids: IdSource;
  readonly runs: Runs;
  readonly upstream: CallPorts['upstream'];
  readonly price: CallPorts['price'];
  readonly redactor: Redactor;
  /** Resolves when what was recorded so far is committed. */
  readonly flush: () => Promise<void>;
}

export interface Gateway {
  /** `http://127.0.0.1:4600` */
  readonly origin: string;
  readonly misdirected: readonly MisdirectedRequest[];
  /** Takes no new calls and breaks off those that are open; resolves when all of them have ended. */
  close(): Promise<void>;
}

const MISDIRECTED_KEPT = 20;

/** The data plane: what agents talk to. Throws `StartFailure` where the port is taken. */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const misdirected: MisdirectedRequest[] = [];
  const open = new Set<Promise<void>>();
  const server = createServer({ maxHeaderSize: 16 * 1024, keepAliveTimeout: 65_000 });
  server.headersTimeout = 10_000;
  server.requestTimeout = 60_000;
  server.maxHeadersCount = 100;
  server.maxConnections = 2_000;

  await listenOnLoopback(server, options.port, 'data plane', '--port N');
  const { port } = server.address() as AddressInfo;
  const origin = `http://127.0.0.1:${port}`;

  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', origin);
    const address = readAddress(url.pathname, origin);
    const dialect = address.kind === 'dialect' ? address.dialect : 'openai';
    const foreign = rejectForeign(request, port, []);
    if (foreign) return refuse(response, dialect, foreign.status, foreign);
    switch (address.kind) {
      case 'dialect':
        return serveCall(options, request, response, address, url.search);
      case 'telemetry':
        return serveTelemetry(options, request, response, address);
      case 'health':
        return sendJson(response, 200, { status: 'ok', version: options.version });
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
        const message = `There is nothing at ${method} ${url.pathname}. ${address.advice}`;
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
  answerBrokenRequests(server);

  return {
    origin,
    misdirected,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([closed, ...open]);
    },
  };
}

async function serveCall(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  address: Extract<Address, { kind: 'dialect' }>,
  query: string,
): Promise<void> {
  const { dialect, path } = address;
  const type = request.headers['content-type'] ?? '';
  if (/^(text\/plain|application\/x-www-form-urlencoded)/.test(type)) {
    return refuse(response, dialect, 415, {
      code: 'unsupported_media_type',
      message: `A JSON body is needed, not ${type}.`,
    });
  }
  if ((request.headers['content-encoding'] ?? 'identity') !== 'identity') {
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
    dialect,
    method: request.method ?? 'GET',
    path,
    query,
    attribution,
    headers,
    body: body.value,
  };
  const { call, problem } = identifyCall(parts);
  const credential = credentialOf(call);
  if (credential !== undefined) options.redactor.learn(credential);
  if (call.operation === 'models' && dialect === 'openai' && run.passThrough.openai === undefined) {
    return sendJson(response, 200, listModels(options));
  }
  const destination = problem.ok
    ? chooseDestination(options, call, run.passThrough)
    : { kind: 'refused' as const, status: problem.error.status ?? 400, error: problem.error };
  run.openCalls += 1;
  try {
    await runCall(options, run.recorder, call, destination, httpReply(response));
  } finally {
    run.openCalls -= 1;
    run.lastActivity = performance.now();
  }
}

async function serveTelemetry(
  options: GatewayOptions,
  request: IncomingMessage,
  response: ServerResponse,
  address: Extract<Address, { kind: 'telemetry' }>,
): Promise<void> {
  const contentType = (request.headers['content-type'] ?? '').split(';')[0]!.trim();
  if (request.method !== 'POST' || !['application/json', 'application/x-protobuf'].includes(contentType)) {
    const message = 'OTLP/HTTP is POST with application/json or application/x-protobuf.';
    return refuse(response, 'openai', 415, { code: 'unsupported_media_type', message });
  }
  const body = await readBody(request, LARGEST_EXPORT);
  if (!body.ok) return refuseBody(response, 'openai', body.error, LARGEST_EXPORT);
  const found = options.runs.attribute(address.run, headersOf(request));
  if (!found) return refuse(response, 'openai', 404, noSuchRun());
  recordTelemetry(found.run, address.signal, contentType, body.value);
  await options.flush();
  response.writeHead(200, { 'content-type': contentType });
  response.end(contentType === 'application/json' ? '{}' : '');
}

function recordTelemetry(
  run: OpenRun,
  signal: 'traces' | 'logs' | 'metrics',
  contentType: string,
  body: Uint8Array,
): void {
  run.lastActivity = performance.now();
  run.recorder.append('telemetry-received', { signal, contentType, body: run.recorder.keepBody(body) });
}

function listModels({ table }: GatewayOptions): unknown {
  return {
    object: 'list',
    data: table.names.map((id) => ({ id, object: 'model', created: 0, owned_by: 'signalbox' })),
  };
}

function noSuchRun(): CallError {
  const message =
    'The run that this request names is not open: it has ended, or it belongs to another data folder.';
  return { code: 'run_not_open', message };
}

function refuseBody(response: ServerResponse, dialect: Dialect, failure: BodyFailure, limit: number): void {
  switch (failure) {
    case 'too-large': {
      const message = `The request body is larger than ${limit / 1024 / 1024} MiB.`;
      return refuse(response, dialect, 413, { code: 'request_too_large', message });
    }
    case 'unknown-encoding':
      return refuse(response, dialect, 415, {
        code: 'unsupported_encoding',
        message: 'Only gzip is understood as Content-Encoding.',
      });
    case 'broken':
      return refuse(response, dialect, 400, {
        code: 'invalid_request',
        message: 'The request body broke off or is damaged.',
      });
  }
}

function refuse(response: ServerResponse, dialect: Dialect, status: number, error: CallError): void {
  if (response.headersSent) return void response.destroy();
  // What of the body was not read is not waited for.
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(dialectError(dialect, status, error));
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** What is not HTTP at all gets an answer that says so, in the shape that SDKs read. */
function answerBrokenRequests(server: Server): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const status =
      error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large' : '400 Bad Request';
    const body = dialectError('openai', 400, {
      code: 'invalid_request',
      message: `This is not an HTTP request that can be read (${error.code ?? 'unknown'}).`,
    });
    socket.end(
      `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${Buffer.byteLength(body)}\r\nconnection: close\r\n\r\n${body}`,
    );
  });
}
