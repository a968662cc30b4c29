import type { ConnectionsInfo } from '../../api/contract.ts';
import { fail } from '../../base/result.ts';
import { connectionOptionsSchema, type ConnectionOptions } from '../../config/schema/connections.ts';
import type { Upstream } from '../../scheduling/upstream.ts';
import { ConnectionPool } from './connection-pool.ts';
import { describeFailure } from './describe-failure.ts';
import { UpstreamExchange } from './upstream-exchange.ts';
import { addressed, optionsOf, wayTo, type ConnectionSettings, type Way } from './way.ts';

export interface HttpUpstream extends Upstream {
  /** In the order in which they were called first. */
  connections(): readonly ConnectionsInfo[];
  close(): Promise<void>;
}

/** URLs that were read; forgotten ones are read again. */
const TARGETS_KEPT = 256;

const PLAIN: ConnectionSettings = {
  host: connectionOptionsSchema.parse({}),
  providers: {},
  authorities: new Map(),
  env: {},
};

interface Origin {
  readonly name: string;
  readonly way: Way;
  readonly options: ConnectionOptions;
  readonly pool: ConnectionPool;
}

/**
 * Real HTTP over pools of connections that live as long as the host: one for each origin and settings. How long a
 * connection may take is the request's own affair; all later deadlines are those of whoever sends it.
 */
export function createHttpUpstream(given: ConnectionSettings = PLAIN): HttpUpstream {
  const settings = shareEqual(given);
  const origins = new Map<ConnectionOptions, Map<string, Origin>>();
  const known: Origin[] = [];
  const targets = new Map<string, URL>();

  /** Most requests go where others went before. */
  const targetOf = (url: string): URL => {
    let target = targets.get(url);
    if (target) return target;
    target = new URL(url);
    if (targets.size >= TARGETS_KEPT) targets.clear();
    targets.set(url, target);
    return target;
  };

  const originOf = ({ origin: name }: URL, options: ConnectionOptions): Origin => {
    let byName = origins.get(options);
    if (!byName) origins.set(options, (byName = new Map()));
    let origin = byName.get(name);
    if (!origin) {
      const way = wayTo(new URL(name), options, settings);
      origin = { name, way, options, pool: new ConnectionPool(way.route, options) };
      byName.set(name, origin);
      known.push(origin);
    }
    return origin;
  };

  return {
    send({ provider, method, url, headers, body, connectTimeoutMs, signal }) {
      if (signal.aborted) return Promise.resolve(CANCELLED);
      const target = targetOf(url);
      const { pool, way } = originOf(target, optionsOf(settings, provider));
      const exchange = new UpstreamExchange(signal, (error) =>
        signal.aborted ? CANCELLED : fail(describeFailure(error, target.origin, connectTimeoutMs)),
      );
      pool.send({
        dispatch: { method, ...addressed(way, target, headers.flat()), body: body ?? null },
        exchange,
        connectTimeoutMs,
      });
      return exchange.answered;
    },
    connections: () =>
      known.map(({ name, way: { via, route }, options, pool }) => ({
        origin: name,
        ...(via !== undefined && { via }),
        caFiles: route.origin.protocol === 'https:' ? options.caFiles : [],
        ...pool.view(),
      })),
    async close() {
      await Promise.all(known.map(({ pool }) => pool.close()));
    },
  };
}

const CANCELLED = fail({ code: 'cancelled', message: 'cancelled' } as const);

/** Equal options are the same object, so that whoever has them shares its connections. */
function shareEqual(settings: ConnectionSettings): ConnectionSettings {
  const { host, providers } = settings;
  const seen = new Map([[JSON.stringify(host), host]]);
  const shared = Object.entries(providers).map(([name, options]) => {
    const key = JSON.stringify(options);
    const same = seen.get(key) ?? options;
    seen.set(key, same);
    return [name, same] as const;
  });
  return { ...settings, providers: Object.fromEntries(shared) };
}
