/** An HTTP server on a raw socket: it says exactly the bytes that it was told, whole or broken, when it was told. */
import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { readRequests, type RawRequest } from './raw-request.ts';

/** What it does with a connection, one after the other. */
export type Act =
  | { readonly send: string | Uint8Array }
  /** Each piece by itself, with a pause after it. */
  | { readonly drip: Iterable<string | Uint8Array>; readonly everyMs: number }
  | { readonly waitMs: number }
  /** As fast as it is taken. */
  | { readonly flood: Uint8Array; readonly times: number }
  /** `end`: FIN. `reset`: RST. `hang`: nothing more, until the other side has left. */
  | 'end'
  | 'reset'
  | 'hang';

/** A request as it came, and what became of it. */
export interface SeenRequest extends RawRequest {
  /** `performance.now()` of its last byte. */
  readonly at: number;
  /** When the other side left before we were done; absent while it has not. */
  leftAt?: number;
  /** Bytes of the answer that the socket has taken. */
  taken: number;
}

export interface HostileUpstream {
  readonly port: number;
  /** Requests whose path begins like this. */
  seen(path: string): readonly SeenRequest[];
  /** Connections that are open now. */
  readonly open: number;
  close(): Promise<void>;
}

export interface HostileOptions {
  /** What a request gets. Afterwards the connection waits for the next one. */
  readonly answer: (request: RawRequest) => readonly Act[];
  /** What every connection gets before anything is read of it. */
  readonly greet?: readonly Act[];
  readonly tls?: { readonly key: string; readonly cert: string };
}

export async function startHostileUpstream(options: HostileOptions): Promise<HostileUpstream> {
  const seen: SeenRequest[] = [];
  const sockets = new Set<Socket>();

  const answer = async (socket: Socket, request: RawRequest): Promise<void> => {
    if (socket.destroyed) return;
    const entry: SeenRequest = { ...request, at: performance.now(), taken: 0 };
    seen.push(entry);
    const left = () => void (entry.leftAt = performance.now());
    socket.once('close', left);
    await perform(socket, options.answer(request), entry);
    socket.off('close', left);
  };
  const serve = (socket: Socket): void => {
    sockets.add(socket);
    // What a peer does to the connection is what a trial is about.
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    let turn = options.greet ? perform(socket, options.greet, { taken: 0 }) : Promise.resolve();
    readRequests(socket, (request) => void (turn = turn.then(() => answer(socket, request))));
  };
  const server: Server = options.tls
    ? createTlsServer(options.tls, serve)
    : createServer({ noDelay: true, allowHalfOpen: false }, serve);
  // A handshake that the other side breaks off.
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1', 4096);
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    seen: (path) => seen.filter((entry) => entry.path.startsWith(path)),
    get open() {
      return sockets.size;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function perform(socket: Socket, acts: readonly Act[], entry: { taken: number }): Promise<void> {
  const send = async (piece: string | Uint8Array) => {
    if (!socket.writable) return;
    const taken = socket.write(piece);
    if (!taken) await drained(socket);
    entry.taken += Buffer.byteLength(piece);
  };
  for (const act of acts) {
    if (!socket.writable) return;
    if (act === 'end') socket.end();
    else if (act === 'reset') socket.resetAndDestroy();
    else if (act === 'hang') await new Promise((resolve) => socket.once('close', resolve));
    else if ('send' in act) await send(act.send);
    else if ('waitMs' in act) await sleep(act.waitMs);
    else if ('drip' in act) {
      for (const piece of act.drip) {
        await send(piece);
        if (!socket.writable) return;
        await (act.everyMs > 0 ? sleep(act.everyMs) : nextTurn());
      }
    } else {
      for (let count = 0; count < act.times && socket.writable; count++) await send(act.flood);
    }
  }
}

/** Until it takes more, or is gone. */
function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      socket.off('drain', done).off('close', done);
      resolve();
    };
    socket.on('drain', done).on('close', done);
  });
}
