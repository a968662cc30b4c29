import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import type { Timers } from '../../base/clock.ts';
import type { Millis } from '../../base/units.ts';
import type { McpServerConfig } from '../../config/schema/mcp.ts';
import { LEGACY, MODERN } from '../../mcp/era.ts';
import { serverEnvironment } from './server-environment.ts';

const IDLE_MS: Millis = 60_000;
const CONNECT_MS: Millis = 30_000;
const PROBE_MS: Millis = 5_000;

export interface ClientPoolOptions {
  readonly servers: Readonly<Record<string, McpServerConfig>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly timers: Timers;
  readonly version: string;
}

/** A client that somebody uses; to be released once. */
export interface Lease {
  readonly client: Client;
  /** `broken`: it is not to be used again. */
  release(how?: 'broken'): void;
}

export type Health =
  | { readonly kind: 'unknown' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'failed'; readonly message: string };

interface Pooled {
  readonly client: Client;
  /** With a session a client is one user's at a time; without one it is everybody's. */
  readonly isStateful: boolean;
  users: number;
  cancelIdle: () => void;
}

/** Clients of the configured servers for our own use: connected when they are needed, kept for a while after. */
export class ClientPool {
  private readonly options: ClientPoolOptions;
  private readonly pooled = new Map<string, Pooled[]>();
  private readonly connecting = new Map<string, Promise<Pooled>>();
  private readonly states = new Map<string, Health>();
  private isClosed = false;

  constructor(options: ClientPoolOptions) {
    this.options = options;
  }

  /** What is thought of a server since it was last used or looked at. */
  health(server: string): Health {
    return this.states.get(server) ?? { kind: 'unknown' };
  }

  /** Throws where there is no such server, or it cannot be reached. */
  async acquire(server: string): Promise<Lease> {
    const free = this.pooled.get(server)?.find(({ isStateful, users }) => !isStateful || users === 0);
    const pooled = free ?? (await this.connectShared(server));
    pooled.cancelIdle();
    pooled.users += 1;
    let isReleased = false;
    return {
      client: pooled.client,
      release: (how) => {
        if (isReleased) return;
        isReleased = true;
        pooled.users -= 1;
        if (how === 'broken' || this.isClosed) return this.drop(server, pooled);
        if (pooled.users > 0) return;
        pooled.cancelIdle = this.options.timers.after(IDLE_MS, () => this.drop(server, pooled));
      },
    };
  }

  /** Asks the server whether it is there. */
  async probe(server: string): Promise<Health> {
    try {
      const lease = await this.acquire(server);
      const options = { timeout: PROBE_MS };
      try {
        if (lease.client.getProtocolEra() === 'modern') await lease.client.discover(options);
        else await lease.client.ping(options);
        lease.release();
        this.states.set(server, { kind: 'ok' });
      } catch (error) {
        lease.release('broken');
        throw error;
      }
    } catch (error) {
      this.states.set(server, { kind: 'failed', message: (error as Error).message });
    }
    return this.health(server);
  }

  async close(): Promise<void> {
    this.isClosed = true;
    const all = [...this.pooled.values()].flat();
    this.pooled.clear();
    for (const { cancelIdle } of all) cancelIdle();
    await Promise.allSettled(all.map(({ client }) => client.close()));
  }

  /** Who asks for a server that is just being connected to may find that its client is for all. */
  private async connectShared(server: string): Promise<Pooled> {
    const pending = this.connecting.get(server);
    const other = pending && (await pending.catch(() => undefined));
    if (other && !other.isStateful) return other;
    const connecting = this.connect(server);
    this.connecting.set(server, connecting);
    try {
      return await connecting;
    } finally {
      if (this.connecting.get(server) === connecting) this.connecting.delete(server);
    }
  }

  private async connect(server: string): Promise<Pooled> {
    const config = this.options.servers[server];
    if (!config) throw new Error(`there is no MCP server "${server}"`);
    const client = new Client(
      { name: 'signalbox', version: this.options.version },
      { capabilities: {}, versionNegotiation: negotiationOf(config) },
    );
    try {
      await client.connect(this.transportOf(config), { timeout: CONNECT_MS });
    } catch (error) {
      this.states.set(server, { kind: 'failed', message: (error as Error).message });
      await client.close().catch(() => undefined);
      throw error;
    }
    if (this.isClosed) {
      await client.close();
      throw new Error('the pool is closed');
    }
    this.states.set(server, { kind: 'ok' });
    const isStateful = client.getProtocolEra() !== 'modern';
    const pooled: Pooled = { client, isStateful, users: 0, cancelIdle: () => undefined };
    client.onclose = () => this.forget(server, pooled);
    this.pooled.set(server, [...(this.pooled.get(server) ?? []), pooled]);
    return pooled;
  }

  private transportOf({ url, command, cwd, env, passEnv }: McpServerConfig) {
    if (url !== undefined) return new StreamableHTTPClientTransport(new URL(url));
    const [program, ...args] = command ?? [];
    return new StdioClientTransport({
      command: program!,
      args,
      env: serverEnvironment(this.options.environment, { ...(env && { env }), ...(passEnv && { passEnv }) }),
      ...(cwd !== undefined && { cwd }),
      stderr: 'ignore',
    });
  }

  private drop(server: string, pooled: Pooled): void {
    this.forget(server, pooled);
    void pooled.client.close().catch(() => undefined);
  }

  private forget(server: string, pooled: Pooled): void {
    pooled.cancelIdle();
    const others = (this.pooled.get(server) ?? []).filter((one) => one !== pooled);
    this.pooled.set(server, others);
  }
}

function negotiationOf({ era }: McpServerConfig): NonNullable<ClientOptions['versionNegotiation']> {
  if (era === LEGACY) return { mode: 'legacy' };
  return era === MODERN ? { mode: { pin: MODERN } } : { mode: 'auto' };
}
