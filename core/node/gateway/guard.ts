import type { IncomingMessage } from 'node:http';

/** Why a request is turned away before anything of it is read. */
export interface Rejection {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

/**
 * Keeps web pages out of a loopback server: the exact names of this host only (a rebound name is another), no foreign
 * origin, no preflight, and no body that a page could send without one.
 */
export function rejectForeign(
  request: IncomingMessage,
  port: number,
  ownOrigins: readonly string[],
): Rejection | undefined {
  const { host, origin } = request.headers;
  if (!isOwnHost(host, port)) {
    return {
      status: 403,
      code: 'host_not_allowed',
      message: `Signalbox answers only to 127.0.0.1, localhost and [::1] at port ${port}; this request was for "${host ?? ''}".`,
    };
  }
  if (request.method === 'OPTIONS') {
    return {
      status: 405,
      code: 'method_not_allowed',
      message: 'Web pages of other origins have no access here.',
    };
  }
  const site = request.headers['sec-fetch-site'];
  const foreignSite = site === 'cross-site' || site === 'same-site';
  if ((origin !== undefined && !ownOrigins.includes(origin)) || foreignSite) {
    return {
      status: 403,
      code: 'origin_not_allowed',
      message: 'Web pages of other origins have no access here.',
    };
  }
  return undefined;
}

function isOwnHost(host: string | undefined, port: number): boolean {
  return hostsOf(port).includes(host ?? '');
}

/** The origins that this server itself would have as a page: clients of MCP may name them. */
export function originsOf(port: number): readonly string[] {
  return hostsOf(port).map((host) => `http://${host}`);
}

/** By port: asked for every request. */
const hosts = new Map<number, readonly string[]>();

function hostsOf(port: number): readonly string[] {
  let known = hosts.get(port);
  if (!known) hosts.set(port, (known = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`]));
  return known;
}
