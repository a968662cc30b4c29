import { setTimeout as sleep } from 'node:timers/promises';
import { RawClient, type TimedAnswer } from './raw-client.ts';

/** Requests that are put to one place, over connections of their own. */
export interface LoadTarget {
  readonly clients: readonly RawClient[];
  readonly request: Buffer;
}

export async function openTarget(port: number, connections: number, request: Buffer): Promise<LoadTarget> {
  const clients: RawClient[] = [];
  for (let count = 0; count < connections; count++) clients.push(await RawClient.open(port));
  return { clients, request };
}

export function closeTarget({ clients }: LoadTarget): void {
  for (const client of clients) client.close();
}

/** A request as it stands on the wire. */
export function wireRequest(
  port: number,
  path: string,
  headers: Readonly<Record<string, string>>,
  body: object,
): Buffer {
  const json = JSON.stringify(body);
  const all = {
    host: `127.0.0.1:${port}`,
    'content-type': 'application/json',
    'user-agent': 'bench/1',
    ...headers,
    'content-length': String(Buffer.byteLength(json)),
  };
  const head = Object.entries(all).map(([name, value]) => `${name}: ${value}`);
  return Buffer.from(`POST ${path} HTTP/1.1\r\n${head.join('\r\n')}\r\n\r\n${json}`);
}

/** Answers a second while every connection always has a request under way. */
export async function closedLoop({ clients, request }: LoadTarget, millis: number): Promise<number> {
  const began = performance.now();
  let answers = 0;
  await Promise.all(
    clients.map(async (client) => {
      while (performance.now() - began < millis) {
        expectOk(await client.send(request));
        answers += 1;
      }
    }),
  );
  return (answers * 1000) / (performance.now() - began);
}

export interface OpenLoopTimes {
  /** Milliseconds from the moment at which a request was sent. */
  readonly whole: number[];
  readonly firstByte: number[];
}

/** Requests at a steady rate, whether or not the answers keep up: none waits for another. Their times go into `times`. */
export async function openLoop(
  { clients, request }: LoadTarget,
  rate: number,
  millis: number,
  times: OpenLoopTimes,
): Promise<void> {
  const idle = [...clients];
  const open = new Set<Promise<void>>();
  const began = performance.now();
  const count = Math.round((rate * millis) / 1000);
  for (let sent = 0; sent < count; sent++) {
    const wait = began + (sent * 1000) / rate - performance.now();
    if (wait > 0) await sleep(wait);
    const client = idle.pop();
    if (!client)
      throw new Error(`${clients.length} connections are not enough for ${rate} requests a second`);
    const sentAt = performance.now();
    const answered = client.send(request).then((answer) => {
      expectOk(answer);
      times.whole.push(answer.endedAt - sentAt);
      times.firstByte.push(answer.firstBodyByteAt - sentAt);
      idle.push(client);
      open.delete(answered);
    });
    open.add(answered);
  }
  await Promise.all(open);
}

function expectOk({ status }: TimedAnswer): void {
  if (status !== 200) throw new Error(`an answer had the status ${status}`);
}
