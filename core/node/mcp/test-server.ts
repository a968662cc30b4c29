/**
 * An MCP server over standard streams for tests, without any library between it and the bytes: each tool does one thing
 * that servers do, or should not do. `node test-server.ts [crash-at-start|no-sessions]`
 */
import { once } from 'node:events';
import { splitLines } from '../../mcp/line-splitter.ts';

interface Message {
  readonly id?: number | string;
  readonly method?: string;
  readonly params?: {
    readonly name?: string;
    readonly arguments?: Record<string, unknown>;
    readonly _meta?: Meta;
  };
  readonly result?: unknown;
}
type Meta = Readonly<Record<string, unknown>>;

const [mode] = process.argv.slice(2);
const say = (message: object) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
const answer = (id: Message['id'], text: string, more: object = {}) =>
  say({ id, result: { content: [{ type: 'text', text }], ...more } });

if (mode === 'crash-at-start') {
  process.stderr.write('nothing to serve here\n');
  process.exit(3);
}

/** Calls that wait for the agent's answer to a request of ours, by the id of that. */
const waiting = new Map<string, (result: unknown) => void>();
let count = 0;

const TOOLS: Readonly<Record<string, (message: Message, line: string) => void>> = {
  echo: ({ id, params }) => answer(id, String(params?.arguments?.['text'])),
  fails: ({ id }) => answer(id, 'it did not work', { isError: true }),
  pid: ({ id }) => answer(id, String(process.pid)),
  environment: ({ id }) => answer(id, JSON.stringify(process.env)),
  crash: () => process.exit(7),
  hang: () => undefined,
  steps({ id, params }) {
    const progressToken = params?._meta?.['progressToken'];
    for (const progress of [1, 2, 3])
      say({
        method: 'notifications/progress',
        params: { progressToken, progress, total: 3, message: `step ${progress}` },
      });
    answer(id, 'done');
  },
  noise({ id }) {
    process.stdout.write('Listening on port 3000\n{"almost": json}\n\n');
    process.stderr.write('a warning\n');
    answer(id, 'said something');
  },
  async flood({ id, params }) {
    const { lines, stream = 'stderr' } = params?.arguments ?? {};
    const out = stream === 'stdout' ? process.stdout : process.stderr;
    for (let line = 0; line < Number(lines); line++)
      if (!out.write(`line ${line}\n`)) await once(out, 'drain');
    answer(id, 'flooded');
  },
  async line({ id, params }) {
    const piece = 'x'.repeat(1024 * 1024);
    for (let written = 0; written < Number(params?.arguments?.['mebibytes']); written++)
      if (!process.stdout.write(piece)) await once(process.stdout, 'drain');
    process.stdout.write('\n');
    answer(id, 'that was long');
  },
  chatter({ id, params }) {
    for (let count = 0; count < Number(params?.arguments?.['count']); count++)
      say({ method: 'notifications/message', params: { level: 'info', data: count } });
    answer(id, 'said all');
  },
  questions({ id, params }) {
    for (let count = 0; count < Number(params?.arguments?.['count']); count++)
      say({ id: `q-${count}`, method: 'roots/list' });
    answer(id, 'asked all');
  },
  /** As if its numbers had no limit. */
  exact({ params }, line) {
    const written = /"id":([^,}]*)/.exec(line)?.[1];
    const content = [{ type: 'text', text: String(params?.arguments?.['text']) }];
    process.stdout.write(`{"jsonrpc":"2.0","id":${written},"result":${JSON.stringify({ content })}}\n`);
  },
  twice({ id }) {
    answer(id, 'once');
    answer(id, 'again');
    say({ id: 'never-asked', result: {} });
  },
  /** Also when it was cancelled. */
  slow({ id, params }) {
    setTimeout(() => answer(id, 'late'), Number(params?.arguments?.['ms']));
  },
  withdraw({ id }) {
    say({ id: 'question', method: 'elicitation/create', params: { message: 'Who?', requestedSchema: {} } });
    say({ method: 'notifications/cancelled', params: { requestId: 'question', reason: 'never mind' } });
    answer(id, 'withdrawn');
  },
  ask({ id }) {
    const asked = `ask-${++count}`;
    waiting.set(asked, (result) => answer(id, JSON.stringify(result)));
    say({
      id: asked,
      method: 'elicitation/create',
      params: { message: 'Who are you?', requestedSchema: {} },
    });
  },
  large: ({ id, params }) => answer(id, 'x'.repeat(Number(params?.arguments?.['bytes']))),
};

let logLevel = 'info';
function take(line: string): unknown {
  const message = JSON.parse(line) as Message;
  const { id, method, params } = message;
  if (method === undefined) return waiting.get(String(id))?.(message.result);
  switch (method) {
    case 'initialize':
      if (mode === 'no-sessions') return say({ id, error: { code: -32_022, message: 'no sessions here' } });
      return say({
        id,
        result: {
          protocolVersion: '2025-11-25',
          capabilities: { tools: {}, logging: {} },
          serverInfo: { name: 'test', version: '1' },
        },
      });
    case 'notifications/initialized':
      return say({
        method: 'notifications/message',
        params: { level: logLevel, logger: 'test', data: 'ready' },
      });
    case 'notifications/roots/list_changed':
      return say({ id: `roots-${++count}`, method: 'roots/list' });
    case 'notifications/cancelled':
      return process.stderr.write(`cancelled ${JSON.stringify(params)}\n`);
    case 'logging/setLevel':
      logLevel = 'debug';
      return say({ id, result: {} });
    case 'server/discover':
      return say({ id, result: { supportedVersions: ['2026-07-28'], capabilities: { tools: {} } } });
    case 'tools/call': {
      const tool = TOOLS[params?.name ?? ''];
      if (tool) return tool(message, line);
      return say({ id, error: { code: -32_602, message: `no tool ${params?.name}` } });
    }
    default:
      return id === undefined
        ? undefined
        : say({ id, error: { code: -32_601, message: 'Method not found' } });
  }
}

// Lines end with LF alone: `node:readline` would end them at U+2028, too.
const lines = splitLines(
  64 * 1024 * 1024,
  (line) => void take(Buffer.from(line).toString()),
  () => undefined,
);
process.stdin.on('data', (chunk: Buffer) => lines.feed(chunk));
process.stdin.on('end', () => process.exit(0));
