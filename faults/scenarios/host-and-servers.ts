import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunList } from '../../core/api/contract.ts';
import { request } from '../../core/api/client.ts';
import { createAuthority } from '../../core/node/upstream/test-certificates.ts';
import { startHost, verifyJournal } from '../../e2e/support/host.ts';
import { startHostileUpstream } from '../hostile-upstream.ts';
import { ask, type View } from '../matrix/ask.ts';
import { chunk, goodAnswer, STREAM_HEAD } from '../matrix/http-bytes.ts';
import { LANES } from '../matrix/protocols.ts';
import { Checks, oneInstance, QUESTION, startRun, until, type Scenario } from './scenario.ts';

const CHAT = LANES[0]!.client;
const MCP_SERVER = join(import.meta.dirname, '..', '..', 'core', 'node', 'mcp', 'test-server.ts');
const RESTARTED_WITHIN_MS = 2_000;
const DAY = 86_400_000;

/** Rows 16, 17 and 20. */
export const HOST_AND_SERVERS: readonly Scenario[] = [
  {
    name: 'the host is stopped while a stream is open',
    row: 16,
    async run() {
      const checks = new Checks();
      const dataDir = mkdtempSync(join(tmpdir(), 'signalbox-fault-'));
      const [first = '', second = ''] = CHAT.events('hostile');
      const upstream = await startHostileUpstream({
        answer: () => [{ send: STREAM_HEAD }, { send: chunk(first + second + CHAT.events('x')[2]!) }, 'hang'],
      });
      const config = oneInstance(`http://127.0.0.1:${upstream.port}/v1`);
      try {
        const host = await startHost({ dataDir, config });
        const asked = put(host.dataPlane, `${await startRun(host)}/openai/v1/chat/completions`);
        await until(() => upstream.seen('/').length > 0, 5_000);
        await new Promise((resolve) => setTimeout(resolve, 300));
        await host.stop();
        const view = await asked;
        const text = view.body.toString();
        checks.that(view.status === 200, `the client saw ${view.status}`);
        checks.that(!text.includes('[DONE]'), 'the stream ended in success');
        checks.that(
          view.end === 'broken' || text.includes('"error"'),
          `the stream ended ${view.end}, without an error`,
        );
        const next = await startHost({ dataDir, config });
        const { runs } = await request<RunList>(next.api, '/api/runs');
        const run = runs.find(({ name }) => name === 'fault');
        checks.that(run?.status === 'interrupted', `the run is ${run?.status}`);
        await next.stop();
        checks.problems.push(...(await verifyJournal(dataDir)));
      } finally {
        await upstream.close();
        rmSync(dataDir, { recursive: true, force: true });
      }
      return checks.problems;
    },
  },
  {
    name: 'an MCP server ends in the middle of a call',
    row: 17,
    async run() {
      const checks = new Checks();
      const command = JSON.stringify([process.execPath, MCP_SERVER]);
      const host = await startHost({
        config: `[mcp.one]\ncommand = ${command}\n[mcp.two]\ncommand = ${command}\n`,
      });
      try {
        const run = await startRun(host);
        const call = async (server: string, tool: string, more: object = {}) => {
          const began = performance.now();
          const view = await askTool(`${host.dataPlane}${run}/mcp/${server}`, tool, more);
          return { ms: performance.now() - began, text: view.body.toString() };
        };
        await Promise.all([call('one', 'pid'), call('two', 'pid')]);
        const before = await call('two', 'pid');
        const crashed = await call('one', 'crash');
        checks.that(
          /"error".*ended before it answered/.test(crashed.text),
          `whoever waits is told ${crashed.text}`,
        );
        const after = await call('one', 'pid');
        checks.that(after.text.includes('"result"'), `started again it says ${after.text}`);
        checks.that(after.ms < RESTARTED_WITHIN_MS, `it was back after ${Math.round(after.ms)} ms`);
        const other = await call('two', 'pid');
        checks.that(
          resultOf(other.text) === resultOf(before.text),
          'the other server was started again, too',
        );
        const flooded = await call('one', 'flood', { lines: 50_000 });
        checks.that(flooded.text.includes('flooded'), `in a flood it says ${flooded.text}`);
        const noisy = await call('one', 'noise');
        checks.that(noisy.text.includes('said something'), `between noise it says ${noisy.text}`);
      } finally {
        await host.stop();
      }
      return checks.problems;
    },
  },
  certificate(
    'a certificate that is over',
    (authority) => authority.issue(['127.0.0.1'], new Date(Date.now() - DAY)),
    'refused',
  ),
  certificate(
    'a certificate of nobody known',
    () => createAuthority('stranger').issue(['127.0.0.1']),
    'refused',
  ),
  certificate('a certificate for another name', (authority) => authority.issue(['example.com']), 'refused'),
  certificate('a certificate that is good', (authority) => authority.issue(['127.0.0.1']), 'answered'),
];

/** The one that is good shows that the others were refused for what is wrong with them. */
function certificate(
  name: string,
  issue: (authority: ReturnType<typeof createAuthority>) => { readonly key: string; readonly cert: string },
  expected: 'refused' | 'answered',
): Scenario {
  return {
    name,
    row: 20,
    async run() {
      const checks = new Checks();
      const authority = createAuthority();
      const folder = mkdtempSync(join(tmpdir(), 'signalbox-fault-'));
      const caFile = join(folder, 'authority.pem');
      writeFileSync(caFile, authority.cert);
      const upstream = await startHostileUpstream({
        answer: () => goodAnswer(CHAT, true, 'reached'),
        tls: issue(authority),
      });
      const trust = `[connections]\nca_files = ["${caFile}"]\nhttp2 = false\n[retry]\nmax_attempts = 1\n`;
      const host = await startHost({ config: oneInstance(`https://127.0.0.1:${upstream.port}/v1`, trust) });
      try {
        const view = await put(host.dataPlane, `${await startRun(host)}/openai/v1/chat/completions`);
        const reached = upstream.seen('/').length;
        if (expected === 'answered') {
          checks.that(
            view.body.includes('reached'),
            `the client saw ${view.status}: ${view.body.toString()}`,
          );
        } else {
          checks.that((view.status ?? 0) >= 400, `the client saw ${view.status}`);
          checks.that(reached === 0, `${reached} requests were sent there all the same`);
          checks.that(
            /certificate/i.test(view.body.toString()),
            `the client is told ${view.body.toString()}`,
          );
        }
      } finally {
        await host.stop();
        await upstream.close();
        rmSync(folder, { recursive: true, force: true });
      }
      return checks.problems;
    },
  };
}

function put(origin: string, path: string): Promise<View> {
  return ask({ url: `${origin}${path}`, headers: {}, body: JSON.stringify(QUESTION), patienceMs: 10_000 });
}

function askTool(url: string, name: string, more: object): Promise<View> {
  const meta = {
    'io.modelcontextprotocol/protocolVersion': '2026-07-28',
    'io.modelcontextprotocol/clientInfo': { name: 'fault', version: '1' },
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name, arguments: more, _meta: meta };
  return ask({
    url,
    headers: {
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': 'tools/call',
      'mcp-name': name,
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    patienceMs: 20_000,
  });
}

function resultOf(text: string): string {
  return /"text":"(\d+)"/.exec(text)?.[1] ?? text;
}
