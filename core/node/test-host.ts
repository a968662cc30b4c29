import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host, type HostOptions } from './host.ts';
import { installation } from './installation.ts';

/** A real host on a folder of its own, for tests; `settings` is its signalbox.toml. */
export async function startTestHost(
  settings = '',
  options: Partial<HostOptions> = {},
): Promise<Host & { readonly dataDir: string; remove(): Promise<void> }> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-host-'));
  writeFileSync(join(dataDir, 'signalbox.toml'), settings);
  const host = await startHost({ ...installation, dataDir, port: 0, ...options });
  return {
    ...host,
    dataDir,
    async remove() {
      await host.close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

/** A real server that answers as the test says and remembers what it was asked. */
export async function startTestUpstream(
  answer: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<{
  readonly endpoint: string;
  readonly requests: readonly IncomingMessage[];
  close(): Promise<void>;
}> {
  const requests: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    requests.push(request);
    let body = '';
    for await (const chunk of request) body += String(chunk);
    answer(request, response, body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    requests,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
