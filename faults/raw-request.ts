import type { Socket } from 'node:net';

export interface RawRequest {
  readonly method: string;
  readonly path: string;
  /** As sent, the names in lower case. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: string;
}

const BLANK_LINE = Buffer.from('\r\n\r\n');
const LAST_CHUNK = Buffer.from('0\r\n\r\n');

/**
 * Reads one request after the other; enough of HTTP/1.1 for clients that are not hostile themselves. It reads on while
 * they are answered: only so is it seen at once when the other side leaves.
 */
export function readRequests(socket: Socket, take: (request: RawRequest) => void): void {
  let pending = Buffer.alloc(0);
  socket.on('data', (bytes: Buffer) => {
    pending = Buffer.concat([pending, bytes]);
    for (let found = readOne(pending); found; found = readOne(pending)) {
      pending = pending.subarray(found.length);
      take(found.request);
    }
  });
}

function readOne(bytes: Buffer): { readonly request: RawRequest; readonly length: number } | undefined {
  const headEnd = bytes.indexOf(BLANK_LINE);
  if (headEnd === -1) return undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const [method = '', path = ''] = first.split(' ');
  const headers = lines.map((line) => {
    const colon = line.indexOf(':');
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
  });
  const valueOf = (wanted: string) => headers.find(([name]) => name === wanted)?.[1];
  const start = headEnd + BLANK_LINE.length;
  let end = start + Number(valueOf('content-length') ?? 0);
  if (valueOf('transfer-encoding') === 'chunked') {
    const last = bytes.indexOf(LAST_CHUNK, start);
    if (last === -1) return undefined;
    end = last + LAST_CHUNK.length;
  }
  if (bytes.length < end) return undefined;
  return { request: { method, path, headers, body: bytes.toString('utf8', start, end) }, length: end };
}
