/** One event of a `text/event-stream` (HTML Living Standard, 9.2.6): every line of the data has a field of its own. */
export function encodeEvent(event: { readonly id?: string; readonly data: string }): string {
  const id = event.id === undefined ? '' : `id: ${event.id}\n`;
  const data = event.data
    .split(/\r\n|\r|\n/)
    .map((line) => `data: ${line}\n`)
    .join('');
  return `${id}${data}\n`;
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
