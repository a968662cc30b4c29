import { connect, type Socket } from 'node:net';

/** An answer as it was on the wire, its chunks put together. */
export interface WireAnswer {
  readonly status: number;
  /** The last of each name, in lower case. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** What came of some bytes. */
export interface WireResult {
  readonly answers: readonly WireAnswer[];
  readonly end: 'answered' | 'closed' | 'silent' | 'unreadable';
}

const EMPTY = Buffer.alloc(0);

/** A connection that is kept while the other side keeps it, and opened again when it does not. */
export class WireClient {
  private readonly port: number;
  private readonly patienceMs: number;
  private socket: Socket | undefined;

  constructor(port: number, patienceMs: number) {
    this.port = port;
    this.patienceMs = patienceMs;
  }

  /** Sends one request that is lawful HTTP, and waits for its answer. One at a time. */
  send(bytes: Uint8Array): Promise<WireResult> {
    return this.exchange(bytes, false);
  }

  /** Sends whatever over a connection of its own, ends it, and takes what comes until the other side has ended, too. */
  sendAlone(bytes: Uint8Array): Promise<WireResult> {
    this.close();
    return this.exchange(bytes, true);
  }

  close(): void {
    this.socket?.destroy();
    this.socket = undefined;
  }

  private exchange(bytes: Uint8Array, alone: boolean): Promise<WireResult> {
    const socket = this.socket ?? connect({ port: this.port, host: '127.0.0.1', noDelay: true });
    this.socket = socket;
    return new Promise((resolve) => {
      let seen: Buffer = EMPTY;
      const answers: WireAnswer[] = [];
      const finish = (end: WireResult['end'], keep: boolean) => {
        clearTimeout(timer);
        socket.removeAllListeners();
        // What happens to a connection that nobody waits for is nobody's trouble.
        socket.on('error', () => undefined);
        if (keep) socket.once('close', () => this.socket === socket && (this.socket = undefined));
        else this.close();
        resolve({ answers, end });
      };
      const timer = setTimeout(() => finish('silent', false), this.patienceMs);
      const ended = () => {
        const last = readAnswer(seen, true);
        if (last && last !== 'unreadable') answers.push(last.answer);
        finish(last === 'unreadable' ? 'unreadable' : answers.length > 0 ? 'answered' : 'closed', false);
      };
      socket.on('data', (chunk: Buffer) => {
        seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
        for (let read = readAnswer(seen, false); read; read = readAnswer(seen, false)) {
          if (read === 'unreadable') return finish('unreadable', false);
          seen = seen.subarray(read.length);
          if (read.answer.status < 200) continue;
          answers.push(read.answer);
          if (!alone) return finish('answered', read.answer.headers.get('connection') !== 'close');
        }
      });
      socket.on('error', () => undefined).on('close', ended);
      socket.write(bytes);
      if (alone) socket.end();
    });
  }
}

interface Read {
  readonly answer: WireAnswer;
  readonly length: number;
}

/** The first answer of these bytes; nothing while it is not whole. `isAll`: nothing more will come. */
export function readAnswer(bytes: Buffer, isAll: boolean): Read | 'unreadable' | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd === -1) return isAll && bytes.length > 0 ? 'unreadable' : undefined;
  const [first = '', ...lines] = bytes.toString('latin1', 0, headEnd).split('\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})(?: |$)/.exec(first)?.[1]);
  if (Number.isNaN(status)) return 'unreadable';
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const start = headEnd + 4;
  const said = headers.get('content-length');
  if (headers.get('transfer-encoding') === 'chunked') {
    const chunked = readChunks(bytes, start);
    if (!chunked) return isAll ? 'unreadable' : undefined;
    return { answer: { status, headers, body: chunked.body }, length: chunked.end };
  }
  const hasBody = status >= 200 && status !== 204 && status !== 304;
  const end = hasBody
    ? said === undefined
      ? isAll
        ? bytes.length
        : Infinity
      : start + Number(said)
    : start;
  if (bytes.length < end) return isAll ? 'unreadable' : undefined;
  return { answer: { status, headers, body: bytes.subarray(start, end) }, length: end };
}

function readChunks(
  bytes: Buffer,
  start: number,
): { readonly body: Buffer; readonly end: number } | undefined {
  const parts: Buffer[] = [];
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf('\r\n', at);
    if (lineEnd === -1) return undefined;
    const size = Number.parseInt(bytes.toString('latin1', at, lineEnd), 16);
    const end = lineEnd + 2 + size;
    if (Number.isNaN(size) || bytes.length < end + 2) return undefined;
    if (size === 0) return { body: Buffer.concat(parts), end: end + 2 };
    parts.push(bytes.subarray(lineEnd + 2, end));
    at = end + 2;
  }
}
