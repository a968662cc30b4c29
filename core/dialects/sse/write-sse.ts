import type { JsonObject } from '../json-access.ts';

export type TypedEvent = JsonObject & { readonly type: string };

/** One server-sent event; `name` is left out where a dialect has none. `data` is JSON or a word: it has no line ends. */
export function sseEvent(data: unknown, name?: string): string {
  const text = typeof data === 'string' ? data : JSON.stringify(data);
  return name === undefined ? `data: ${text}\n\n` : `event: ${name}\ndata: ${text}\n\n`;
}

/** The event of a dialect in which every event is named as its `type` says. */
export function typedEvent(data: TypedEvent): string {
  return sseEvent(data, data.type);
}

/** What keeps a connection alive without saying anything. */
export const SSE_COMMENT = ': \n\n';
