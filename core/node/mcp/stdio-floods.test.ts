import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { RunId } from '../../base/ids.ts';
import { startTestHost, type TestHost } from '../test-host.ts';
import { TestClient } from './test-client.ts';
import { countDropped, logTexts, mcpSpans } from './test-run.ts';

const program = JSON.stringify([process.execPath, fileURLToPath(new URL('test-server.ts', import.meta.url))]);

let host: TestHost;
let run: RunId;
let files: TestClient;

beforeAll(async () => {
  host = await startTestHost(`[mcp.test]\ncommand = ${program}\n`);
});
afterAll(() => host.remove());
beforeEach(async () => {
  run = (await host.services.startRun({ name: 'agent' })).run.id;
  files = new TestClient(`${host.dataPlane}/r/${run}/mcp/test`);
  await files.initialize();
});

const dropped = (what: string) => countDropped(host, run, what);
const shown = async (prefix: string) =>
  (await logTexts(host, run)).filter((line) => line.startsWith(prefix)).length;

describe('a program that floods', () => {
  it.each([
    ['stderr', 50_000],
    ['stdout', 1_000_000],
  ])(
    'its %s with %i lines is cut and counted, and hurts nobody',
    async (stream, lines) => {
      expect(await files.call('flood', { lines, stream })).toBe('flooded');
      expect(await files.call('echo', { text: 'still there' })).toBe('still there');
      const all = async () => (await dropped(stream)) + (await shown(`test ${stream}: line `));
      await expect.poll(all, { timeout: 5_000 }).toBe(lines);
      expect(await shown(`test ${stream}: line `)).toBeLessThan(10_000);
    },
    60_000,
  );

  it('with a line without end is told its length, and not kept', async () => {
    expect(await files.call('line', { mebibytes: 100 })).toBe('that was long');
    expect(await logTexts(host, run)).toContain(
      `test stdout: a line of ${100 * 1024 * 1024} bytes is too long for a message`,
    );
  }, 30_000);

  it('whoever does not listen, or cannot be asked so much, does not fill the record', async () => {
    const json = { accept: 'application/json' };
    await files.ask('tools/call', { name: 'chatter', arguments: { count: 20_000 } }, json);
    await files.ask('tools/call', { name: 'questions', arguments: { count: 20_000 } }, json);
    // A backlog of 1,000 is kept for whoever comes to listen; it is full by one that was said at the start.
    await expect.poll(() => dropped('undelivered'), { timeout: 5_000 }).toBe(40_000 - 1_000 + 1);
    await expect.poll(() => dropped('notifications')).toBeGreaterThan(10_000);
    await expect.poll(() => dropped('requests')).toBeGreaterThan(10_000);
    expect((await mcpSpans(host, run)).length).toBeLessThan(2_000);
    expect(await shown('')).toBeLessThan(5_000);
  }, 30_000);
});

describe('an agent that floods', () => {
  it('is refused what is too much to wait for a program that is started again', async () => {
    await files.call('crash');
    await files.call('crash');
    const notification = { jsonrpc: '2.0', method: 'notifications/roots/list_changed' };
    const body = JSON.stringify(Array.from({ length: 1_010 }, () => notification));
    const { url, headers } = files;
    expect((await fetch(url, { method: 'POST', headers, body })).status).toBe(202);
    expect(await files.call('echo', { text: 'too much' })).toBe(
      'The MCP server "test" is being started again, and too many messages wait for it already.',
    );
    await expect.poll(() => files.call('echo', { text: 'again' }), { timeout: 10_000 }).toBe('again');
    await expect.poll(() => dropped('undelivered'), { timeout: 5_000 }).toBe(10);
  }, 30_000);
});
