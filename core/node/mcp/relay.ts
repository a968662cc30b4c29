import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { RunId } from '../../base/ids.ts';
import type { McpServerInfo } from '../../api/contract.ts';
import type { Redactor } from '../../access/redaction.ts';
import type { McpServerConfig } from '../../config/schema/mcp.ts';
import { ERROR_CODES, readMessages, type McpMessage } from '../../mcp/message.ts';
import { traceparentOf } from '../../mcp/request-facts.ts';
import { headerOf } from '../../scheduling/headers.ts';
import type { HeaderList } from '../../scheduling/upstream.ts';
import type { Rejection } from '../gateway/guard.ts';
import { headersOf } from '../gateway/identify-call.ts';
import { LARGEST_CALL, readBody } from '../gateway/read-body.ts';
import type { Runs } from '../runs.ts';
import { refuseExchange, requestIdOf, type Exchange } from './exchange.ts';
import { HttpRelay } from './http-relay.ts';
import { ProtectedResource } from './protected-resource.ts';
import { RunOf } from './run-of.ts';
import { serverEnvironment } from './server-environment.ts';
import type { ChannelPorts } from './stdio-channel.ts';
import { StdioRelay } from './stdio-relay.ts';

export interface McpRelayOptions extends ChannelPorts {
  readonly servers: Readonly<Record<string, McpServerConfig>>;
  readonly runs: Runs;
  readonly redactor: Redactor;
  readonly clientToken: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What a path below `/mcp/` addresses. */
export interface McpAddress {
  /** `metadata`: what OAuth clients want to know of the server. */
  readonly kind: 'mcp' | 'mcp-metadata';
  readonly server: string;
  readonly run?: RunId;
}

/** The MCP servers of the configuration, as the data plane has them. */
export interface McpRelay {
  /** `rejection`: why the guard of the data plane turns the request away. */
  serve(
    request: IncomingMessage,
    response: ServerResponse,
    address: McpAddress,
    rejection: Rejection | undefined,
  ): Promise<void>;
  /** Where the data plane listens, for the addresses that are ours. */
  listensAt(origin: string): void;
  /** For the window. */
  describe(): readonly McpServerInfo[];
  /** Ends every process that was started; resolves when they are gone. */
  close(): Promise<void>;
}

type Server =
  | { readonly kind: 'stdio'; readonly relay: StdioRelay }
  | { readonly kind: 'http'; readonly relay: HttpRelay; readonly resource: ProtectedResource };

/** A value of a configuration that had better not stand there. */
const SECRET_NAME = /key|token|secret|passw|credential/i;

const METHODS = ['POST', 'GET', 'DELETE'];

export function createMcpRelay(options: McpRelayOptions): McpRelay {
  let origin = 'http://127.0.0.1';
  const servers = new Map(
    Object.entries(options.servers).map(([name, config]) => [
      name,
      createServer(options, name, config, () => origin),
    ]),
  );

  return {
    async serve(request, response, address, rejection) {
      if (rejection) return refuseExchange(response, rejection.status, rejection.message);
      const server = servers.get(address.server);
      if (!server) {
        const known = [...servers.keys()].map((name) => `"${name}"`).join(', ') || 'none';
        return refuseExchange(
          response,
          404,
          `There is no MCP server "${address.server}"; configured are: ${known}.`,
        );
      }
      if (address.kind === 'mcp-metadata') {
        if (server.kind === 'http') return server.resource.serveMetadata(response, address.run);
        return refuseExchange(response, 404, 'A server that is a process has no such metadata.');
      }
      const exchange = await receive(options, server, request, response, address);
      if (!exchange) return;
      const { run } = exchange.who;
      // Whoever only listens keeps no run open.
      const isCall = request.method === 'POST';
      if (isCall) run.openCalls += 1;
      try {
        await server.relay.serve(exchange);
        if (isCall) await ended(response);
      } finally {
        if (isCall) run.openCalls -= 1;
        run.lastActivity = performance.now();
      }
    },
    listensAt(address) {
      origin = address;
    },
    describe: () =>
      [...servers].map(([name, { kind, relay }]) => {
        const { url, command = [], era } = options.servers[name]!;
        const target = options.redactor.text(url === undefined ? command.join(' ') : addressOf(url));
        return { name, transport: kind, target, era, ...relay.describe() };
      }),
    async close() {
      await Promise.all([...servers.values()].map(({ relay }) => relay.close()));
    },
  };
}

function createServer(
  options: McpRelayOptions,
  name: string,
  config: McpServerConfig,
  origin: () => string,
): Server {
  const { clock, timers, random, ids, environment, redactor, clientToken } = options;
  const { url, command = [], cwd, era } = config;
  if (url !== undefined) {
    const resource = new ProtectedResource(name, url, origin);
    const relay = new HttpRelay({ clock, timers, ids }, { name, url, clientToken }, resource);
    return { kind: 'http', relay, resource };
  }
  for (const variable of config.passEnv ?? []) redactor.learn(environment[variable] ?? '');
  for (const [variable, value] of Object.entries(config.env ?? {}))
    if (SECRET_NAME.test(variable)) redactor.learn(value);
  const env = serverEnvironment(environment, {
    ...(config.env && { env: config.env }),
    ...(config.passEnv && { passEnv: config.passEnv }),
  });
  const child = { command, env, ...(cwd !== undefined && { cwd }) };
  return { kind: 'stdio', relay: new StdioRelay({ clock, timers, random, ids }, { name, child, era }) };
}

/** The request, read and attributed; nothing where it was refused. */
async function receive(
  options: McpRelayOptions,
  server: Server,
  request: IncomingMessage,
  response: ServerResponse,
  { run }: McpAddress,
): Promise<Exchange | undefined> {
  const { method = '' } = request;
  const headers = headersOf(request);
  const refuse = (status: number, message: string, more: Readonly<Record<string, string>> = {}) => {
    refuseExchange(response, status, message, undefined, { connection: 'close', ...more });
    return undefined;
  };
  if (!METHODS.includes(method))
    return refuse(405, `${method} means nothing to MCP.`, { allow: METHODS.join(', ') });
  const named = run ?? headerOf(headers, 'x-signalbox-run');
  if (server.kind === 'stdio' && named === undefined && !carriesToken(headers, options.clientToken)) {
    const message =
      'The tools of a program are for those that were let in: come from `signalbox run`, or send Signalbox’s own token (see the Connect page) as `Authorization: Bearer …`.';
    return refuse(401, message);
  }
  if (method === 'POST' && !/^application\/json\b/i.test(headerOf(headers, 'content-type') ?? ''))
    return refuse(415, 'A body of the type application/json is needed.');
  const body = method === 'POST' ? await readBody(request, LARGEST_CALL) : undefined;
  if (body?.ok === false) {
    const isLarge = body.error === 'too-large';
    return refuse(
      isLarge ? 413 : 400,
      isLarge ? 'The body is larger than 32 MiB.' : 'The body cannot be read.',
    );
  }
  const bytes = body?.value ?? new Uint8Array();
  const messages = method === 'POST' ? (readMessages(new TextDecoder().decode(bytes)) ?? []) : [];
  const who = RunOf.find(options.runs, run, traced(headers, messages));
  if (!who) {
    const message =
      'The run that this request names is not open: it has ended, or it belongs to another data folder.';
    refuseExchange(response, 404, { code: ERROR_CODES.internalError, message }, requestIdOf({ messages }));
    return undefined;
  }
  const credential = headerOf(headers, 'authorization')?.replace(/^bearer\s+/i, '');
  if (credential !== undefined) options.redactor.learnOfClient(credential);
  return { request, response, ...(run && { run }), headers, who, body: bytes, messages };
}

/** Without what may be a secret. */
function addressOf(url: string): string {
  const { origin, pathname } = new URL(url);
  return origin + pathname;
}

function carriesToken(headers: HeaderList, token: string): boolean {
  const given = Buffer.from(headerOf(headers, 'authorization')?.replace(/^bearer\s+/i, '') ?? '');
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

/** The trace that a message is part of, where no header says it. */
function traced(headers: HeaderList, messages: readonly McpMessage[]): HeaderList {
  const [message] = messages;
  if (message?.kind !== 'request' || headerOf(headers, 'traceparent') !== undefined) return headers;
  const traceparent = traceparentOf(message.params);
  return traceparent === undefined ? headers : [...headers, ['traceparent', traceparent]];
}

function ended(response: ServerResponse): Promise<void> {
  if (response.closed || response.writableFinished) return Promise.resolve();
  return new Promise((resolve) => response.on('close', resolve));
}
