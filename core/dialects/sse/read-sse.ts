import { createParser } from 'eventsource-parser';

/** What is found in a stream of server-sent events. */
export interface SseSink {
  /** `name` is empty where the event has none. */
  event(name: string, data: string): void;
  /** A line that begins with `error:`, which is no field of SSE: how llama.cpp tells of an error in a stream. */
  errorField(value: string): void;
  /** An event was too large to be read; its name is known where it stood before the data, as it does. */
  tooLarge(name: string): void;
}

export interface SseReader {
  feed(chunk: Uint8Array): void;
  /** Nothing more comes; an event that lacks only its blank line is read all the same, as the openai SDK does. */
  end(): void;
  /** Nothing of an unfinished event has come: another event may follow. */
  readonly atBoundary: boolean;
}

/** In UTF-16 units; larger events pass unread. */
export const LARGEST_EVENT = 1024 * 1024;

const LF = 0x0a;
const CR = 0x0d;

/**
 * Reads server-sent events (WHATWG HTML §9.2.6) from bytes, however they are cut. The lines are put together here,
 * so that the limit and unknown fields do not depend on the cuts; what they mean is for eventsource-parser.
 */
export function readSse(sink: SseSink): SseReader {
  const decoder = new TextDecoder();
  const parser = createParser({
    onEvent: ({ event, data }) => sink.event(event ?? '', data),
    onError: ({ field, value }) => {
      if (field === 'error') sink.errorField(value ?? '');
    },
  });
  // The decoder has taken the one byte order mark that may be taken: the parser must see that it is past it.
  const restart = () => {
    parser.reset();
    parser.feed(':\n');
  };
  restart();
  /** The line that has not ended, and what of the event stands before it. */
  let pending: string[] = [];
  let pendingLength = 0;
  let eventLength = 0;
  let skippingLine = false;
  let skippingEvent = false;
  let hasLines = false;
  let name = '';
  let afterCr = false;
  let lastByte = LF;

  const add = (text: string) => {
    if (skippingLine || text === '') return;
    pendingLength += text.length;
    if (eventLength + pendingLength > LARGEST_EVENT) {
      skippingLine = true;
      skippingEvent = true;
      pending = [];
      restart();
    } else pending.push(text);
  };
  const endLine = () => {
    const line = pending.length === 1 ? pending[0]! : pending.join('');
    const isBlank = !skippingLine && line === '';
    if (isBlank) {
      if (skippingEvent) sink.tooLarge(name);
      else parser.feed('\n');
      name = '';
      eventLength = 0;
      skippingEvent = false;
      hasLines = false;
    } else {
      if (!skippingEvent) parser.feed(`${line}\n`);
      if (line.startsWith('event:')) name = line.slice('event:'.length).trim();
      eventLength += line.length;
      hasLines ||= !line.startsWith(':');
    }
    pending = [];
    pendingLength = 0;
    skippingLine = false;
  };
  const read = (text: string) => {
    if (text === '') return;
    // The second half of a line end of which the first one came with the last chunk.
    let start = afterCr && text.charCodeAt(0) === LF ? 1 : 0;
    afterCr = text.charCodeAt(text.length - 1) === CR;
    let cr = nextOf(text, '\r', start);
    let lf = nextOf(text, '\n', start);
    for (let at = Math.min(cr, lf); at < text.length; at = Math.min(cr, lf)) {
      add(text.slice(start, at));
      endLine();
      start = at === cr && lf === at + 1 ? at + 2 : at + 1;
      if (cr < start) cr = nextOf(text, '\r', start);
      if (lf < start) lf = nextOf(text, '\n', start);
    }
    add(text.slice(start));
  };

  return {
    feed(chunk) {
      if (chunk.length === 0) return;
      lastByte = chunk[chunk.length - 1]!;
      read(decoder.decode(chunk, { stream: true }));
    },
    end() {
      read(decoder.decode());
      if (pendingLength > 0) endLine();
      if (hasLines) endLine();
    },
    get atBoundary() {
      return (lastByte === LF || lastByte === CR) && !hasLines;
    },
  };
}

/** Where the next one stands; the end of the text where there is none, so that it is not looked for again. */
function nextOf(text: string, sought: string, from: number): number {
  const at = text.indexOf(sought, from);
  return at === -1 ? text.length : at;
}
