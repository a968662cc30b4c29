import { createServer as createHttpServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { createServer as createHttpsServer } from 'node:https';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Identity } from './test-certificates.ts';

export interface TestServer {
  readonly port: number;
  /** Sockets that are open now, and that ever were. */
  readonly open: () => number;
  readonly accepted: () => number;
  close(): Promise<void>;
}

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP/1.1 server on this machine, with TLS where it has an identity. */
export function startHttp(answer: Answer, identity?: Identity): Promise<TestServer> {
  return listen(identity ? createHttpsServer({ ...identity }, answer) : createHttpServer(answer));
}

/** A real HTTP/2 server, over TLS. */
export function startHttp2(
  identity: Identity,
  answer: (request: Http2ServerRequest, response: Http2ServerResponse) => void,
  settings: { readonly allowHTTP1?: boolean; readonly maxConcurrentStreams?: number } = {},
): Promise<TestServer> {
  const { maxConcurrentStreams, ...options } = settings;
  return listen(
    createSecureServer(
      {
        ...identity,
        ...options,
        ...(maxConcurrentStreams !== undefined && { settings: { maxConcurrentStreams } }),
      },
      answer,
    ),
  );
}

/** Takes connections and never says a word. */
export function startSilent(): Promise<TestServer> {
  return listen(createServer((socket) => void socket.resume()));
}

export interface TestProxy extends TestServer {
  /** `CONNECT upstream.test:443`, `GET http://…`, each with its `proxy-authorization`. */
  readonly asked: readonly string[];
}

/** A real proxy that finds every name on this machine; `refuse` is the status that it answers with instead. */
export async function startProxy({
  refuse,
  identity,
}: { readonly refuse?: number; readonly identity?: Identity } = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const note = ({ method, url, headers }: IncomingMessage) =>
    asked.push([method, url, headers['proxy-authorization']].filter(Boolean).join(' '));
  const answer: Answer = (request, response) => {
    note(request);
    if (refuse !== undefined) return void response.writeHead(refuse).end();
    const { port } = new URL(request.url!);
    response.end(`${request.headers.host} by proxy to ${port}`);
  };
  const server = identity ? createHttpsServer({ ...identity }, answer) : createHttpServer(answer);
  server.on('connect', (request, client: Socket) => {
    note(request);
    if (refuse !== undefined) return client.end(`HTTP/1.1 ${refuse} No\r\n\r\n`);
    const upstream = connect(Number(request.url!.split(':').at(-1)), '127.0.0.1', () => {
      client.write('HTTP/1.1 200 Connection established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      one.on('error', () => other.destroy()).on('close', () => other.destroy());
    }
  });
  return { ...(await listen(server)), asked };
}

async function listen(server: Server): Promise<TestServer> {
  const sockets = new Set<Socket>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket.on('close', () => sockets.delete(socket)).on('error', () => {}));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    open: () => sockets.size,
    accepted: () => accepted,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
