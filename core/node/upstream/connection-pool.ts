import { TLSSocket } from 'node:tls';
import { Client, type Dispatcher } from 'undici';
import type { ConnectionsInfo } from '../../api/contract.ts';
import type { Millis } from '../../base/units.ts';
import type { ConnectionOptions } from '../../config/schema/connections.ts';
import { asConnector, ConnectFailure, openSocket, type SocketRoute } from './open-socket.ts';
import { SIZE_STEP_MS, SizeHistory } from './size-history.ts';
import type { UpstreamExchange } from './upstream-exchange.ts';

export type PoolLimits = Pick<ConnectionOptions, 'min' | 'max' | 'idleMs' | 'acquireMs'>;

export interface PooledRequest {
  readonly dispatch: Dispatcher.DispatchOptions;
  readonly exchange: UpstreamExchange;
  /** For a connection that is made for it. */
  readonly connectTimeoutMs: Millis;
}

/** The largest that a timer takes: what is idle is closed by the pool, or by what the other side says (`Keep-Alive`). */
const NEVER: Millis = 2 ** 31 - 1;
/** Of one HTTP/2 connection; the other side may allow fewer. */
const MOST_STREAMS = 100;

/**
 * The connections to one origin. They are made when they are needed, up to the maximum; the one that was used last is
 * used next, so that what is above the minimum falls idle and is closed. A request that finds all of them busy waits.
 * While nobody knows whether the other side speaks HTTP/2, one connection finds out and the others wait for it.
 *
 * undici's own pool has no minimum, no limit to waiting, and one time to connect for all requests; each connection here
 * is one of its clients.
 */
export class ConnectionPool {
  private readonly route: SocketRoute;
  private readonly limits: PoolLimits;
  private readonly connections = new Set<Connection>();
  /** Those that can take a request; the least recently used first. */
  private readonly free: Connection[] = [];
  private readonly waiting = new Map<PooledRequest, NodeJS.Timeout>();
  private protocol: ConnectionsInfo['protocol'];
  private created = 0;
  private reused = 0;
  private timedOut = 0;
  private tls: string | undefined;
  private readonly sizes = new SizeHistory(performance.now());
  private sweeper: NodeJS.Timeout | undefined;

  constructor(route: SocketRoute, limits: PoolLimits) {
    this.route = route;
    this.limits = limits;
  }

  /** Sends it over a connection as soon as there is one; what becomes of it is told to its exchange. */
  send(request: PooledRequest): void {
    const connection = this.take();
    if (connection) return this.dispatch(connection, request);
    const { exchange, connectTimeoutMs } = request;
    const patience = this.isNegotiating ? connectTimeoutMs : this.limits.acquireMs;
    const timer = setTimeout(() => {
      this.waiting.delete(request);
      exchange.onResponseError(null, this.isNegotiating ? lateConnection(patience) : this.exhausted());
    }, patience);
    this.waiting.set(request, timer);
    exchange.leave = () => {
      clearTimeout(timer);
      if (this.waiting.delete(request)) exchange.onResponseError(null, new Error('cancelled'));
    };
  }

  view(): Omit<ConnectionsInfo, 'origin' | 'via' | 'caFiles'> {
    const { min, max, acquireMs } = this.limits;
    return {
      min,
      max,
      acquireMs,
      open: this.open,
      sizes: this.sizes.view(performance.now()),
      sizeStepMs: SIZE_STEP_MS,
      timedOut: this.timedOut,
      ...(this.tls !== undefined && { tls: this.tls }),
      busy: [...this.connections].filter(({ inUse }) => inUse > 0).length,
      waiting: this.waiting.size,
      created: this.created,
      reused: this.reused,
      ...(this.protocol && { protocol: this.protocol }),
    };
  }

  /** Breaks everything off. */
  async close(): Promise<void> {
    clearTimeout(this.sweeper);
    for (const { exchange } of this.waiting.keys()) exchange.abort(new Error('the host stops'));
    await Promise.all([...this.connections].map((connection) => this.drop(connection)));
  }

  private take(): Connection | undefined {
    const last = this.free.at(-1);
    if (last || this.isNegotiating || this.connections.size >= this.limits.max) return last;
    return this.connect();
  }

  private dispatch(connection: Connection, { dispatch, exchange, connectTimeoutMs }: PooledRequest): void {
    if (connection.isOpen) this.reused += 1;
    else connection.connectTimeoutMs = connectTimeoutMs;
    connection.inUse += 1;
    // Only after undici has looked at the answer itself: some end their connection.
    exchange.release = () => queueMicrotask(() => this.released(connection));
    const hasMore = connection.client.dispatch(dispatch, exchange);
    // What was refused at once has taken nothing.
    if (!hasMore && !exchange.isFinished) this.occupy(connection);
  }

  /** A new connection is made when its client is given something to send. */
  private connect(): Connection {
    const { route } = this;
    const connection: Connection = {
      client: new Client(route.origin, {
        connect: asConnector(async () => {
          const socket = await openSocket(route, connection.connectTimeoutMs);
          if (socket instanceof TLSSocket) {
            connection.speaksHttp2 = socket.alpnProtocol === 'h2';
            this.tls = socket.getProtocol() ?? undefined;
          }
          return socket;
        }),
        allowH2: route.http2,
        h2Options: { maxConcurrentStreams: MOST_STREAMS },
        keepAliveTimeout: NEVER,
        keepAliveMaxTimeout: NEVER,
        headersTimeout: 0,
        bodyTimeout: 0,
      }),
      connectTimeoutMs: 0,
      isOpen: false,
      isReady: false,
      speaksHttp2: false,
      inUse: 0,
      idleSince: 0,
    };
    connection.client
      .on('connect', () => this.opened(connection))
      .on('disconnect', () => this.closed(connection))
      .on('connectionError', () => this.closed(connection))
      .on('drain', () => {
        connection.isReady ||= connection.isOpen;
        this.vacate(connection);
      });
    this.connections.add(connection);
    this.free.push(connection);
    return connection;
  }

  private opened(connection: Connection): void {
    connection.isOpen = true;
    this.resized();
    this.created += 1;
    this.protocol = connection.speaksHttp2 ? 'h2' : 'http/1.1';
    if (connection.speaksHttp2) return;
    connection.isReady = true;
    this.serveWaiting();
  }

  /** Something that was not sent yet may still be in it: then its client connects again. */
  private closed(connection: Connection): void {
    connection.isOpen = false;
    connection.isReady = false;
    this.resized();
    this.occupy(connection);
    if (connection.inUse === 0) void this.drop(connection);
    this.serveWaiting();
  }

  private released(connection: Connection): void {
    connection.inUse -= 1;
    if (connection.inUse > 0) return;
    if (connection.client.stats.connected) {
      connection.idleSince = performance.now();
      this.sweepLater(this.limits.idleMs);
      return this.vacate(connection);
    }
    void this.drop(connection);
    this.serveWaiting();
  }

  /** It can take another request. */
  private vacate(connection: Connection): void {
    if (!connection.client.stats.connected || this.free.includes(connection)) return;
    this.free.push(connection);
    this.serveWaiting();
  }

  private serveWaiting(): void {
    for (const [request, timer] of this.waiting) {
      const connection = this.take();
      if (!connection) return;
      this.waiting.delete(request);
      clearTimeout(timer);
      request.exchange.leave = undefined;
      this.dispatch(connection, request);
    }
  }

  private occupy(connection: Connection): void {
    const place = this.free.lastIndexOf(connection);
    if (place >= 0) this.free.splice(place, 1);
  }

  private async drop(connection: Connection): Promise<void> {
    if (!this.connections.delete(connection)) return;
    this.occupy(connection);
    connection.isOpen = false;
    this.resized();
    await connection.client.destroy();
  }

  private get open(): number {
    return [...this.connections].filter(({ isOpen }) => isOpen).length;
  }

  private resized(): void {
    this.sizes.note(this.open, performance.now());
  }

  /** The others would each take a connection of their own where one could carry them all. */
  private get isNegotiating(): boolean {
    if (this.route.origin.protocol !== 'https:' || !this.route.http2 || this.protocol === 'http/1.1') {
      return false;
    }
    return [...this.connections].some(({ isReady }) => !isReady);
  }

  private sweepLater(delay: Millis): void {
    if (this.sweeper || this.connections.size <= this.limits.min) return;
    this.sweeper = setTimeout(() => this.sweep(), delay).unref();
  }

  private sweep(): void {
    this.sweeper = undefined;
    const { min, idleMs } = this.limits;
    const now = performance.now();
    const idle = this.free.filter(({ inUse }) => inUse === 0);
    for (const connection of idle) {
      if (this.connections.size <= min) return;
      const left = connection.idleSince + idleMs - now;
      if (left > 0) return this.sweepLater(left);
      void this.drop(connection);
    }
  }

  private exhausted(): ConnectFailure {
    const { max, acquireMs } = this.limits;
    const { origin } = this.route;
    this.timedOut += 1;
    const message = `all ${max} connections to ${origin.origin} were busy for ${acquireMs / 1000} s`;
    return new ConnectFailure('POOL_EXHAUSTED', message);
  }
}

interface Connection {
  readonly client: Client;
  /** Of the request that it is made for. */
  connectTimeoutMs: Millis;
  isOpen: boolean;
  /** Which protocol it speaks is known, and those who waited for that have been told. */
  isReady: boolean;
  speaksHttp2: boolean;
  /** Requests that it carries, or waits to carry. */
  inUse: number;
  idleSince: Millis;
}

function lateConnection(patience: Millis): ConnectFailure {
  return new ConnectFailure('CONNECT_TIMEOUT', `no connection within ${patience / 1000} s`);
}
