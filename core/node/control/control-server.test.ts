import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { request } from '../../api/client.ts';
import type { HostInfo } from '../../api/contract.ts';
import { dataPaths, writeHostFile } from '../data-dir.ts';
import { startTestHost } from '../test-host.ts';
import { startWindowServer } from './control-server.ts';
import { announceHost, findHost } from './local-host.ts';

const TOKEN = 'the-token-of-this-start';
let host: Awaited<ReturnType<typeof startTestHost>>;
let window: Awaited<ReturnType<typeof startWindowServer>>;
let rendererDir: string;

beforeEach(async () => {
  rendererDir = mkdtempSync(join(tmpdir(), 'signalbox-window-'));
  writeFileSync(join(rendererDir, 'index.html'), '<!doctype html><title>Signalbox</title>');
  host = await startTestHost();
  window = await startWindowServer(host.api, TOKEN, rendererDir, 0);
});
afterEach(async () => {
  await window.close();
  await host.remove();
  rmSync(rendererDir, { recursive: true });
});

function ask(path: string, headers: Record<string, string> = {}, method = 'GET') {
  return new Promise<{ status: number; body: string; headers: NodeJS.Dict<string | string[]> }>(
    (resolve, reject) => {
      const sent = httpRequest(new URL(path, window.origin), { method, headers }, (response) => {
        let body = '';
        response.on('data', (chunk: Buffer) => (body += chunk.toString()));
        response.on('end', () => resolve({ status: response.statusCode!, body, headers: response.headers }));
      });
      sent.on('error', reject).end();
    },
  );
}

const authorised = { authorization: `Bearer ${TOKEN}` };

describe('the window over HTTP', () => {
  it('opens the API with the token of this start, and with nothing else', async () => {
    expect((await ask('/api/host', authorised)).status).toBe(200);
    for (const headers of [
      {},
      { authorization: 'Bearer wrong' },
      { authorization: `Bearer ${TOKEN}x` },
      { authorization: TOKEN },
    ]) {
      const { status, body } = await ask('/api/host', headers);
      expect(status).toBe(401);
      expect(body).not.toContain(TOKEN);
    }
    expect((await ask(`/api/host?token=${TOKEN}`)).status).toBe(401);
  });

  it('serves the page to anyone on this machine, without the token and under the strict policy', async () => {
    const { status, body, headers } = await ask('/');
    expect([status, body]).toEqual([200, '<!doctype html><title>Signalbox</title>']);
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(JSON.stringify(headers)).not.toContain(TOKEN);
    expect((await ask('/../package.json')).status).toBe(404);
    expect((await ask('/', {}, 'POST')).status).toBe(405);
  });

  it('answers only to its exact own names and to its own origin, whatever the token', async () => {
    const { port } = new URL(window.origin);
    const statusOf = async (headers: Record<string, string>) =>
      (await ask('/api/host', { ...authorised, ...headers })).status;
    expect(await statusOf({ host: `localhost:${port}` })).toBe(200);
    expect(await statusOf({ origin: window.origin })).toBe(200);
    for (const name of [
      'evil.test',
      `evil.test:${port}`,
      '127.0.0.1',
      `127.0.0.1.evil.test:${port}`,
      `0.0.0.0:${port}`,
    ]) {
      expect(await statusOf({ host: name })).toBe(403);
    }
    for (const origin of [
      'https://evil.test',
      'null',
      `http://127.0.0.1:${Number(port) + 1}`,
      host.dataPlane,
    ]) {
      expect(await statusOf({ origin })).toBe(403);
    }
    expect(await statusOf({ 'sec-fetch-site': 'cross-site' })).toBe(403);
  });
});

describe('a host for other programs of the same user', () => {
  it('is found by its data folder, with a token that only they can read, until it is withdrawn', async () => {
    expect(await findHost(host.dataDir)).toBeUndefined();
    const announced = await announceHost(host.dataDir, host, '0.0.0');
    expect(statSync(dataPaths(host.dataDir).host).mode & 0o777).toBe(0o600);
    const found = await findHost(host.dataDir);
    expect(await request<HostInfo>(found!.api, '/api/host')).toMatchObject({ dataPlane: host.dataPlane });
    await found!.close();
    await announced.withdraw();
    expect(await findHost(host.dataDir)).toBeUndefined();
  });

  it('is not there when what was written about it is out of date', async () => {
    const file = {
      pid: 1,
      version: '0',
      dataPlane: '',
      socket: join(host.dataDir, 'gone.sock'),
      controlToken: 'x',
    };
    writeHostFile(host.dataDir, file);
    expect(await findHost(host.dataDir)).toBeUndefined();
  });
});
