import { createParser } from 'eventsource-parser';
import { readMessages, type McpMessage } from '../../mcp/message.ts';

/** Larger documents and events pass, and are not read. */
const LARGEST = 32 * 1024 * 1024;

export interface AnswerObserver {
  feed(chunk: Uint8Array): void;
  /** Nothing more comes. */
  end(): void;
  /** Of the last event that had one: with it a client can come back for the rest. */
  readonly lastEventId: string | undefined;
}

/** Reads the messages out of an answer beside the bytes that pass. */
export function observeAnswer(
  contentType: string | undefined,
  onMessage: (message: McpMessage) => void,
): AnswerObserver {
  const read = (text: string) => {
    for (const message of readMessages(text) ?? []) onMessage(message);
  };
  return /^text\/event-stream\b/i.test(contentType ?? '') ? observeEvents(read) : observeDocument(read);
}

function observeEvents(read: (text: string) => void): AnswerObserver {
  const decoder = new TextDecoder();
  let lastEventId: string | undefined;
  let overflowed = false;
  const parser = createParser({
    maxBufferSize: LARGEST,
    onError: ({ type }) => void (overflowed ||= type === 'max-buffer-size-exceeded'),
    onEvent({ id, event, data }) {
      if (id !== undefined && id !== '') lastEventId = id;
      if (event === undefined || event === 'message') read(data);
    },
  });
  return {
    feed(chunk) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      if (overflowed) parser.reset();
      overflowed = false;
    },
    end: () => undefined,
    get lastEventId() {
      return lastEventId;
    },
  };
}

function observeDocument(read: (text: string) => void): AnswerObserver {
  const decoder = new TextDecoder();
  let text = '';
  return {
    feed(chunk) {
      if (text.length < LARGEST) text += decoder.decode(chunk, { stream: true });
    },
    end: () => read(text),
    lastEventId: undefined,
  };
}
