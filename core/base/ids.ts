declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

/** 32 lower-case hex digits, random: also a valid W3C trace id, and not guessable by another local user. */
export type RunId = Branded<'RunId'>;
/** 16 lower-case hex digits, unique within its run (the size of a W3C span id). */
export type SpanId = Branded<'SpanId'>;

/** Where new ids come from; a port, so that tests and simulations are repeatable. */
export interface IdSource {
  runId(): RunId;
  spanId(): SpanId;
}

export function isRunId(text: string): text is RunId {
  return /^[0-9a-f]{32}$/.test(text);
}

export function isSpanId(text: string): text is SpanId {
  return /^[0-9a-f]{16}$/.test(text);
}
