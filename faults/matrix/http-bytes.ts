import type { Act } from '../hostile-upstream.ts';
import type { Protocol } from './protocols.ts';

/** HTTP/1.1 written by hand, so that any part of it can be left out or be wrong. */
export type HeaderLine = readonly [name: string, value: string];

const REASONS: Readonly<Record<number, string>> = {
  200: 'OK',
  302: 'Found',
  307: 'Temporary Redirect',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
};

export function head(status: number, headers: readonly HeaderLine[]): string {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${REASONS[status] ?? 'Something'}\r\n${lines.join('')}\r\n`;
}

export const EVENT_STREAM: HeaderLine = ['content-type', 'text/event-stream; charset=utf-8'];
export const JSON_TYPE: HeaderLine = ['content-type', 'application/json'];
export const CHUNKED: HeaderLine = ['transfer-encoding', 'chunked'];
export const STREAM_HEAD = head(200, [EVENT_STREAM, CHUNKED]);
export const LAST_CHUNK = '0\r\n\r\n';

export function chunk(bytes: string | Uint8Array): Uint8Array {
  const body = Buffer.from(bytes);
  return Buffer.concat([Buffer.from(`${body.length.toString(16)}\r\n`), body, Buffer.from('\r\n')]);
}

/** An answer with its length said. */
export function whole(status: number, body: string | Uint8Array, headers: readonly HeaderLine[]): Act {
  const bytes = Buffer.from(body);
  const said: readonly HeaderLine[] = [...headers, ['content-length', String(bytes.length)]];
  return { send: Buffer.concat([Buffer.from(head(status, said)), bytes]) };
}

export function json(status: number, body: object, headers: readonly HeaderLine[] = []): Act {
  return whole(status, JSON.stringify(body), [JSON_TYPE, ...headers]);
}

/** Each event a chunk and a write of its own, as model servers send them. */
export function sendEvents(events: readonly string[]): readonly Act[] {
  return events.map((event) => ({ send: chunk(event) }));
}

/** A stream as it should be, of one protocol. */
function goodStream(protocol: Protocol, who: string): readonly Act[] {
  return [{ send: STREAM_HEAD }, ...sendEvents(protocol.events(who)), { send: LAST_CHUNK }];
}

/** Whatever was asked for, as it should be. */
export function goodAnswer(protocol: Protocol, streaming: boolean, who: string): readonly Act[] {
  return streaming ? goodStream(protocol, who) : [json(200, protocol.document(who))];
}
