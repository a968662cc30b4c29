import type { BodyRef, JournalEvent } from '../journal/event.ts';
import type { RunSummary, Span } from '../journal/run-state.ts';

/** A run, as writers see it. They ask for its spans and its events more than once. */
export interface ExportInput {
  readonly run: RunSummary;
  /** Those of the fold, in the order in which they were heard of. */
  spans(): Iterable<Span> | AsyncIterable<Span>;
  events(): AsyncIterable<JournalEvent>;
  /** The whole of a body; an error where it is not there any more. */
  body(ref: BodyRef): Promise<Uint8Array>;
}

/** Pieces of a file in UTF-8, some kilobytes each. */
export type Written = AsyncIterable<string>;
