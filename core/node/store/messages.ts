import type { RunId, SpanId } from '../../base/ids.ts';
import type { JournalEvent } from '../../journal/event.ts';
import type { RunSummary, Span } from '../../journal/run-state.ts';

/** What a worker thread is started with. */
export interface WorkerData {
  readonly role: 'writer' | 'reader';
  readonly file: string;
}

/** One part of a body that the writer may not have yet. */
export interface NewBlob {
  /** SHA-256, lower-case hex. */
  readonly hash: string;
  readonly content: Uint8Array;
}

/** What can be asked of a worker, by name: the arguments and the answer. */
export interface WriterCalls {
  /** One transaction. Answers with the rows of the runs that changed. */
  append: [
    batch: { readonly events: readonly JournalEvent[]; readonly blobs: readonly NewBlob[] },
    readonly RunSummary[],
  ];
  deleteRun: [run: RunId, 'deleted' | 'still-running' | 'not-found'];
  /** Empties the write-ahead log into the file and closes it. */
  close: [nothing: undefined, undefined];
}

export interface ReaderCalls {
  /** Newest first; those of hosts are not among them. */
  listRuns: [page: { readonly limit: number; readonly before?: RunId }, readonly RunSummary[]];
  findRun: [run: RunId, RunSummary | undefined];
  listSpans: [run: RunId, readonly Span[]];
  findSpan: [key: { readonly run: RunId; readonly span: SpanId }, StoredSpan | undefined];
  /** At most `limit` events from `from` on, their chain verified. */
  readEvents: [
    page: { readonly run: RunId; readonly from: number; readonly limit: number },
    readonly JournalEvent[],
  ];
  verify: [run: RunId | undefined, VerifyReport];
  close: [nothing: undefined, undefined];
}

export interface StoredSpan {
  readonly span: Span;
  readonly events: readonly JournalEvent[];
  readonly request?: Uint8Array;
  readonly response?: Uint8Array;
}

/** What a walk over the hash chains found. */
export interface VerifyReport {
  readonly runs: number;
  readonly events: number;
  /** Empty where every chain is intact and every blob is what its name says. */
  readonly broken: readonly { readonly run: RunId; readonly seq: number; readonly message: string }[];
}
