import { connect, type Socket } from 'node:net';

/** When what of an answer came, by `performance.now()`. */
export interface TimedAnswer {
  readonly status: number;
  readonly firstBodyByteAt: number;
  readonly endedAt: number;
}

/** One keep-alive connection that costs as little as can be, so that little of it is measured. */
export class RawClient {
  private readonly socket: Socket;
  private pending: { resolve: (answer: TimedAnswer) => void; reject: (error: Error) => void } | undefined;
  private seen = '';
  private firstBodyByteAt = 0;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.setNoDelay(true).setEncoding('latin1');
    socket.on('data', (text: string) => this.read(text));
    socket.on('error', (error) => this.fail(error));
    socket.on('close', () =>
      this.fail(new Error('the connection was closed before the answer was complete')),
    );
  }

  static open(port: number): Promise<RawClient> {
    return new Promise((resolve, reject) => {
      const socket = connect(port, '127.0.0.1');
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(new RawClient(socket));
      });
    });
  }

  /** One at a time. */
  send(request: Buffer): Promise<TimedAnswer> {
    return new Promise((resolve, reject) => {
      this.pending = { resolve, reject };
      this.seen = '';
      this.firstBodyByteAt = 0;
      this.socket.write(request);
    });
  }

  /** Resolves with the first byte of the body, and leaves the rest to come. */
  async begin(request: Buffer): Promise<void> {
    const answer = this.send(request);
    answer.catch(() => {});
    while (this.firstBodyByteAt === 0) {
      if (this.socket.destroyed) await answer;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }

  close(): void {
    this.pending = undefined;
    this.socket.destroy();
  }

  private read(text: string): void {
    // Of a long stream only its end matters.
    this.seen =
      this.firstBodyByteAt > 0 && this.seen.length > 65_536
        ? this.seen.slice(-1_024) + text
        : this.seen + text;
    const headEnd = this.seen.indexOf('\r\n\r\n');
    if (this.firstBodyByteAt === 0) {
      if (headEnd < 0 || this.seen.length === headEnd + 4) return;
      this.firstBodyByteAt = performance.now();
    }
    const head = this.seen.slice(0, headEnd);
    const length = /\r\ncontent-length: *(\d+)/i.exec(head)?.[1];
    const isWhole =
      length === undefined
        ? this.seen.endsWith('\r\n0\r\n\r\n')
        : this.seen.length >= headEnd + 4 + Number(length);
    if (!isWhole || !this.pending) return;
    const { resolve } = this.pending;
    this.pending = undefined;
    const { firstBodyByteAt } = this;
    resolve({ status: Number(head.slice(9, 12)), firstBodyByteAt, endedAt: performance.now() });
  }

  private fail(error: Error): void {
    this.pending?.reject(error);
    this.pending = undefined;
  }
}
