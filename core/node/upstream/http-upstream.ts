import { createSecureContext, getCACertificates } from 'node:tls';
import type { ConnectionsInfo } from '../../api/contract.ts';
import { fail, ok } from '../../base/result.ts';
import { connectionOptionsSchema, type ConnectionOptions } from '../../config/schema/connections.ts';
import type { Upstream } from '../../scheduling/upstream.ts';
import { chooseProxy, nameOfProxy, proxyCredential } from './choose-proxy.ts';
import { ConnectionPool } from './connection-pool.ts';
import { describeFailure } from './describe-failure.ts';
import { UpstreamExchange } from './upstream-exchange.ts';

export interface ConnectionSettings {
  /** What holds for whoever has no settings of its own. */
  readonly host: ConnectionOptions;
  readonly providers: Readonly<Record<string, ConnectionOptions>>;
  /** The PEM of every file that any `caFiles` names. */
  readonly authorities: ReadonlyMap<string, string>;
  readonly env: NodeJS.ProcessEnv;
}

export interface HttpUpstream extends Upstream {
  /** In the order in which they were called first. */
  connections(): readonly ConnectionsInfo[];
  close(): Promise<void>;
}

const PLAIN: ConnectionSettings = {
  host: connectionOptionsSchema.parse({}),
  providers: {},
  authorities: new Map(),
  env: {},
};

/**
 * Real HTTP over pools of connections that live as long as the host: one for each origin and settings. How long a
 * connection may take is the request's own affair; all later deadlines are those of whoever sends it.
 */
export function createHttpUpstream(settings: ConnectionSettings = PLAIN): HttpUpstream {
  const origins = new Map<ConnectionOptions, Map<string, Origin>>();
  const known: Origin[] = [];
  const shared = shareEqual(settings);
  const optionsOf = (provider: string) =>
    Object.hasOwn(shared.providers, provider) ? shared.providers[provider]! : shared.host;

  const originFor = (url: URL, options: ConnectionOptions): Origin => {
    let byName = origins.get(options);
    if (!byName) origins.set(options, (byName = new Map()));
    let origin = byName.get(url.origin);
    if (!origin) {
      origin = openOrigin(new URL(url.origin), options, settings);
      byName.set(url.origin, origin);
      known.push(origin);
    }
    return origin;
  };

  return {
    async send({ provider, method, url, headers, body, connectTimeoutMs, signal }) {
      if (signal.aborted) return CANCELLED;
      const target = new URL(url);
      const { pool, forwarded } = originFor(target, optionsOf(provider));
      const path = target.pathname + target.search;
      const exchange = new UpstreamExchange(signal);
      pool.send({
        dispatch: {
          path: forwarded ? target.origin + path : path,
          method,
          headers: forwarded ? [...headers.flat(), 'host', target.host, ...forwarded] : headers.flat(),
          body: body ?? null,
        },
        exchange,
        connectTimeoutMs,
      });
      try {
        return ok(await exchange.answered);
      } catch (error) {
        if (signal.aborted) return CANCELLED;
        return fail(describeFailure(error as Error, target.origin, connectTimeoutMs));
      }
    },
    connections: () =>
      known.map(({ name, via, pool }) => ({
        origin: name,
        ...(via !== undefined && { via }),
        ...pool.view(),
      })),
    async close() {
      await Promise.all(known.map(({ pool }) => pool.close()));
    },
  };
}

const CANCELLED = fail({ code: 'cancelled', message: 'cancelled' } as const);

interface Origin {
  readonly name: string;
  readonly via?: string;
  readonly pool: ConnectionPool;
  /** The headers for a proxy that is asked for whole URLs (RFC 9112 §3.2.2), as it is where there is no TLS. */
  readonly forwarded?: readonly string[];
}

function openOrigin(
  origin: URL,
  options: ConnectionOptions,
  { env, authorities }: ConnectionSettings,
): Origin {
  const proxy = chooseProxy(origin, options, env);
  const trusted = options.caFiles.flatMap((file) => authorities.get(file) ?? []);
  const secureContext =
    trusted.length > 0 && createSecureContext({ ca: [...getCACertificates(), ...trusted] });
  const isForwarded = proxy !== undefined && origin.protocol === 'http:';
  const credential = proxy && proxyCredential(proxy);
  return {
    name: origin.origin,
    ...(proxy && { via: nameOfProxy(proxy) }),
    ...(isForwarded && {
      forwarded: credential === undefined ? [] : ['proxy-authorization', credential],
    }),
    pool: new ConnectionPool(
      {
        origin: isForwarded ? proxy : origin,
        ...(proxy && !isForwarded && { proxy }),
        ...(secureContext && { secureContext }),
        http2: options.http2 && !isForwarded,
      },
      options,
    ),
  };
}

/** Equal settings are the same object, so that whoever has them shares its connections. */
function shareEqual({ host, providers }: ConnectionSettings): Pick<ConnectionSettings, 'host' | 'providers'> {
  const seen = new Map([[JSON.stringify(host), host]]);
  const shared = Object.entries(providers).map(([name, options]) => {
    const key = JSON.stringify(options);
    const same = seen.get(key) ?? options;
    seen.set(key, same);
    return [name, same] as const;
  });
  return { host, providers: Object.fromEntries(shared) };
}
