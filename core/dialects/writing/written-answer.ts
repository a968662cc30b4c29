import type { Tokens } from '../../base/units.ts';

/** An answer before it is said in a dialect: a simulated model's, or a fallback's text, which costs no tokens. */
export interface WrittenAnswer {
  readonly id: string;
  /** As the call named it. */
  readonly model: string;
  /** Seconds since 1970. */
  readonly created: number;
  /** The text, in the pieces in which it is streamed. */
  readonly pieces: readonly string[];
  readonly toolCalls: readonly WrittenToolCall[];
  /** `length`: it was cut off by its limit. */
  readonly finish: 'stop' | 'length' | 'tool-calls';
  readonly usage: { readonly input: Tokens; readonly output: Tokens };
  /** The call asked for the usage at the end of its stream (Chat Completions). */
  readonly includeUsage?: boolean;
}

export interface WrittenToolCall {
  readonly id: string;
  readonly name: string;
  /** JSON of an object. */
  readonly arguments: string;
}

/** A stream in the parts between which time passes: each is one or several events, `pieces` those of the text. */
export interface WrittenStream {
  readonly begin: string;
  readonly pieces: readonly string[];
  readonly end: string;
}

/** How a dialect says an answer, whole and as a stream. */
export interface AnswerWriter {
  document(answer: WrittenAnswer): object;
  stream(answer: WrittenAnswer): WrittenStream;
}

export function textOf({ pieces }: WrittenAnswer): string {
  return pieces.join('');
}
