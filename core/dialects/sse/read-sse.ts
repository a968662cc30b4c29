import { createParser } from 'eventsource-parser';

/** What is found in a stream of server-sent events. */
export interface SseSink {
  /** `name` is empty where the event has none. */
  event(name: string, data: string): void;
  /** A line that begins with `error:`, which is no field of SSE: how llama.cpp tells of an error in a stream. */
  errorField(value: string): void;
  /** An event was too large to be read. */
  tooLarge(): void;
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
      if (skippingEvent) sink.tooLarge();
      else parser.feed('\n');
      eventLength = 0;
      skippingEvent = false;
      hasLines = false;
    } else {
      if (!skippingEvent) parser.feed(`${line}\n`);
      eventLength += line.length;
      hasLines ||= !line.startsWith(':');
    }
    pending = [];
    pendingLength = 0;
    skippingLine = false;
  };
  const read = (text: string) => {
    let start = 0;
    for (let at = 0; at < text.length; at++) {
      const unit = text.charCodeAt(at);
      if (unit !== LF && unit !== CR) {
        afterCr = false;
        continue;
      }
      if (unit === LF && afterCr) {
        afterCr = false;
        start = at + 1;
        continue;
      }
      add(text.slice(start, at));
      endLine();
      afterCr = unit === CR;
      start = at + 1;
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
