import { concat } from '../../base/bytes.ts';
import type { CallError } from '../../journal/event.ts';
import type { WireDialect } from '../dialect.ts';
import { readErrorInAnswer, readErrorInEvent } from '../errors/upstream-error.ts';
import { isObject, parseJson } from '../json-access.ts';
import { readSse } from '../sse/read-sse.ts';
import type { Usage } from '../../journal/event.ts';
import { emptyDraft, type AnswerDraft, type AnswerReader } from './answer-draft.ts';
import { readAnthropicAnswer } from './anthropic-reader.ts';
import { readChatAnswer } from './chat-reader.ts';
import { readDocumentAnswer } from './document-reader.ts';
import { readResponsesAnswer } from './responses-reader.ts';

/** `cut`: it ended before it said, in its dialect's way, that it was done. */
export type Verdict = 'complete' | 'cut' | 'error-in-200';

/** What an answer says of itself. */
export interface Observation {
  readonly verdict: Verdict;
  readonly usage?: Usage;
  /** The usage is what had been spent until the answer broke off, or a little before. */
  readonly usageIsPartial?: true;
  /** In the provider's own word. */
  readonly finishReason?: string;
  readonly answeredModel?: string;
  readonly answerId?: string;
  /** Of `error-in-200`: what the answer said instead. */
  readonly error?: CallError;
  /** UTF-16 units of generated content that were seen, from which a missing usage can be estimated. */
  readonly generated: number;
  /** Events, or documents, that were not JSON or too large to be read. */
  readonly unparsed: number;
}

/** Reads along an answer that passes. */
export interface Observer {
  feed(chunk: Uint8Array): void;
  /** The first piece of generated content has passed (streams only). */
  readonly sawFirstToken: boolean;
  /** Events that have passed whole, pings too and comments not: what an idle timeout counts. */
  readonly events: number;
  /** The error that has come instead of an answer, as soon as it is there. */
  readonly error: CallError | undefined;
  /** Nothing of an unfinished event has passed: an event of ours may follow. */
  readonly atBoundary: boolean;
  /** What an event of ours would be numbered, in the Responses API. */
  readonly nextSequence: number;
  end(): Observation;
}

const UTF8 = new TextDecoder();
/** Larger documents pass unread; in bytes. */
const LARGEST_DOCUMENT = 32 * 1024 * 1024;

const READERS = {
  'openai-chat': readChatAnswer,
  'openai-responses': readResponsesAnswer,
  'openai-embeddings': readDocumentAnswer,
  'openai-models': readDocumentAnswer,
  'anthropic-messages': readAnthropicAnswer,
  'anthropic-count-tokens': readDocumentAnswer,
  'anthropic-models': readDocumentAnswer,
} as const satisfies Record<WireDialect, (draft: AnswerDraft) => AnswerReader>;

/** The observer for an answer with status 200, a stream of events or one document. */
export function observeAnswer(dialect: WireDialect, isStream: boolean): Observer {
  const draft = emptyDraft();
  const reader = READERS[dialect](draft);
  return isStream ? observeStream(reader, draft) : observeDocument(reader, draft);
}

/** For an answer that is encoded: only its bytes are seen, and it is taken for whole. */
export function observeEncoded(): Observer {
  return observeNothing(emptyDraft());
}

function observeStream(reader: AnswerReader, draft: AnswerDraft): Observer {
  let events = 0;
  let unparsed = 0;
  const sse = readSse({
    event(name, data) {
      events++;
      if (data === '') return;
      if (data.trim() === '[DONE]') return reader.done();
      const body = parseJson(data);
      draft.error ??= readErrorInEvent(name, body ?? data);
      if (isObject(body)) reader.event(name, body);
      else if (!draft.error) unparsed++;
    },
    errorField(value) {
      draft.error ??= readErrorInAnswer({ error: parseJson(value) ?? value });
    },
    tooLarge(name) {
      events++;
      unparsed++;
      // Where events are named, that says what it was: `response.completed` is as large as the whole answer.
      if (name !== '') reader.event(name, {});
    },
  });
  return {
    feed: (chunk) => sse.feed(chunk),
    get sawFirstToken() {
      return draft.sawFirstToken;
    },
    get events() {
      return events;
    },
    get error() {
      return draft.error;
    },
    get atBoundary() {
      return sse.atBoundary;
    },
    get nextSequence() {
      return draft.nextSequence;
    },
    end() {
      sse.end();
      return observation(draft, unparsed);
    },
  };
}

function observeDocument(reader: AnswerReader, draft: AnswerDraft): Observer {
  const parts: Uint8Array[] = [];
  let length = 0;
  return {
    ...observeNothing(draft),
    feed(chunk) {
      length += chunk.length;
      if (length <= LARGEST_DOCUMENT) parts.push(chunk);
      else parts.length = 0;
    },
    end() {
      const body = parseJson(UTF8.decode(concat(parts)));
      draft.ended = true;
      draft.error = readErrorInAnswer(body);
      if (isObject(body)) reader.document(body);
      return observation(draft, body === undefined && length > 0 ? 1 : 0);
    },
  };
}

function observeNothing(draft: AnswerDraft): Observer {
  return {
    feed() {},
    sawFirstToken: false,
    events: 0,
    error: undefined,
    atBoundary: false,
    nextSequence: 0,
    end: () => observation({ ...draft, ended: true }, 0),
  };
}

function observation(draft: AnswerDraft, unparsed: number): Observation {
  const { usage, usageIsFinal, finishReason, answeredModel, answerId, error, ended, generated } = draft;
  return {
    verdict: error ? 'error-in-200' : ended ? 'complete' : 'cut',
    ...(usage && { usage }),
    ...(usage && !usageIsFinal && { usageIsPartial: true }),
    ...(finishReason !== undefined && { finishReason }),
    ...(answeredModel !== undefined && { answeredModel }),
    ...(answerId !== undefined && { answerId }),
    ...(error && { error }),
    generated,
    unparsed,
  };
}
