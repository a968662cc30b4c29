import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Rejection } from './guard.ts';
import { answerSocket } from './refuse.ts';

/** More header lines than these are refused; together they have 16 KiB. */
const MOST_HEADERS = 100;
const HEADER_BYTES = 16 * 1024;
/** Until the headers of a request are there, and until all of it is; looked at every `CHECK_MS`. */
const HEADERS_MS = 10_000;
const REQUEST_MS = 60_000;
const CHECK_MS = 5_000;
/** Agents come back: longer than their own pools keep a connection, so that it is not closed under a request. */
const KEEP_ALIVE_MS = 65_000;
/** Seconds after which whoever found no place may come again. */
const COME_AGAIN_S = 1;
/** A connection that was turned away is closed by then, whatever its other side does. */
const LINGER_MS = 1_000;

/**
 * A server whose requests have limits: to their headers, to the time they take to arrive, and to the connections they
 * come over. `most` of those are served; where no idle one can make room, a further one is told to come again.
 */
export function createLimitedServer(most: number): Server {
  const server = createServer({
    maxHeaderSize: HEADER_BYTES,
    headersTimeout: HEADERS_MS,
    requestTimeout: REQUEST_MS,
    connectionsCheckingInterval: CHECK_MS,
    keepAliveTimeout: KEEP_ALIVE_MS,
    // Node would say no without a word; see `unfitHead`.
    requireHostHeader: false,
  });
  // Beyond its own limit Node would leave headers out without a word.
  server.maxHeadersCount = 0;
  server.on('checkExpectation', (request, response) => void server.emit('request', request, response));
  limitConnections(server, most);
  return server;
}

/** Why a request is turned away for its head, wherever it goes; nothing where it may go on. */
export function unfitHead({ rawHeaders, headers, httpVersion }: IncomingMessage): Rejection | undefined {
  if (rawHeaders.length / 2 > MOST_HEADERS) {
    const message = `The request has more than ${MOST_HEADERS} headers.`;
    return { status: 431, code: 'headers_too_large', message };
  }
  const { expect, host } = headers;
  if (expect !== undefined && expect.toLowerCase() !== '100-continue')
    return { status: 417, code: 'expectation_failed', message: 'Only 100-continue can be expected.' };
  if (host === undefined && httpVersion === '1.1')
    return { status: 400, code: 'invalid_request', message: 'The request names no host.' };
  return undefined;
}

function limitConnections(server: Server, most: number): void {
  const serve = server.listeners('connection') as ((this: Server, socket: Socket) => void)[];
  server.removeAllListeners('connection');
  let open = 0;
  const admit = (socket: Socket) => {
    open += 1;
    socket.once('close', () => (open -= 1));
    for (const listener of serve) listener.call(server, socket);
  };
  server.on('connection', (socket: Socket) => {
    if (open < most) return admit(socket);
    // Those that wait for nothing make room. They are closed at the end of this turn, and so gone in the one after.
    server.closeIdleConnections();
    setImmediate(() => setImmediate(() => (open < most ? admit(socket) : turnAway(socket))));
  });
}

const NO_PLACE = {
  code: 'too_many_connections',
  message: 'Signalbox serves no more connections at the same time. Close some, or come again.',
};

function turnAway(socket: Socket): void {
  // It may break off while it is told.
  socket.on('error', () => undefined);
  answerSocket(socket, 503, NO_PLACE, [`retry-after: ${COME_AGAIN_S}`]);
  // What it sends is read and forgotten: left unread, the end would be a reset that takes our words with it.
  socket.resume();
  const timer = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(timer));
}
