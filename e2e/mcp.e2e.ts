import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport, type ClientOptions } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SpanList, StartedRun } from '../core/api/contract.ts';
import { request } from '../core/api/client.ts';
import type { McpSpan } from '../core/journal/run-state.ts';
import { differences, runConformance } from './mcp/conformance.ts';
import { serveFixture, type FixtureHttpServer } from './mcp/serve-http.ts';
import { startHost, type RunningHost } from './support/host.ts';

const everything = fileURLToPath(
  new URL('../node_modules/@modelcontextprotocol/server-everything/dist/index.js', import.meta.url),
);
const fixtureProgram = fileURLToPath(new URL('mcp/serve-stdio.ts', import.meta.url));

let host: RunningHost;
let fixture: FixtureHttpServer;
let overHttp: ChildProcess;
let httpUrl: string;
let prefix: string;
let run: string;

beforeAll(async () => {
  fixture = await serveFixture();
  const port = await freePort();
  httpUrl = `http://127.0.0.1:${port}/mcp`;
  overHttp = spawn(process.execPath, [everything, 'streamableHttp'], {
    env: { ...process.env, PORT: String(port) },
    stdio: 'ignore',
  });
  await vi.waitFor(() => fetch(httpUrl), { timeout: 20_000 });
  const command = (...args: readonly string[]) => `command = ${JSON.stringify([process.execPath, ...args])}`;
  host = await startHost({
    config: `[mcp.stdio]\n${command(everything, 'stdio')}\n[mcp.http]\nurl = "${httpUrl}"\n[mcp.fixture]\nurl = "${fixture.url}"\n[mcp.program]\n${command(fixtureProgram)}\n`,
  });
  const started = await request<StartedRun>(host.api, '/api/runs', {
    method: 'POST',
    body: { name: 'agent' },
  });
  run = started.run.id;
  prefix = `${host.dataPlane}/r/${run}/mcp`;
});
afterAll(async () => {
  overHttp?.kill();
  await host?.stop();
  await fixture?.close();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The unchanged client, with everything that a server can ask of one. */
async function connect(to: URL | readonly string[], options: ClientOptions = {}): Promise<Client> {
  const client = new Client(
    { name: 'agent', version: '1' },
    { capabilities: { sampling: {}, elicitation: { form: {}, url: {} }, roots: {} }, ...options },
  );
  client.setRequestHandler('sampling/createMessage', async ({ params }) => ({
    role: 'assistant',
    model: 'a-model',
    content: { type: 'text', text: `sampled ${params.messages.length}` },
  }));
  client.setRequestHandler('elicitation/create', async () => ({
    action: 'accept' as const,
    content: { name: 'Ada', check: true, firstLine: 'x' },
  }));
  client.setRequestHandler('roots/list', async () => ({ roots: [{ uri: 'file:///a', name: 'a' }] }));
  const [command, ...args] = to instanceof URL ? [''] : to;
  await client.connect(
    to instanceof URL
      ? new StreamableHTTPClientTransport(to)
      : new StdioClientTransport({ command: command!, args, stderr: 'ignore' }),
  );
  return client;
}

/** All that can be seen of `server-everything`, in one document. */
async function look(client: Client): Promise<Record<string, unknown>> {
  const call = async (name: string, args: Record<string, unknown> = {}) =>
    client.callTool({ name, arguments: args }).then(
      (result) => result,
      (error: Error) => error.message,
    );
  const progress: unknown[] = [];
  const seen = {
    server: client.getServerVersion(),
    capabilities: client.getServerCapabilities(),
    instructions: client.getInstructions(),
    tools: await client.listTools(),
    resources: await client.listResources(),
    templates: await client.listResourceTemplates(),
    prompts: await client.listPrompts(),
    echo: await call('echo', { message: 'Ünïcode ☃' }),
    sum: await call('get-sum', { a: 2, b: 3 }),
    wrong: await call('get-sum', { a: 'two' }),
    image: await call('get-tiny-image'),
    annotated: await call('get-annotated-message', { messageType: 'error', includeImage: true }),
    structured: await call('get-structured-content', { location: 'New York' }),
    links: await call('get-resource-links', { count: 3 }),
    long: await client.callTool(
      { name: 'trigger-long-running-operation', arguments: { duration: 0.3, steps: 3 } },
      { onprogress: ({ progress: at, total }) => progress.push([at, total]) },
    ),
    sampling: await call('trigger-sampling-request', { prompt: 'Hello', maxTokens: 10 }),
    elicitation: await call('trigger-elicitation-request'),
    roots: await call('get-roots-list'),
    unknown: await call('no-such-tool'),
    simple: await client.getPrompt({ name: 'simple-prompt' }),
    withArgs: await client.getPrompt({ name: 'args-prompt', arguments: { city: 'Paris', state: 'Texas' } }),
    resource: await client
      .readResource({ uri: 'demo://resource/static/document/architecture.md' })
      .catch((error: Error) => error.message),
    missing: await client.readResource({ uri: 'demo://nothing' }).catch((error: Error) => error.message),
    ping: await client.ping(),
    progress,
  };
  await client.close();
  // The times in some answers are those of the call.
  return JSON.parse(
    JSON.stringify(seen).replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z|\d+:\d\d:\d\d [AP]M/g, 'a time'),
  ) as Record<string, unknown>;
}

/** The last report of progress comes with the result, and the client may be done with that before. */
function expectSame(through: Record<string, unknown>, direct: Record<string, unknown>): void {
  const { progress: toldThrough, ...restThrough } = through;
  const { progress: toldDirect, ...restDirect } = direct;
  expect(restThrough).toEqual(restDirect);
  for (const told of [toldThrough, toldDirect] as (readonly unknown[])[]) {
    expect(told.length).toBeGreaterThanOrEqual(2);
    expect([
      [1, 3],
      [2, 3],
      [3, 3],
    ]).toEqual(expect.arrayContaining([...told]));
  }
}

describe('the official client with server-everything', () => {
  it('gets the same through Signalbox from a program', async () => {
    const direct = await look(await connect([process.execPath, everything, 'stdio']));
    const through = await look(await connect(new URL(`${prefix}/stdio`)));
    expectSame(through, direct);
    expect(JSON.stringify(direct['sampling'])).toContain('sampled 1');
    expect(JSON.stringify(direct['elicitation'])).toContain('Ada');
  });

  it('gets the same through Signalbox from a server that speaks HTTP', async () => {
    const direct = await look(await connect(new URL(httpUrl)));
    const through = await look(await connect(new URL(`${prefix}/http`)));
    expectSame(through, direct);
  });

  it('is recorded: what it asked, what it was asked, how far it came', async () => {
    const { spans } = await request<SpanList>(host.api, `/api/runs/${run}/spans`);
    const mcp = spans.filter((span): span is McpSpan => span.kind === 'mcp');
    for (const server of ['stdio', 'http']) {
      const own = mcp.filter((span) => span.server === server);
      const named = (name: string) => own.find((span) => span.name === name);
      expect(named('tools/call echo')).toMatchObject({ status: 'ok', from: 'client' });
      expect(named('tools/call get-sum')).toMatchObject({ status: 'ok' });
      expect(named('tools/call trigger-long-running-operation')?.progress).toMatchObject({
        reports: 3,
        total: 3,
      });
      for (const [asked, by] of [
        ['sampling/createMessage', 'tools/call trigger-sampling-request'],
        ['elicitation/create', 'tools/call trigger-elicitation-request'],
      ] as const)
        expect(named(asked)).toMatchObject({ from: 'server', status: 'ok', parentId: named(by)!.id });
      expect(own.filter(({ status }) => status === 'running')).toEqual([]);
    }
  });
});

describe('the official client without sessions', () => {
  it.each(['fixture', 'program'])('gets the same through Signalbox (%s)', async (server) => {
    const options: ClientOptions = { versionNegotiation: { mode: { pin: '2026-07-28' } } };
    const use = async (client: Client) => {
      const progress: number[] = [];
      const seen = {
        era: client.getProtocolEra(),
        tools: await client.listTools(),
        asked: await client.callTool({ name: 'test_input_required_result_elicitation', arguments: {} }),
        slow: await client.callTool(
          { name: 'test_tool_with_progress', arguments: {} },
          { onprogress: ({ progress: at }) => progress.push(at) },
        ),
        resource: await client.readResource({ uri: 'test://template/7/data' }),
        missing: await client.readResource({ uri: 'test://nothing' }).catch((error: Error) => error.message),
        progress,
      };
      await client.close();
      return JSON.parse(JSON.stringify(seen)) as object;
    };
    const direct = await use(await connect(new URL(fixture.url), options));
    const through = await use(await connect(new URL(`${prefix}/${server}`), options));
    expect(through).toEqual(direct);
    expect(through).toMatchObject({ era: 'modern', progress: [0, 50, 100] });
    const { spans } = await request<SpanList>(host.api, `/api/runs/${run}/spans`);
    const rounds = spans.filter(
      (span): span is McpSpan =>
        span.kind === 'mcp' &&
        span.server === server &&
        span.subject === 'test_input_required_result_elicitation',
    );
    expect(rounds.map(({ round, resultType }) => [round, resultType])).toEqual([
      [undefined, 'input_required'],
      [2, 'complete'],
    ]);
    expect(rounds[1]!.parentId).toBe(rounds[0]!.id);
  });

  it.each(['fixture', 'program'])('finds out that it can (%s)', async (server) => {
    const client = await connect(new URL(`${prefix}/${server}`), { versionNegotiation: { mode: 'auto' } });
    expect(client.getProtocolEra()).toBe('modern');
    await client.close();
  });

  it.each(['stdio', 'http'])('finds out that it cannot (%s)', async (server) => {
    const client = await connect(new URL(`${prefix}/${server}`), { versionNegotiation: { mode: 'auto' } });
    expect(client.getProtocolEra()).toBe('legacy');
    expect((await client.listTools()).tools.length).toBeGreaterThan(5);
    await client.close();
  });
});

describe('a few scenarios of the conformance suite come out the same', () => {
  it.each([
    ['2025-11-25', 'tools-call-elicitation', 'program'],
    ['2025-11-25', 'dns-rebinding-protection', 'fixture'],
    ['2026-07-28', 'input-required-result-multi-round', 'fixture'],
    ['2026-07-28', 'server-stateless', 'program'],
    ['2026-07-28', 'http-custom-header-server-validation', 'program'],
  ] as const)('%s: %s (%s)', async (set, scenario, server) => {
    const [direct, through] = await Promise.all(
      [fixture.url, `${prefix}/${server}`].map((url) =>
        runConformance({ role: 'server', url }, set, scenario),
      ),
    );
    expect([...direct!.values()]).toMatchObject([{ failed: 0 }]);
    expect(differences(direct!, through!)).toEqual([]);
  });

  it('of a client, too', async () => {
    const command = (file: string) => ({
      role: 'client' as const,
      command: `${process.execPath} ${fileURLToPath(new URL(`mcp/${file}`, import.meta.url))}`,
    });
    const [direct, through] = await Promise.all(
      ['fixture-client.ts', 'relayed-client.ts'].map((file) =>
        runConformance(command(file), '2026-07-28', 'auth/iss-supported'),
      ),
    );
    expect([...direct!.values()]).toMatchObject([{ failed: 0 }]);
    expect(differences(direct!, through!)).toEqual([]);
  });
});
