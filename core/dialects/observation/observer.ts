import { concat } from '../../base/bytes.ts';
import type { Mutable } from '../../base/mutable.ts';
import type { CallError } from '../../journal/event.ts';
import type { WireDialect } from '../dialect.ts';
import { readErrorInAnswer, readErrorInEvent } from '../errors/upstream-error.ts';
import { isObject, parseJson } from '../json-access.ts';
import { readSse, type SseReader } from '../sse/read-sse.ts';
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
  return isStream ? new StreamObserver(draft, reader) : new DocumentObserver(draft, reader);
}

/** For an answer that is encoded: only its bytes are seen, and it is taken for whole. */
export function observeEncoded(): Observer {
  return new DocumentObserver(emptyDraft());
}

class StreamObserver implements Observer {
  events = 0;
  private unparsed = 0;
  private readonly reader: AnswerReader;
  private readonly draft: AnswerDraft;
  private readonly sse: SseReader;

  constructor(draft: AnswerDraft, reader: AnswerReader) {
    this.reader = reader;
    this.draft = draft;
    this.sse = readSse({
      event: (name, data) => this.read(name, data),
      errorField(value) {
        draft.error ??= readErrorInAnswer({ error: parseJson(value) ?? value });
      },
      tooLarge: (name) => {
        this.events++;
        this.unparsed++;
        // Where events are named, that says what it was: `response.completed` is as large as the whole answer.
        if (name !== '') reader.event(name, {});
      },
    });
  }

  feed(chunk: Uint8Array): void {
    this.sse.feed(chunk);
  }

  get sawFirstToken(): boolean {
    return this.draft.sawFirstToken;
  }

  get error(): CallError | undefined {
    return this.draft.error;
  }

  get atBoundary(): boolean {
    return this.sse.atBoundary;
  }

  get nextSequence(): number {
    return this.draft.nextSequence;
  }

  end(): Observation {
    this.sse.end();
    return observation(this.draft, this.unparsed);
  }

  private read(name: string, data: string): void {
    const { draft, reader } = this;
    this.events++;
    if (data === '') return;
    if (data.trim() === '[DONE]') return reader.done();
    const body = parseJson(data);
    draft.error ??= readErrorInEvent(name, body ?? data);
    if (isObject(body)) reader.event(name, body);
    else if (!draft.error) this.unparsed++;
  }
}

/** Nothing is known of a document before its end, and nothing then where there is no reader. */
class DocumentObserver implements Observer {
  readonly sawFirstToken = false;
  readonly events = 0;
  readonly error = undefined;
  readonly atBoundary = false;
  readonly nextSequence = 0;
  private readonly draft: AnswerDraft;
  private readonly reader: AnswerReader | undefined;
  private readonly parts: Uint8Array[] = [];
  private length = 0;

  constructor(draft: AnswerDraft, reader?: AnswerReader) {
    this.draft = draft;
    this.reader = reader;
  }

  feed(chunk: Uint8Array): void {
    if (!this.reader) return;
    this.length += chunk.length;
    if (this.length <= LARGEST_DOCUMENT) this.parts.push(chunk);
    else this.parts.length = 0;
  }

  end(): Observation {
    const { draft, reader } = this;
    draft.ended = true;
    if (!reader) return observation(draft, 0);
    const body = parseJson(UTF8.decode(concat(this.parts)));
    draft.error = readErrorInAnswer(body);
    if (isObject(body)) reader.document(body);
    return observation(draft, body === undefined && this.length > 0 ? 1 : 0);
  }
}

function observation(draft: AnswerDraft, unparsed: number): Observation {
  const { usage, usageIsFinal, finishReason, answeredModel, answerId, error, ended, generated } = draft;
  const seen: Mutable<Observation> = {
    verdict: error ? 'error-in-200' : ended ? 'complete' : 'cut',
    generated,
    unparsed,
  };
  if (usage) seen.usage = usage;
  if (usage && !usageIsFinal) seen.usageIsPartial = true;
  if (finishReason !== undefined) seen.finishReason = finishReason;
  if (answeredModel !== undefined) seen.answeredModel = answeredModel;
  if (answerId !== undefined) seen.answerId = answerId;
  if (error) seen.error = error;
  return seen;
}
