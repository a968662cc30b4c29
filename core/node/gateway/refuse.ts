import { STATUS_CODES, type Server, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CallError, Dialect } from '../../journal/event.ts';
import { errorAnswer } from '../../scheduling/error-answer.ts';
import type { BodyFailure } from './read-body.ts';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** Turns a request away in the provider's own shape. What of its body was not read is not waited for. */
export function refuse(response: ServerResponse, dialect: Dialect, status: number, error: CallError): void {
  if (response.headersSent) return void response.destroy();
  response.writeHead(status, { 'content-type': 'application/json', connection: 'close' });
  response.end(errorAnswer(dialect, status, error));
}

/** The same for a body that could not be read; `limit` is what it may have, in bytes. */
export function refuseBody(
  response: ServerResponse,
  dialect: Dialect,
  failure: BodyFailure,
  limit: number,
): void {
  const { status, ...error } = describeBodyFailure(failure, limit);
  refuse(response, dialect, status, error);
}

export function describeBodyFailure(
  failure: BodyFailure,
  limit: number,
): CallError & { readonly status: number } {
  switch (failure) {
    case 'too-large': {
      const message = `The request body is larger than ${limit / 1024 / 1024} MiB.`;
      return { status: 413, code: 'request_too_large', message };
    }
    case 'unknown-encoding': {
      const message = 'Only gzip is understood as Content-Encoding.';
      return { status: 415, code: 'unsupported_encoding', message };
    }
    case 'broken': {
      const message = 'The request body broke off or is damaged.';
      return { status: 400, code: 'invalid_request', message };
    }
  }
}

export function noSuchRun(): CallError {
  const message =
    'The run that this request names is not open: it has ended, or it belongs to another data folder.';
  return { code: 'run_not_open', message };
}

/** The newest request of a connection that could be read. */
export interface LastRequest {
  readonly dialect: Dialect;
  readonly response: ServerResponse;
}

/** What cannot be read as HTTP, or does not come to its end, gets an answer that says so, in the shape of its dialect. */
export function answerBrokenRequests(
  server: Server,
  lastOf: (socket: Duplex) => LastRequest | undefined,
): void {
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { dialect = 'openai', response } = lastOf(socket) ?? {};
    const { status, ...said } = describeBroken(error.code ?? 'unknown');
    if (!response?.headersSent || (response.writableFinished && response.shouldKeepAlive))
      return answerSocket(socket, status, said, [], dialect);
    // What were said now would be taken for a part of the answer that stands before it.
    if (response.writableEnded) socket.end();
    else socket.destroy();
  });
}

function describeBroken(code: string): CallError & { readonly status: number } {
  switch (code) {
    case 'HPE_HEADER_OVERFLOW':
      return { status: 431, code: 'headers_too_large', message: 'The headers are larger than 16 KiB.' };
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return { status: 408, code: 'request_timeout', message: 'The request did not arrive in time.' };
    default: {
      const message = `This is not an HTTP request that can be read (${code}).`;
      return { status: 400, code: 'invalid_request', message };
    }
  }
}

/** An answer by hand, where there is no request that could have one; it ends the connection. */
export function answerSocket(
  socket: Duplex,
  status: number,
  error: CallError,
  headers: readonly string[] = [],
  dialect: Dialect = 'openai',
): void {
  const body = errorAnswer(dialect, status, error);
  const head = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
    ...headers,
    'connection: close',
  ];
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
}
