import { fileURLToPath } from 'node:url';
import { afterEach, beforeAll, afterAll, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../base/virtual-clock.ts';
import type { McpServerConfig } from '../../config/schema/mcp.ts';
import { serveFixture, type FixtureHttpServer } from '../../../e2e/mcp/serve-http.ts';
import { ClientPool } from './client-pool.ts';

const program = (file: string) => [process.execPath, fileURLToPath(new URL(file, import.meta.url))];
const server = program('test-server.ts');
const fixture = program('../../../e2e/mcp/serve-stdio.ts');

let http: FixtureHttpServer;
let pool: ClientPool;
const clock = new VirtualClock();

beforeAll(async () => {
  http = await serveFixture();
});
afterAll(() => http.close());
afterEach(() => pool.close());

function open(servers: Readonly<Record<string, McpServerConfig>>): ClientPool {
  const environment = { PATH: process.env['PATH'] };
  pool = new ClientPool({ servers, environment, timers: clock, version: '0' });
  return pool;
}

describe('clients for our own use', () => {
  it.each([
    ['auto', 'http', 'modern'],
    ['2026-07-28', 'http', 'modern'],
    ['2025-11-25', 'http', 'legacy'],
    ['auto', 'stdio', 'modern'],
    ['2025-11-25', 'stdio', 'legacy'],
  ] as const)('speak the era that the server has (%s over %s: %s)', async (era, transport, spoken) => {
    open({ it: transport === 'http' ? { url: http.url, era } : { command: fixture, era } });
    const { client, release } = await pool.acquire('it');
    expect(client.getProtocolEra()).toBe(spoken);
    const { content } = await client.callTool({ name: 'test_simple_text', arguments: {} });
    expect(content).toEqual([{ type: 'text', text: 'This is a simple text response for testing.' }]);
    release();
    expect(pool.health('it')).toEqual({ kind: 'ok' });
  });

  it('are one for all without sessions, and one for each user with', async () => {
    open({ free: { url: http.url, era: 'auto' }, bound: { command: server, era: '2025-11-25' } });
    const free = await Promise.all([pool.acquire('free'), pool.acquire('free')]);
    expect(free[0].client).toBe(free[1].client);
    const bound = await Promise.all([pool.acquire('bound'), pool.acquire('bound')]);
    expect(bound[0].client).not.toBe(bound[1].client);
    bound[0].release();
    bound[0].release();
    expect((await pool.acquire('bound')).client).toBe(bound[0].client);
  });

  it('are kept for a minute, and not when they are broken', async () => {
    open({ it: { command: server, era: '2025-11-25' } });
    const first = await pool.acquire('it');
    first.release();
    clock.advance(59_000);
    const second = await pool.acquire('it');
    expect(second.client).toBe(first.client);
    clock.advance(120_000);
    second.release('broken');
    const third = await pool.acquire('it');
    expect(third.client).not.toBe(first.client);
    third.release();
    clock.advance(61_000);
    expect((await pool.acquire('it')).client).not.toBe(third.client);
  });

  it('are not given out again when their server has ended', async () => {
    open({ it: { command: server, era: '2025-11-25' } });
    const first = await pool.acquire('it');
    await expect(first.client.callTool({ name: 'crash', arguments: {} })).rejects.toThrow(/closed/i);
    first.release();
    const second = await pool.acquire('it');
    expect(second.client).not.toBe(first.client);
    const { content } = await second.client.callTool({ name: 'echo', arguments: { text: 'again' } });
    expect(content).toMatchObject([{ text: 'again' }]);
  });

  it('say what is wrong where there are none', async () => {
    open({ absent: { command: ['/nowhere'], era: 'auto' } });
    await expect(pool.acquire('unknown')).rejects.toThrow('there is no MCP server "unknown"');
    await expect(pool.acquire('absent')).rejects.toThrow(/ENOENT/);
    expect(pool.health('absent')).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('ENOENT'),
    });
  });

  it('look whether their server is there', async () => {
    open({
      http: { url: http.url, era: 'auto' },
      stdio: { command: fixture, era: '2025-11-25' },
      gone: { url: 'http://127.0.0.1:9/mcp', era: 'auto' },
    });
    expect(pool.health('http')).toEqual({ kind: 'unknown' });
    expect(await pool.probe('http')).toEqual({ kind: 'ok' });
    expect(await pool.probe('stdio')).toEqual({ kind: 'ok' });
    expect(await pool.probe('gone')).toMatchObject({ kind: 'failed' });
  });
});
