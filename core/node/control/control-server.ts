import { timingSafeEqual } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import type { Api } from '../../api/app.ts';
import { rejectForeign } from '../gateway/guard.ts';
import { listenOnLoopback } from '../listen.ts';
import { StartFailure } from '../start-failure.ts';
import { windowResponse } from '../window-files.ts';

export interface ControlServer {
  close(): Promise<void>;
}

/**
 * The window and the control API for a browser on this machine. Only this very origin gets in, and the API only with
 * the token of this start, which no served page holds: it comes in the fragment of the address that is printed.
 */
export async function startWindowServer(
  api: Api,
  token: string,
  rendererDir: string,
  port: number,
): Promise<ControlServer & { readonly origin: string }> {
  const origins: string[] = [];
  let boundPort = port;
  const serve = guardedApi(api, token);
  const listener = getRequestListener(async (request) => {
    const { pathname } = new URL(request.url);
    if (pathname.startsWith('/api/')) return serve(request);
    if (request.method !== 'GET' && request.method !== 'HEAD') return new Response(null, { status: 405 });
    const { status, headers, body } = await windowResponse(rendererDir, pathname);
    return new Response(Buffer.from(body), { status, headers });
  });
  const server = createServer((request, response) => {
    const foreign = rejectForeign(request, boundPort, origins);
    if (!foreign) return void listener(request, response);
    const body = JSON.stringify({ error: { code: foreign.code, message: foreign.message } });
    response.writeHead(foreign.status, { 'content-type': 'application/json' }).end(body);
  });
  await listenOnLoopback(server, port, 'window', '--window-port N');
  boundPort = (server.address() as AddressInfo).port;
  const origin = `http://127.0.0.1:${boundPort}`;
  origins.push(origin, `http://localhost:${boundPort}`, `http://[::1]:${boundPort}`);
  return { origin, close: () => closeServer(server) };
}

/** The control API for programs of the same user, on a local socket that only they can open. */
export async function startSocketServer(api: Api, token: string, path: string): Promise<ControlServer> {
  const server = createServer(getRequestListener(guardedApi(api, token)));
  await new Promise<void>((resolve, reject) => {
    const refuse = (error: Error) =>
      reject(
        new StartFailure('socket_refused', `The local socket ${path} cannot be opened: ${error.message}.`),
      );
    server.once('error', refuse);
    server.listen(path, () => {
      server.off('error', refuse);
      resolve();
    });
  });
  return { close: () => closeServer(server) };
}

function guardedApi(api: Api, token: string): (request: Request) => Response | Promise<Response> {
  const expected = Buffer.from(`Bearer ${token}`);
  return (request) => {
    const given = Buffer.from(request.headers.get('authorization') ?? '');
    if (given.length === expected.length && timingSafeEqual(given, expected)) return api.fetch(request);
    const message =
      'The control API needs the token of this start: open the address that `signalbox start` printed.';
    return Response.json({ error: { code: 'unauthorised', message } }, { status: 401 });
  };
}

async function closeServer(server: Server): Promise<void> {
  const closed = new Promise((resolve) => server.close(resolve));
  server.closeAllConnections();
  await closed;
}
