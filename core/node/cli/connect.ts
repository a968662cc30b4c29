import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ApiFetch } from '../../api/client.ts';
import { startWindowServer } from '../control/control-server.ts';
import { announceHost, findHost } from '../control/local-host.ts';
import { defaultDataDir } from '../data-dir.ts';
import { startHost, type Host } from '../host.ts';
import { installation } from '../installation.ts';
import { StartFailure } from '../start-failure.ts';
import { CommandFailure } from './failure.ts';

/** The options that every command which needs a host has. */
export interface HostFlags {
  readonly data?: string;
  readonly config?: string;
  readonly port?: number;
}

/** A host that a command may use. */
export interface Connection {
  readonly api: ApiFetch;
  readonly dataDir: string;
  /** Where the window is served now, with the token; absent for a host whose window is its own (Electron). */
  windowUrl(hash: string): string | undefined;
  /** Whether the host ends with this command. */
  readonly temporary: boolean;
  close(): Promise<void>;
}

/** How long to wait for a host that is just starting or stopping. */
const TRANSITION_MS = 5_000;

export function dataDirOf(flags: HostFlags): string {
  return resolve(flags.data ?? defaultDataDir(process.env, process.platform));
}

/** Uses the host of the data folder, or starts one for as long as the command needs it. */
export async function connect(flags: HostFlags): Promise<Connection> {
  const dataDir = dataDirOf(flags);
  const deadline = performance.now() + TRANSITION_MS;
  for (;;) {
    const found = await findHost(dataDir);
    if (found) {
      const { api, file, close } = found;
      const windowUrl = (hash: string) => file.window && addressOf(file.window, hash, file.controlToken);
      return { api, dataDir, windowUrl, temporary: false, close };
    }
    try {
      return await startTemporaryHost(dataDir, flags);
    } catch (error) {
      const busy = error instanceof StartFailure && error.code === 'data_in_use';
      if (!busy || performance.now() > deadline) throw error;
      await sleep(100);
    }
  }
}

/** For what is about a host that runs: none is started for it. Resolves with the exit code of a success. */
export async function withRunningHost(
  flags: HostFlags,
  work: (api: ApiFetch) => Promise<void>,
): Promise<number> {
  const dataDir = dataDirOf(flags);
  const found = await findHost(dataDir);
  if (!found) throw new CommandFailure(`No host is running on ${dataDir}; signalbox start starts one.`);
  try {
    await work(found.api);
    return 0;
  } finally {
    await found.close();
  }
}

async function startTemporaryHost(dataDir: string, flags: HostFlags): Promise<Connection> {
  const host = await startHost(hostOptions(dataDir, { port: 0, ...flags }));
  const announced = await announceHost(dataDir, host, installation.version);
  const window = await startWindowServer(host.api, announced.token, installation.rendererDir, 0);
  announced.setWindow(window.origin);
  return {
    api: inProcess(host),
    dataDir,
    windowUrl: (hash) => addressOf(window.origin, hash, announced.token),
    temporary: true,
    async close() {
      await host.whenIdle();
      await announced.withdraw();
      await window.close();
      await host.close();
    },
  };
}

export function hostOptions(dataDir: string, flags: HostFlags) {
  const { config, port } = flags;
  return {
    ...installation,
    dataDir,
    ...(config !== undefined && { configFile: resolve(config) }),
    ...(port !== undefined && { port }),
  };
}

/** The token travels in the fragment, which no server and no log ever sees. */
export function addressOf(origin: string, hash: string, token: string): string {
  return `${origin}/#${hash}?token=${token}`;
}

function inProcess(host: Host): ApiFetch {
  return async (path, init = {}) =>
    host.api.request(path, {
      method: init.method ?? 'GET',
      ...(init.body !== undefined && {
        body: JSON.stringify(init.body),
        headers: { 'content-type': 'application/json' },
      }),
      ...(init.signal && { signal: init.signal }),
    });
}
