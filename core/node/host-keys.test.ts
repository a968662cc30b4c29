import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { dataPaths } from './data-dir.ts';
import { startHost, type Host } from './host.ts';
import { installation } from './installation.ts';
import { FileSecretStore } from './secrets/file-secret-store.ts';
import { chat, post } from './test-calls.ts';
import { createTestBench } from './test-host.ts';

const key = 'stored-key-0123456789';
const bench = createTestBench();
let dataDir = '';
let host: Host | undefined;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'signalbox-keys-'));
});
afterEach(async () => {
  await host?.close();
  host = undefined;
  await bench.close();
  rmSync(dataDir, { recursive: true });
});

async function hostAt(endpoint: string): Promise<Host> {
  const settings = `[providers.one]\nendpoint = "${endpoint}"\napi_key = "secret:main"\n[instances.one]\nprovider = "one"\nmodel = "real"\n`;
  writeFileSync(join(dataDir, 'signalbox.toml'), settings);
  return (host = await startHost({ ...installation, dataDir, port: 0 }));
}

async function ask(token?: string): Promise<Response> {
  const url = `${host!.dataPlane}/openai/v1/chat/completions`;
  return post(url, chat('real'), token === undefined ? {} : { authorization: `Bearer ${token}` });
}

const answer = JSON.stringify({
  model: 'real',
  choices: [{ message: { content: `I saw ${key}` }, finish_reason: 'stop' }],
});
const store = () => new FileSecretStore(dataPaths(dataDir).secrets);

describe('a stored key', () => {
  it('goes to its provider, for those who were let in, and is never recorded', async () => {
    const upstream = await bench.upstream((_, response) => response.end(answer));
    await store().set('main', key);
    await hostAt(upstream.endpoint);
    expect((await ask()).status).toBe(401);
    expect((await ask('sk-somebody-elses-key-1234567890')).status).toBe(401);
    expect(upstream.requests).toHaveLength(0);
    const { clientToken } = host!.services.info();
    const answered = await ask(clientToken);
    expect(await answered.text()).toBe(answer);
    expect(upstream.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
    expect(store().list()).toMatchObject([{ origin: new URL(upstream.endpoint).origin }]);

    const run = answered.headers.get('x-signalbox-run') as Parameters<Host['services']['findSpan']>[0];
    const call = answered.headers.get('x-signalbox-call') as Parameters<Host['services']['findSpan']>[1];
    await expect.poll(async () => (await host!.services.findSpan(run, call))?.span.status).toBe('ok');
    const recorded = JSON.stringify(await host!.services.findSpan(run, call));
    expect(recorded).toContain('I saw [redacted]');
    expect(recorded).not.toContain(key);
  });

  it('is not taken elsewhere by a configuration', async () => {
    const [first, second] = [
      await bench.upstream((_, response) => response.end(answer)),
      await bench.upstream((_, response) => response.end(answer)),
    ];
    await store().set('main', key);
    await (await hostAt(first.endpoint)).close();
    host = undefined;
    await expect(hostAt(second.endpoint)).rejects.toMatchObject({ code: 'key_bound_elsewhere' });
    expect(second.requests).toHaveLength(0);
  });

  it('does not follow a redirect', async () => {
    const elsewhere = await bench.upstream((_, response) => response.end(answer));
    const upstream = await bench.upstream((_, response) =>
      response.writeHead(307, { location: `${elsewhere.endpoint}/chat/completions` }).end(),
    );
    await store().set('main', key);
    await hostAt(upstream.endpoint);
    const { clientToken } = host!.services.info();
    const url = `${host!.dataPlane}/openai/v1/chat/completions`;
    const redirected = await fetch(url, {
      method: 'POST',
      redirect: 'manual',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${clientToken}` },
      body: JSON.stringify(chat('real')),
    });
    expect([redirected.status, elsewhere.requests.length]).toEqual([307, 0]);
    expect(upstream.requests[0]!.headers.authorization).toBe(`Bearer ${key}`);
  });
});
