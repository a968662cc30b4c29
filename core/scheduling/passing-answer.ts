import { concat } from '../base/bytes.ts';
import type { WireDialect } from '../dialects/dialect.ts';
import { parseJson, isObject } from '../dialects/json-access.ts';
import { observeAnswer, type Observation, type Observer } from '../dialects/observation/observer.ts';
import type { AnswerContext, StreamTranslator, Translation } from '../dialects/translation/translation.ts';
import type { CallError } from '../journal/event.ts';
import { headerOf } from './headers.ts';
import type { UpstreamResponse } from './upstream.ts';

/** Without a whole event by then, an answer has begun all the same. */
const LONGEST_WITHOUT_EVENT = 64 * 1024;

/** An upstream's answer with status 200 as it passes: read along, and said in the client's dialect where that is another. */
export class PassingAnswer {
  readonly isStream: boolean;
  private readonly observer: Observer | undefined;
  private readonly translator: StreamTranslator | undefined;
  private readonly translation: Translation | undefined;
  private readonly context: AnswerContext;
  private bytes = 0;
  private finished = false;
  private readonly document: Uint8Array[] = [];

  constructor(
    response: Pick<UpstreamResponse, 'headers'>,
    wire: WireDialect | undefined,
    translation: Translation | undefined,
    context: AnswerContext,
  ) {
    const contentType = headerOf(response.headers, 'content-type') ?? '';
    const encoding = headerOf(response.headers, 'content-encoding') ?? 'identity';
    this.isStream = contentType.startsWith('text/event-stream');
    this.observer = wire && observeAnswer(wire, contentType, encoding !== 'identity');
    this.translation = translation;
    this.context = context;
    this.translator = this.isStream ? translation?.stream(context) : undefined;
  }

  /** What the client gets for these bytes; nothing yet where they say nothing in its dialect. */
  feed(chunk: Uint8Array): Uint8Array {
    this.bytes += chunk.length;
    this.observer?.feed(chunk);
    if (this.translator) return encode(this.translator.feed(chunk));
    if (!this.translation) return chunk;
    this.document.push(chunk);
    return NOTHING;
  }

  /** What is left to give, once; a whole answer that cannot be said in the client's dialect is an error. */
  finish(): { readonly rest: Uint8Array; readonly error?: CallError } {
    if (this.finished) return { rest: NOTHING };
    this.finished = true;
    if (this.translator) {
      const rest = encode(this.translator.end());
      const { failure } = this.translator;
      return { rest, ...(failure && { error: failure.error }) };
    }
    if (!this.translation) return { rest: NOTHING };
    const parsed = parseJson(new TextDecoder().decode(concat(this.document)));
    const translated = isObject(parsed) ? this.translation.answer(parsed, this.context) : undefined;
    if (translated?.ok) return { rest: encode(JSON.stringify(translated.value.body)) };
    const reasons = translated?.error.map(({ field, reason }) => `${field}: ${reason}`).join('; ');
    const message = `the answer cannot be said in the client's dialect (${reasons ?? 'it is no JSON object'})`;
    return { rest: NOTHING, error: { code: 'translation_refused', message } };
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
    return !this.isStream || !this.observer || this.observer.events > 0 || this.bytes > LONGEST_WITHOUT_EVENT;
  }

  /** Instead of an answer an error has come, and nothing that was generated. */
  get failedAtOnce(): CallError | undefined {
    if (!this.observer || this.observer.sawFirstToken) return undefined;
    return this.observer.error ?? this.translator?.failure?.error;
  }

  get translationFailure(): CallError | undefined {
    return this.translator?.failure?.error;
  }

  get sawFirstToken(): boolean {
    return this.observer?.sawFirstToken ?? false;
  }

  /** What silence is measured between: events where they are read, else pieces. */
  get progress(): number {
    return this.isStream && this.observer ? this.observer.events : this.bytes;
  }

  /** Nothing of an unfinished event has passed: one of ours may follow. */
  get atBoundary(): boolean {
    return this.translator !== undefined || (this.observer?.atBoundary ?? false);
  }

  get nextSequence(): number {
    return this.observer?.nextSequence ?? 0;
  }

  end(): Observation {
    return this.observer?.end() ?? UNREAD;
  }
}

const NOTHING = new Uint8Array(0);
const UNREAD: Observation = { verdict: 'complete', generated: 0, unparsed: 0 };

function encode(text: string): Uint8Array {
  return text === '' ? NOTHING : new TextEncoder().encode(text);
}
