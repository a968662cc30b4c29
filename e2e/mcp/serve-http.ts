import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createMcpHandler,
  isLegacyRequest,
  localhostAllowedHostnames,
  validateHostHeader,
  WebStandardStreamableHTTPServerTransport,
  type EventStore,
  type JSONRPCMessage,
} from '@modelcontextprotocol/server';
import { createFixtureServer } from './fixture-server.ts';

export interface FixtureHttpServer {
  /** `http://127.0.0.1:1234/mcp` */
  readonly url: string;
  close(): Promise<void>;
}

/** The fixture server over Streamable HTTP: with sessions for those that want them, without for the others. */
export async function serveFixture(port = 0): Promise<FixtureHttpServer> {
  const sessions = new Map<string, WebStandardStreamableHTTPServerTransport>();
  const modern = createMcpHandler(() => createFixtureServer(() => changes));
  const changes = {
    tools: () => modern.notify.toolsChanged(),
    prompts: () => modern.notify.promptsChanged(),
  };

  const openSession = async (request: Request) => {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      eventStore: keepEvents(),
      retryInterval: 500,
      onsessioninitialized: (id) => void sessions.set(id, transport),
      onsessionclosed: (id) => void sessions.delete(id),
    });
    await createFixtureServer(() => changes).connect(transport);
    return transport.handleRequest(request);
  };

  const answer = async (request: Request): Promise<Response> => {
    const { ok } = validateHostHeader(request.headers.get('host'), localhostAllowedHostnames());
    if (!ok) return problem(403, 'this host is not served here');
    const id = request.headers.get('mcp-session-id');
    if (id !== null) return sessions.get(id)?.handleRequest(request) ?? problem(404, 'Session not found');
    if (request.method !== 'POST') return problem(400, 'a session is needed');
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined);
    if (!(await isLegacyRequest(request.clone(), body))) return modern.fetch(request, { parsedBody: body });
    const { method } = (body ?? {}) as { method?: unknown };
    return method === 'initialize' ? openSession(request) : problem(400, 'a session is needed');
  };

  const server = createServer((request, response) => void serve(request, response, answer));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const { port: bound } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${bound}/mcp`,
    async close() {
      server.closeAllConnections();
      await modern.close();
      await Promise.all([...sessions.values()].map((transport) => transport.close()));
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function problem(status: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', id: null, error: { code: -32_000, message } }, { status });
}

/** Node's request and response around a web-standard one. */
async function serve(
  request: IncomingMessage,
  response: ServerResponse,
  answer: (request: Request) => Promise<Response>,
): Promise<void> {
  const gone = new AbortController();
  response.on('close', () => gone.abort());
  const headers = new Headers();
  for (const [name, value] of Object.entries(request.headers)) headers.set(name, String(value));
  const { method = 'GET' } = request;
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const body = method === 'POST' ? { body: Buffer.concat(chunks) } : {};
  const url = new URL(request.url ?? '/', 'http://localhost');
  const given = await answer(new Request(url, { method, headers, signal: gone.signal, ...body }));
  response.writeHead(given.status, Object.fromEntries(given.headers));
  response.flushHeaders();
  try {
    for await (const chunk of given.body ?? []) response.write(chunk);
    response.end();
  } catch {
    response.destroy();
  }
}

/** Events of a session, for a client that comes back. */
function keepEvents(): EventStore {
  const events: { readonly id: string; readonly stream: string; readonly message: JSONRPCMessage }[] = [];
  return {
    async storeEvent(stream, message) {
      const id = `${stream}:${events.length}`;
      events.push({ id, stream, message });
      return id;
    },
    async replayEventsAfter(last, { send }) {
      const at = events.findIndex(({ id }) => id === last);
      const stream = events[at]?.stream ?? '';
      for (const event of events.slice(at + 1)) {
        // The event that only primes a client has no message.
        if (event.stream === stream && Object.keys(event.message).length > 0)
          await send(event.id, event.message);
      }
      return stream;
    },
  };
}

if (import.meta.main) {
  const { url } = await serveFixture(Number(process.argv[2] ?? 0));
  process.stdout.write(`${url}\n`);
}
