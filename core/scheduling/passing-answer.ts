import { concat } from '../base/bytes.ts';
import { isConversation, type WireDialect } from '../dialects/dialect.ts';
import { parseJson, isObject } from '../dialects/json-access.ts';
import { declaredForm, seenForm, type AnswerForm } from '../dialects/observation/answer-form.ts';
import {
  observeAnswer,
  observeEncoded,
  type Observation,
  type Observer,
} from '../dialects/observation/observer.ts';
import type { AnswerContext, StreamTranslator, Translation } from '../dialects/translation/translation.ts';
import type { CallError, StreamVerdict } from '../journal/event.ts';
import { headerOf } from './headers.ts';
import type { UpstreamResponse } from './upstream.ts';

/** Without a whole event by then, a stream has begun all the same. */
const LONGEST_WITHOUT_EVENT = 64 * 1024;
/** What is no longer than this may turn out to be an error: it is held until it is there. */
const SHORT_DOCUMENT = 4 * 1024;
/** A longer answer is not collected to be said in another dialect. */
const LARGEST_COLLECTED = 32 * 1024 * 1024;

export interface Finish {
  readonly rest: Uint8Array;
  /** Set where the answer could not be said to its end; the client has been told in its dialect. */
  readonly error?: CallError;
  /** Of a stream, with the error. */
  readonly verdict?: StreamVerdict;
}

/** An upstream's answer with status 200 as it passes: read along, and said in the client's dialect where that is another. */
export class PassingAnswer {
  private readonly status: number;
  private readonly wire: WireDialect | undefined;
  private readonly form: AnswerForm;
  /** Else only its bytes are seen. */
  private readonly isRead: boolean;
  /** Both from when it is known what the answer is; the translator of a stream only. */
  private observer: Observer | undefined;
  private translator: StreamTranslator | undefined;
  private readonly translation: Translation | undefined;
  private readonly context: AnswerContext;
  private bytes = 0;
  /** Something has been said in the client's dialect that is no error. */
  private said = false;
  private finished = false;
  private observation: Observation | undefined;
  /** Why it cannot be said in the client's dialect, whatever it says. */
  private refusal: CallError | undefined;
  private readonly document: Uint8Array[] = [];

  constructor(
    response: Pick<UpstreamResponse, 'status' | 'headers'>,
    wire: WireDialect | undefined,
    translation: Translation | undefined,
    context: AnswerContext,
  ) {
    const contentType = headerOf(response.headers, 'content-type') ?? '';
    const encoding = headerOf(response.headers, 'content-encoding') ?? 'identity';
    const isEncoded = encoding !== 'identity';
    this.status = response.status;
    this.wire = wire;
    this.isRead = wire !== undefined && !isEncoded;
    const canBeEither = this.isRead && wire !== undefined && isConversation(wire);
    this.form = canBeEither ? seenForm(contentType) : declaredForm(contentType);
    if (isEncoded && translation) this.refusal = untranslatable(`it is encoded (${encoding})`);
    this.translation = translation;
    this.context = context;
  }

  get isStream(): boolean {
    return this.form.isStream;
  }

  /** What the client gets for these bytes; nothing yet where they say nothing in its dialect. */
  feed(chunk: Uint8Array): Uint8Array {
    this.bytes += chunk.length;
    const said = this.read(this.form.take(chunk));
    return this.translation ? said : chunk;
  }

  /** Reads what has come, and says it in the client's dialect where that is another and can be said at once. */
  private read(bytes: Uint8Array): Uint8Array {
    if (bytes.length === 0) return NOTHING;
    this.open()?.feed(bytes);
    if (this.translator) {
      const text = this.translator.feed(bytes);
      this.said ||= text !== '' && !this.translator.failure;
      return encode(text);
    }
    if (!this.translation) return NOTHING;
    if (this.bytes > LARGEST_COLLECTED) this.refusal = untranslatable('it is too long');
    else this.document.push(bytes);
    return NOTHING;
  }

  private open(): Observer | undefined {
    if (this.observer || !this.wire) return this.observer;
    if (this.isStream) this.translator = this.translation?.stream(this.context);
    return (this.observer = this.isRead ? observeAnswer(this.wire, this.isStream) : observeEncoded());
  }

  /** What was held back, read now that nothing more comes: too little for anything to be said. */
  private readRest(): Observer | undefined {
    this.read(this.form.rest());
    return this.open();
  }

  /** What is left to give, once; what cannot be said in the client's dialect is an error. */
  finish(): Finish {
    if (this.finished) return { rest: NOTHING };
    this.finished = true;
    this.readRest();
    if (this.translator) {
      const rest = encode(this.translator.end());
      const { failure } = this.translator;
      if (!failure) return { rest };
      return { rest, error: failure.error, verdict: failure.kind === 'cut' ? 'cut' : 'error-in-200' };
    }
    if (!this.translation) return { rest: NOTHING };
    const parsed = parseJson(new TextDecoder().decode(concat(this.document)));
    const translated = isObject(parsed) ? this.translation.answer(parsed, this.context) : undefined;
    if (translated?.ok) return { rest: encode(JSON.stringify(translated.value.body)) };
    const reasons = translated?.error.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
    return { rest: NOTHING, error: untranslatable(reasons ?? 'it is no JSON object') };
  }

  /** A whole answer in another dialect has to be there before a word of it can be said. */
  get isCollected(): boolean {
    return this.translation !== undefined && !this.isStream;
  }

  get isTranslated(): boolean {
    return this.translation !== undefined;
  }

  /** Something has come that is an answer, so that the client's may begin. */
  get hasBegun(): boolean {
    if (this.isCollected) return false;
    if (!this.isRead) return this.bytes > 0;
    // What an answer begins with may have no place in the client's dialect, like thoughts: then another instance is tried.
    if (this.translation) return this.said;
    if (!this.isStream) return this.bytes > SHORT_DOCUMENT;
    return this.progress > 0 || this.bytes > LONGEST_WITHOUT_EVENT;
  }

  /** Instead of an answer an error has come, and nothing that was generated, or nothing that can be said. */
  get failedAtOnce(): CallError | undefined {
    if (this.refusal) return this.refusal;
    if (this.translator) return this.said ? undefined : this.translator.failure?.error;
    return this.observer?.sawFirstToken ? undefined : this.observer?.error;
  }

  /** Why what has ended before it had begun is no answer; nothing where it is one, as every short document is. */
  get failedBeforeBeginning(): CallError | undefined {
    if (!this.wire) return undefined;
    if (this.bytes === 0 && !this.isStream && this.status === 200) {
      return { code: 'empty_answer', message: 'the upstream answered nothing at all' };
    }
    const { verdict, error } = this.end();
    return error ?? (verdict === 'cut' ? STREAM_TRUNCATED : undefined);
  }

  get translationFailure(): CallError | undefined {
    return this.translator?.failure?.error;
  }

  get sawFirstToken(): boolean {
    return this.observer?.sawFirstToken ?? false;
  }

  /** What silence is measured between: events where they are read, else pieces. */
  get progress(): number {
    return this.isStream && this.isRead ? (this.observer?.events ?? 0) : this.bytes;
  }

  /** Nothing of an unfinished event has passed: one of ours may follow. */
  get atBoundary(): boolean {
    return this.translator !== undefined || (this.observer?.atBoundary ?? false);
  }

  get nextSequence(): number {
    return this.observer?.nextSequence ?? 0;
  }

  end(): Observation {
    this.observation ??= this.readRest()?.end() ?? UNREAD;
    return this.observation;
  }
}

export const STREAM_TRUNCATED: CallError = {
  code: 'stream_truncated',
  message: "the upstream's stream ended before it said that it was done",
};

const NOTHING = new Uint8Array(0);
const UNREAD: Observation = { verdict: 'complete', generated: 0, unparsed: 0 };

function untranslatable(reason: string): CallError {
  return {
    code: 'translation_refused',
    message: `the answer cannot be said in the client's dialect (${reason})`,
  };
}

function encode(text: string): Uint8Array {
  return text === '' ? NOTHING : new TextEncoder().encode(text);
}
