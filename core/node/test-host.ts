import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHost, type Host, type HostOptions } from './host.ts';
import { installation } from './installation.ts';

export interface TestHost extends Host {
  readonly dataDir: string;
  remove(): Promise<void>;
}

/** A real host on a folder of its own, for tests; `settings` is its signalbox.toml. */
export async function startTestHost(settings = '', options: Partial<HostOptions> = {}): Promise<TestHost> {
  const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-host-'));
  writeFileSync(join(dataDir, 'signalbox.toml'), settings);
  const host = await startHost({ ...installation, dataDir, port: 0, ...options });
  let closed: Promise<void> | undefined;
  // A test may have stopped it already.
  const close = () => (closed ??= host.close());
  return {
    ...host,
    dataDir,
    close,
    async remove() {
      await close();
      rmSync(dataDir, { recursive: true });
    },
  };
}

export type TestAnswer = (request: IncomingMessage, response: ServerResponse, body: string) => void;

export interface TestUpstream {
  readonly endpoint: string;
  readonly requests: readonly IncomingMessage[];
  /** Of these requests, byte for byte, as far as they have come. */
  readonly bodies: readonly Buffer[];
  close(): Promise<void>;
}

/** A real server that answers as the test says and remembers what it was asked. */
async function startTestUpstream(answer: TestAnswer): Promise<TestUpstream> {
  const requests: IncomingMessage[] = [];
  const bodies: Buffer[] = [];
  const server = createServer(async (request, response) => {
    requests.push(request);
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const body = Buffer.concat(chunks);
    bodies.push(body);
    answer(request, response, body.toString());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    endpoint: `http://127.0.0.1:${port}/v1`,
    requests,
    bodies,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** The hosts and upstreams of one test, to be closed when it ends. */
export function createTestBench() {
  const cleanups: (() => Promise<void>)[] = [];
  return {
    async host(settings?: string): Promise<TestHost> {
      const host = await startTestHost(settings);
      cleanups.push(() => host.remove());
      return host;
    },
    async upstream(answer: TestAnswer): Promise<TestUpstream> {
      const upstream = await startTestUpstream(answer);
      cleanups.push(() => upstream.close());
      return upstream;
    },
    async close(): Promise<void> {
      for (const clean of cleanups.splice(0).toReversed()) await clean();
    },
  };
}
