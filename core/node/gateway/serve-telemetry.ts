import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId } from '../../base/ids.ts';
import { fail, ok, type Result } from '../../base/result.ts';
import {
  encodeStatus,
  encodeSuccess,
  RPC_CODES,
  type Rejected,
  type Signal,
} from '../../journal/otlp/answer.ts';
import type { Encoding } from '../../journal/otlp/decode-export.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { Runs } from '../runs.ts';
import type { ExportReader } from '../telemetry/export-reader.ts';
import type { Address } from './address.ts';
import { rejectForeign } from './guard.ts';
import { headersOf } from './identify-call.ts';
import { unfitHead } from './limited-server.ts';
import { LARGEST_EXPORT, readDecodedBody } from './read-body.ts';
import { recordLogs, recordMetrics, recordTraces, type ExportOrigin } from './record-telemetry.ts';
import { describeBodyFailure, noSuchRun } from './refuse.ts';

export interface TelemetryPorts {
  readonly runs: Runs;
  readonly exports: ExportReader;
  /** Resolves when what was recorded so far is committed, or cannot be any more. */
  readonly flush: () => Promise<void>;
  /** Why nothing is recorded any more; nothing while it is. */
  readonly recordingStopped: () => string | undefined;
}

/** Answers one OTLP/HTTP request that came in on `port`. */
export type ServeTelemetry = (
  request: IncomingMessage,
  response: ServerResponse,
  address: Extract<Address, { kind: 'telemetry' }>,
  port: number,
) => Promise<void>;

/** Exports that are read at the same time: each may take `LARGEST_EXPORT` and what is made of it. */
const MOST_AT_ONCE = 16;
/** Seconds after which an exporter may try again: when others are through, and when somebody has made room on the disk. */
const RETRY = { busy: 1, stopped: 30 };

const MEDIA_TYPES: Readonly<Record<Encoding, string>> = {
  json: 'application/json',
  protobuf: 'application/x-protobuf',
};

interface Refusal {
  readonly status: number;
  /** A google.rpc.Code. */
  readonly code: number;
  readonly message: string;
  /** Seconds. Only what carries it is sent again by exporters. */
  readonly retryAfter?: number;
  readonly allow?: string;
}

/**
 * OTLP/HTTP 1.11: an export is read, and what it reports is recorded; its 200 is sent after the commit, with what could not
 * be taken as partial success. Everything else is answered with a google.rpc.Status, in the request's own media type.
 */
export function telemetryServer(ports: TelemetryPorts): ServeTelemetry {
  let underWay = 0;
  return async (request, response, address, port) => {
    const head = readHead(ports, request, port);
    if (!head.ok) return refuseExport(response, encodingOf(request) ?? 'json', head.error);
    const encoding = head.value;
    if (underWay >= MOST_AT_ONCE) return refuseExport(response, encoding, BUSY);
    underWay += 1;
    try {
      const taken = await takeExport(ports, request, address, encoding);
      if (!taken.ok) return refuseExport(response, encoding, taken.error);
      const answer = encodeSuccess(encoding, address.signal, taken.value);
      response.writeHead(200, { 'content-type': MEDIA_TYPES[encoding], 'content-length': answer.length });
      response.end(answer);
    } catch (error) {
      const message = `Signalbox failed: ${error instanceof Error ? error.message : String(error)}`;
      refuseExport(response, encoding, { status: 500, code: RPC_CODES.internal, message });
    } finally {
      underWay -= 1;
    }
  };
}

/** Answers with a google.rpc.Status. What of the request was not read is not waited for. */
export function refuseExport(response: ServerResponse, encoding: Encoding, refusal: Refusal): void {
  if (response.headersSent) return void response.destroy();
  const { status, code, message, retryAfter, allow } = refusal;
  response.setHeader('content-type', MEDIA_TYPES[encoding]);
  response.setHeader('connection', 'close');
  if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter);
  if (allow !== undefined) response.setHeader('allow', allow);
  response.writeHead(status);
  response.end(encodeStatus(encoding, code, message));
}

const BUSY: Refusal = {
  status: 429,
  code: RPC_CODES.resourceExhausted,
  message: `${MOST_AT_ONCE} exports are being read already.`,
  retryAfter: RETRY.busy,
};

/** What can be told from the head of a request: in which encoding it is, or why it is refused. */
function readHead(
  { recordingStopped }: TelemetryPorts,
  request: IncomingMessage,
  port: number,
): Result<Encoding, Refusal> {
  const unfit = unfitHead(request);
  if (unfit) return fail({ status: unfit.status, code: RPC_CODES.invalidArgument, message: unfit.message });
  const foreign = rejectForeign(request, port, []);
  if (foreign)
    return fail({ status: foreign.status, code: RPC_CODES.permissionDenied, message: foreign.message });
  if (request.method !== 'POST') {
    return fail({
      status: 405,
      code: RPC_CODES.unimplemented,
      message: 'OTLP/HTTP is POST only.',
      allow: 'POST',
    });
  }
  const encoding = encodingOf(request);
  if (!encoding) {
    const message = `OTLP/HTTP is ${Object.values(MEDIA_TYPES).join(' or ')}.`;
    return fail({ status: 415, code: RPC_CODES.invalidArgument, message });
  }
  const reason = stopped(recordingStopped());
  return reason ? fail(reason) : ok(encoding);
}

async function takeExport(
  { runs, exports, flush, recordingStopped }: TelemetryPorts,
  request: IncomingMessage,
  address: Extract<Address, { kind: 'telemetry' }>,
  encoding: Encoding,
): Promise<Result<Rejected, Refusal>> {
  const body = await readDecodedBody(request, LARGEST_EXPORT);
  if (!body.ok) {
    const { status, message } = describeBodyFailure(body.error, LARGEST_EXPORT);
    return fail({ status, code: RPC_CODES.invalidArgument, message });
  }
  const headers = headersOf(request);
  const named = address.run ?? (headerOf(headers, 'x-signalbox-run') as RunId | undefined);
  if (named !== undefined && !runs.find(named)) {
    return fail({ status: 404, code: RPC_CODES.notFound, message: noSuchRun().message });
  }
  const origin = { runs, named, headers };
  const recorded = await recordExport(exports, origin, address.signal, encoding, body.value);
  if (!recorded.ok) return fail({ status: 400, code: RPC_CODES.invalidArgument, message: recorded.error });
  await flush();
  const reason = stopped(recordingStopped());
  return reason ? fail(reason) : recorded;
}

async function recordExport(
  reader: ExportReader,
  origin: ExportOrigin,
  signal: Signal,
  encoding: Encoding,
  body: Uint8Array,
): Promise<Result<Rejected, string>> {
  switch (signal) {
    case 'traces': {
      const read = await reader.read(body, encoding, signal);
      return read.ok ? ok(await recordTraces(origin, read.value)) : read;
    }
    case 'logs': {
      const read = await reader.read(body, encoding, signal);
      return read.ok ? ok(await recordLogs(origin, read.value)) : read;
    }
    case 'metrics': {
      const read = await reader.read(body, encoding, signal);
      return read.ok ? ok(await recordMetrics(origin, read.value, MEDIA_TYPES[encoding], body)) : read;
    }
  }
}

function stopped(reason: string | undefined): Refusal | undefined {
  if (reason === undefined) return undefined;
  const message = `Nothing is recorded any more: ${reason}.`;
  return { status: 503, code: RPC_CODES.unavailable, message, retryAfter: RETRY.stopped };
}

function encodingOf(request: IncomingMessage): Encoding | undefined {
  const type = (request.headers['content-type'] ?? '').split(';')[0]!.trim().toLowerCase();
  if (type === MEDIA_TYPES.json) return 'json';
  return type === MEDIA_TYPES.protobuf ? 'protobuf' : undefined;
}
