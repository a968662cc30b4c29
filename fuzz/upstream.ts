import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { parseJson } from '../core/dialects/json-access.ts';
import { readRequests, type RawRequest } from '../faults/raw-request.ts';
import { LANES, type Protocol } from '../faults/matrix/protocols.ts';

export interface FuzzUpstream {
  readonly origin: string;
  close(): Promise<void>;
}

/** What stands behind the host: it answers everything, in the protocol that the path names, and never says no. */
export async function startFuzzUpstream(): Promise<FuzzUpstream> {
  const sockets = new Set<Socket>();
  const server = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    readRequests(socket, (request) => socket.write(answerTo(request)));
  });
  server.listen(0, '127.0.0.1', 1024);
  await once(server, 'listening');
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const PROTOCOLS = LANES.filter(({ client, upstream }) => client === upstream).map(({ client }) => client);
const ANSWERS = PROTOCOLS.map((protocol) => ({
  path: protocol.path,
  whole: said('application/json', JSON.stringify(protocol.document('fuzz'))),
  streamed: streamOf(protocol),
}));
const ACCEPTED = Buffer.from('HTTP/1.1 202 Accepted\r\ncontent-length: 0\r\n\r\n');

function answerTo({ path, body }: RawRequest): Buffer {
  if (path.startsWith('/mcp')) return mcpAnswer(body);
  const answer = ANSWERS.find((one) => path.includes(one.path)) ?? ANSWERS[0]!;
  return /"stream"\s*:\s*true/.test(body) && answer.streamed ? answer.streamed : answer.whole;
}

/** An empty result for each request. */
function mcpAnswer(body: string): Buffer {
  const parsed = parseJson(body);
  const results = [parsed].flat().flatMap((message) => {
    const { id, method } = (message ?? {}) as { readonly id?: unknown; readonly method?: unknown };
    const isRequest = typeof method === 'string' && (typeof id === 'string' || typeof id === 'number');
    return isRequest ? [{ jsonrpc: '2.0', id, result: {} }] : [];
  });
  if (results.length === 0) return ACCEPTED;
  return said('application/json', JSON.stringify(Array.isArray(parsed) ? results : results[0]));
}

function said(type: string, text: string): Buffer {
  return Buffer.from(
    `HTTP/1.1 200 OK\r\ncontent-type: ${type}\r\ncontent-length: ${Buffer.byteLength(text)}\r\n\r\n${text}`,
  );
}

function streamOf(protocol: Protocol): Buffer | undefined {
  return protocol.streams ? said('text/event-stream', protocol.events('fuzz').join('')) : undefined;
}
