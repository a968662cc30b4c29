import { request } from 'node:http';
import { connect as connectTcp, isIP, type Socket } from 'node:net';
import { connect as connectTls, type SecureContext } from 'node:tls';
import type { buildConnector } from 'undici';
import type { Millis } from '../../base/units.ts';
import { nameOfProxy, proxyCredential } from './choose-proxy.ts';

/** Where a socket leads, and how. */
export interface SocketRoute {
  readonly origin: URL;
  /** Through which a tunnel to an https origin is made (RFC 9110 §9.3.6). */
  readonly proxy?: URL;
  /** Whom TLS trusts; the usual authorities where it is absent. */
  readonly secureContext?: SecureContext;
  readonly http2: boolean;
}

/** There is no connection, for a reason that is none of Node's. */
export class ConnectFailure extends Error {
  readonly code: 'CONNECT_TIMEOUT' | 'PROXY_REFUSED' | 'PROXY_UNREACHABLE' | 'POOL_EXHAUSTED';

  constructor(code: ConnectFailure['code'], message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * A socket to the origin, past its proxy and with TLS where the origin has it, within the time. Certificates are always
 * verified. Throws what Node says, or a `ConnectFailure`; then nothing is left open.
 */
export function openSocket(route: SocketRoute, timeoutMs: Millis): Promise<Socket> {
  const pending: Pending = { socket: undefined, expired: false };
  let timer: NodeJS.Timeout | undefined;
  const expired = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      pending.expired = true;
      pending.socket?.destroy();
      reject(new ConnectFailure('CONNECT_TIMEOUT', `no connection within ${timeoutMs / 1000} s`));
    }, timeoutMs);
  });
  return Promise.race([open(route, pending), expired]).finally(() => clearTimeout(timer));
}

/** As undici's clients ask for a socket. */
export function asConnector(open: () => Promise<Socket>): buildConnector.connector {
  const answer = async (callback: buildConnector.Callback) => {
    let socket: Socket;
    try {
      socket = await open();
    } catch (error) {
      return callback(error as Error, null);
    }
    callback(null, socket);
  };
  return (_options, callback) => void answer(callback);
}

/** What is to be destroyed when the time is over. */
interface Pending {
  socket: Socket | undefined;
  expired: boolean;
}

async function open(route: SocketRoute, pending: Pending): Promise<Socket> {
  const { origin, proxy, secureContext, http2 } = route;
  if (origin.protocol !== 'https:') {
    return ready('connect', keep(pending, connectTcp(addressOf(origin))));
  }
  const tunnel = proxy && (await openTunnel(origin, proxy, route, pending));
  const socket = connectTls({
    ...(tunnel ? { socket: tunnel } : addressOf(origin)),
    ...(secureContext && { secureContext }),
    servername: serverNameOf(origin),
    ALPNProtocols: http2 ? ['h2', 'http/1.1'] : ['http/1.1'],
  });
  return ready('secureConnect', keep(pending, socket));
}

async function openTunnel(
  origin: URL,
  proxy: URL,
  { secureContext }: SocketRoute,
  pending: Pending,
): Promise<Socket> {
  const authority = `${origin.hostname}:${addressOf(origin).port}`;
  const credential = proxyCredential(proxy);
  const toProxy = { origin: proxy, http2: false, ...(secureContext && { secureContext }) };
  const socket = await open(toProxy, pending).catch((error: Error) => {
    const message = `the proxy ${nameOfProxy(proxy)} could not be reached (${messageOf(error)})`;
    throw new ConnectFailure('PROXY_UNREACHABLE', message);
  });
  return new Promise((resolve, reject) => {
    const refuse = (reason: string) => {
      socket.destroy();
      const message = `the proxy ${nameOfProxy(proxy)} made no connection to ${authority} (${reason})`;
      reject(new ConnectFailure('PROXY_REFUSED', message));
    };
    request({
      method: 'CONNECT',
      path: authority,
      headers: { host: authority, ...(credential !== undefined && { 'proxy-authorization': credential }) },
      createConnection: () => socket,
    })
      .on('error', (error) => refuse(messageOf(error)))
      .on('connect', ({ statusCode, statusMessage }, _socket, head: Buffer) => {
        if (statusCode !== 200) return refuse(`${statusCode} ${statusMessage}`);
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      })
      .end();
  });
}

function keep<Kind extends Socket>(pending: Pending, socket: Kind): Kind {
  pending.socket = socket;
  if (pending.expired) socket.destroy();
  return socket;
}

function ready<Kind extends Socket>(event: 'connect' | 'secureConnect', socket: Kind): Promise<Kind> {
  return new Promise((resolve, reject) => {
    const fail = (error: Error) => reject(error);
    socket.once('error', fail);
    socket.once(event, () => {
      socket.off('error', fail);
      socket.setNoDelay(true).setKeepAlive(true, 60_000);
      resolve(socket);
    });
  });
}

function addressOf({ hostname, port, protocol }: URL): { readonly host: string; readonly port: number } {
  const host = hostname.replace(/^\[(.*)\]$/, '$1');
  return { host, port: port === '' ? (protocol === 'https:' ? 443 : 80) : Number(port) };
}

/** No address is a name (RFC 6066 §3). */
function serverNameOf(origin: URL): string {
  const { host } = addressOf(origin);
  return isIP(host) === 0 ? host : '';
}

/** Where several addresses were tried, only the code says anything. */
function messageOf({ message, code }: Error & { readonly code?: string }): string {
  return message || code || 'it was closed';
}
