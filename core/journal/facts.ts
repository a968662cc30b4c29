import type { Tokens } from '../base/units.ts';

/** A body kept in parts: the body is their concatenation, byte for byte. */
export interface BodyRef {
  /** Length of the whole body. */
  readonly bytes: number;
  /**
   * SHA-256, lower-case hex: of its only part, or of the digests of all parts (64 digits each) one after the other.
   * Recordings from before version 3 lack it.
   */
  readonly hash?: string;
  /** Each part's number within the run, from 1, in the order of first mention; before version 3 its SHA-256. */
  readonly parts: readonly (number | string)[];
  /** Set where the body was longer than what is recorded. */
  readonly truncated?: true;
}

export interface Usage {
  /** All input tokens, those read from the provider's cache included. */
  readonly input: Tokens;
  readonly output: Tokens;
  readonly cachedInput?: Tokens;
  /** Input that was written to the provider's cache, which costs more than reading it. */
  readonly cacheWrite?: Tokens;
  /** The part of `cacheWrite` that is kept for an hour, which costs more again (Anthropic). */
  readonly longCacheWrite?: Tokens;
  /** Output that was thought and, mostly, not shown. */
  readonly reasoning?: Tokens;
  /** The provider did not say: this is a guess from the length of the texts. */
  readonly estimated?: true;
}

/** Why a call or an attempt failed. `code` is one of our own stable words or the provider's. */
export interface CallError {
  readonly code: string;
  readonly message: string;
  readonly status?: number;
}

/** Header names are lower case; those that carry credentials are never here. */
export type RecordedHeaders = Readonly<Record<string, string>>;

/** How a call found its run; the first that applies, in this order. */
export type Attribution = 'prefix' | 'header' | 'traceparent' | 'ambient';

export type Outcome = 'ok' | 'error' | 'cancelled';
