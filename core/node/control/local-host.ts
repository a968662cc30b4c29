import { createHash, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as undiciFetch } from 'undici';
import { httpFetch, request, type ApiFetch } from '../../api/client.ts';
import type { HostInfo } from '../../api/contract.ts';
import { readHostFile, removeHostFile, writeHostFile, type HostFile } from '../data-dir.ts';
import type { Host } from '../host.ts';
import { startSocketServer } from './control-server.ts';

/** Makes a host findable for other programs of the same user. Returns the control token of this start. */
export async function announceHost(
  dataDir: string,
  host: Host,
  version: string,
): Promise<{ readonly token: string; setWindow(origin: string): void; withdraw(): Promise<void> }> {
  const token = randomBytes(32).toString('base64url');
  const socket = socketPath(dataDir);
  // The lock on the data folder is ours, so a socket that is still there belongs to a host that is not.
  if (process.platform !== 'win32' && existsSync(socket)) rmSync(socket);
  const server = await startSocketServer(host.api, token, socket);
  const file: HostFile = {
    pid: process.pid,
    version,
    dataPlane: host.dataPlane,
    socket,
    controlToken: token,
  };
  writeHostFile(dataDir, file);
  return {
    token,
    setWindow: (window) => writeHostFile(dataDir, { ...file, window }),
    async withdraw() {
      removeHostFile(dataDir);
      await server.close();
    },
  };
}

/** The API of the host that has the folder now, over its socket; nothing where no host answers. */
export async function findHost(
  dataDir: string,
): Promise<{ readonly api: ApiFetch; readonly file: HostFile; close(): Promise<void> } | undefined> {
  const file = readHostFile(dataDir);
  if (!file) return undefined;
  const agent = new Agent({ connect: { socketPath: file.socket }, bodyTimeout: 0, headersTimeout: 0 });
  const overSocket = ((url: string, init: object) =>
    undiciFetch(url, { ...init, dispatcher: agent })) as unknown as typeof fetch;
  const api = httpFetch('http://signalbox', file.controlToken, overSocket);
  try {
    await request<HostInfo>(api, '/api/host');
    return { api, file, close: () => agent.destroy() };
  } catch {
    await agent.destroy();
    return undefined;
  }
}

/** Short, since a socket's path may have about 100 characters, and in a folder that only its user can enter. */
function socketPath(dataDir: string): string {
  const name = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  if (process.platform === 'win32') return `\\\\.\\pipe\\signalbox-${name}`;
  const folder = process.env['XDG_RUNTIME_DIR'] ?? join(tmpdir(), `signalbox-${userInfo().uid}`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return join(folder, `signalbox-${name}.sock`);
}
