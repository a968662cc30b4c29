import { createSecureContext, getCACertificates } from 'node:tls';
import type { ConnectionOptions } from '../../config/schema/connections.ts';
import { chooseProxy, nameOfProxy, proxyCredential } from './choose-proxy.ts';
import type { SocketRoute } from './open-socket.ts';

/** What the configuration and the machine say of connections. */
export interface ConnectionSettings {
  /** What holds for whoever has no settings of its own. */
  readonly host: ConnectionOptions;
  readonly providers: Readonly<Record<string, ConnectionOptions>>;
  /** The PEM of every file that any `caFiles` names. */
  readonly authorities: ReadonlyMap<string, string>;
  readonly env: NodeJS.ProcessEnv;
}

/** How an origin is reached. */
export interface Way {
  readonly route: SocketRoute;
  /** The proxy, without its password. */
  readonly via?: string;
  /** The headers for a proxy that is asked for whole URLs (RFC 9112 §3.2.2), as it is where there is no TLS. */
  readonly forwarded?: readonly string[];
}

export function optionsOf({ host, providers }: ConnectionSettings, provider: string): ConnectionOptions {
  return Object.hasOwn(providers, provider) ? providers[provider]! : host;
}

export function wayTo(
  origin: URL,
  options: ConnectionOptions,
  { env, authorities }: Pick<ConnectionSettings, 'env' | 'authorities'>,
): Way {
  const proxy = chooseProxy(origin, options, env);
  const trusted = options.caFiles.flatMap((file) => authorities.get(file) ?? []);
  const trust = trusted.length > 0 && {
    secureContext: createSecureContext({ ca: [...getCACertificates(), ...trusted] }),
  };
  if (!proxy) return { route: { origin, ...trust, http2: options.http2 } };
  const via = nameOfProxy(proxy);
  if (origin.protocol === 'https:') return { route: { origin, proxy, ...trust, http2: options.http2 }, via };
  const credential = proxyCredential(proxy);
  return {
    route: { origin: proxy, ...trust, http2: false },
    via,
    forwarded: credential === undefined ? [] : ['proxy-authorization', credential],
  };
}

/** A request as it is sent over such a way. */
export function addressed(
  { forwarded }: Way,
  target: URL,
  headers: readonly string[],
): { readonly path: string; readonly headers: string[] } {
  const path = target.pathname + target.search;
  if (!forwarded) return { path, headers: [...headers] };
  return { path: target.origin + path, headers: [...headers, 'host', target.host, ...forwarded] };
}
