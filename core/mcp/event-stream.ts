import type { Millis } from '../base/units.ts';

interface StreamEvent {
  readonly id?: string;
  /** After how long a client that loses the connection comes back. */
  readonly retry?: Millis;
  readonly data: string;
}

/** One event of a `text/event-stream` (HTML Living Standard, 9.2.6): every line of the data has a field of its own. */
export function encodeEvent(event: StreamEvent): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const retry = event.retry === undefined ? '' : `retry: ${event.retry}\n`;
  const data = event.data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('');
  return `${id}${retry}${data}\n`;
}

/** Says nothing, and keeps a client from giving up. */
export const KEEP_ALIVE = ': keep-alive\n\n';

/**
 * JSON on one line, as stdio needs it. Line ends can stand between tokens only (RFC 8259 §7 has them escaped in
 * strings), where a space says the same.
 */
export function onOneLine(json: string): string {
  return json.replaceAll(/[\r\n]/g, ' ');
}
