import type { Result } from '../../base/result.ts';
import type { Tokens } from '../../base/units.ts';
import type { CallError } from '../../journal/event.ts';
import type { JsonObject } from '../json-access.ts';
import type { Refusal } from './findings.ts';

/** What a request needs that its own dialect does not make it say. */
export interface RequestOptions {
  /** Anthropic's API needs a limit: taken where the call has none. */
  readonly maxTokens: Tokens;
  /** Where a Chat Completions server reads its limit: OpenAI's newer models know only the first, Ollama only the second. */
  readonly limitField?: 'max_completion_tokens' | 'max_tokens';
  /** Some Anthropic models think unless they are told not to, and some cannot be told. */
  readonly disableThinking?: boolean;
}

export interface TranslatedRequest {
  readonly path: string;
  /** Names in lower case; to be sent besides the credential. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: JsonObject;
  /** Fields of the client's that were left out, because they are known to change nothing. */
  readonly leftOut: readonly string[];
}

/** What an answer needs that its own dialect does not say. */
export interface AnswerContext {
  /** Seconds since 1970. */
  readonly created: number;
  /** The client asked for the usage at the end of its stream (Chat Completions). */
  readonly includeUsage: boolean;
}

export interface TranslatedAnswer {
  readonly body: JsonObject;
  readonly leftOut: readonly string[];
}

/** Why a stream could not be translated to its end. */
export interface StreamFailure {
  readonly kind: 'cut' | 'error-in-200' | 'untranslatable';
  readonly error: CallError;
}

/** Turns the bytes of one dialect's stream into the events of another's. */
export interface StreamTranslator {
  /** What the client gets for these bytes: whole events. After a failure nothing more. */
  feed(chunk: Uint8Array): string;
  /** What is left to say when the upstream has ended: of a stream that was cut, an error. */
  end(): string;
  /** Set as soon as it happens; what `feed` and `end` gave then ends in the error event of the client's dialect. */
  readonly failure: StreamFailure | undefined;
  /** Fields that were left out, because they are known to change nothing. */
  readonly leftOut: readonly string[];
}

/**
 * Between the dialect of a client and that of an upstream. What cannot be said in the other one is refused with every
 * field that stands in the way, never dropped.
 */
export interface Translation {
  request(body: JsonObject, options: RequestOptions): Result<TranslatedRequest, readonly Refusal[]>;
  /** Of a whole answer with status 200. */
  answer(body: JsonObject, context: AnswerContext): Result<TranslatedAnswer, readonly Refusal[]>;
  stream(context: AnswerContext): StreamTranslator;
}
