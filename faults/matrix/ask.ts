import { request } from 'node:http';

/** What a client saw of an answer, as it was on the wire. */
export interface View {
  /** Absent where no answer began. */
  readonly status?: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
  readonly end: 'clean' | 'broken' | 'hang';
  readonly millis: number;
}

export interface Question {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** After so long the client gives up. */
  readonly patienceMs: number;
}

/** Asks over a connection of its own, follows nothing, decodes nothing, and never throws for what the other side does. */
export function ask({ url, headers, body, patienceMs }: Question): Promise<View> {
  const started = performance.now();
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let status: number | undefined;
    let answerHeaders: View['headers'] = {};
    const finish = (end: View['end']) => {
      clearTimeout(timer);
      resolve({
        ...(status !== undefined && { status }),
        headers: answerHeaders,
        body: Buffer.concat(chunks),
        end,
        millis: performance.now() - started,
      });
      sent.destroy();
    };
    const sent = request(
      url,
      {
        method: 'POST',
        agent: false,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          connection: 'close',
          ...headers,
        },
      },
      (response) => {
        status = response.statusCode;
        answerHeaders = response.headers;
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => finish(response.complete ? 'clean' : 'broken'));
        response.on('error', () => finish('broken'));
        response.on('aborted', () => finish('broken'));
      },
    );
    sent.on('error', () => finish('broken'));
    const timer = setTimeout(() => finish('hang'), patienceMs);
    sent.end(body);
  });
}
