import type { MessagePort } from 'node:worker_threads';
import type { RunId, SpanId } from '../../base/ids.ts';
import type { Nanos } from '../../base/units.ts';
import type { BodyRef, JournalEvent } from '../../journal/event.ts';
import type { ExpiredRun, RetentionRules } from '../../journal/retention.ts';
import type { RunSummary, Span } from '../../journal/run-state.ts';
import type { KnownColumns } from '../../journal/columns/column-changes.ts';
import type { EventBatch, NewPart } from './event-batch.ts';
import type { EventRow } from './hash-chain.ts';

/** `strict`: what was committed survives a power cut, too. */
export type Durability = 'normal' | 'strict';

/** What a worker thread is started with. */
export interface WorkerData {
  readonly role: 'writer' | 'reader' | 'query';
  readonly file: string;
  readonly durability?: Durability;
  /** Runs that are open in the file go on: the host that opened them is still there. */
  readonly goesOn?: boolean;
}

/** What can be asked of a worker, by name: the arguments and the answer. */
export interface WriterCalls {
  /** One transaction. Answers with the rows of the runs that changed. */
  append: [batches: readonly EventBatch[], readonly RunSummary[]];
  /**
   * The same for one of many that are on their way at once: those that have come are one transaction, and the first of them
   * is answered with the rows. After one that failed all are refused, until `append` is asked.
   */
  appendNext: [batch: EventBatch, readonly RunSummary[]];
  /** Keeps what is folded of a run that is open now, for readers. */
  project: [run: RunId, undefined];
  /** What has changed in the columns of a run that is open, as a document; nothing where nothing has, or it is not open. */
  changes: [wanted: { readonly run: RunId; readonly known: KnownColumns }, EncodedChanges | undefined];
  /** It is gone for whoever reads; what belongs to it is removed between commits, and goes on when the file is opened again. */
  deleteRun: [run: RunId, 'deleted' | 'still-running' | 'not-found'];
  /** Serves `AttachedCalls` to somebody else, too. */
  attach: [port: MessagePort, undefined];
  /** Takes away an import that has not ended. */
  discard: [run: RunId, undefined];
  /** A pinned run is not deleted by retention. False where there is no such run. */
  setPinned: [pin: { readonly run: RunId; readonly pinned: boolean }, boolean];
  /** Compresses some parts of bodies of ended runs that were stored as they are; goes on where it stopped. */
  pack: [parts: number, Packed];
  /**
   * Removes what deleted runs have left and gives the room back to the file system, in steps of so many pages; without `pages`
   * all of it, whatever that takes.
   */
  reclaim: [pages: number | undefined, Reclaimed];
  /** Empties the write-ahead log into the file and closes it. */
  close: [nothing: undefined, undefined];
}

/** What an import may ask of the writer: its runs are seen when they have ended. */
export interface AttachedCalls extends Pick<WriterCalls, 'append'> {
  isKnown: [run: RunId, boolean];
}

export interface ReaderCalls {
  /** Newest first; those of hosts are not among them. */
  listRuns: [page: { readonly limit: number; readonly before?: RunId }, readonly RunSummary[]];
  findRun: [run: RunId, RunSummary | undefined];
  listSpans: [run: RunId, readonly Span[]];
  /** As it was after event `seq`, or is now. */
  findSpan: [
    key: { readonly run: RunId; readonly span: SpanId; readonly seq?: number },
    StoredSpan | undefined,
  ];
  /** Several spans as they were after event `seq`, or are now; those that were not heard of are left out. */
  findSpans: [
    keys: { readonly run: RunId; readonly spans: readonly SpanId[]; readonly seq?: number },
    readonly Span[],
  ];
  /** At most `limit` events from `from` on, their chain verified. */
  readEvents: [
    page: { readonly run: RunId; readonly from: number; readonly limit: number },
    readonly JournalEvent[],
  ];
  /** Events as they are kept, their chain verified, at most `limit` from `from` on. */
  readRows: [
    page: { readonly run: RunId; readonly from: number; readonly limit: number },
    readonly (EventRow & { readonly hash: string })[],
  ];
  /** The parts of a run's bodies, at most `limit` from number `from` on. */
  readParts: [
    page: { readonly run: RunId; readonly from: number; readonly limit: number },
    readonly Omit<NewPart, 'run'>[],
  ];
  /** One body of a run; rejects where it is not what was recorded. */
  readBody: [place: { readonly run: RunId; readonly body: BodyRef }, Uint8Array | undefined];
  /** All spans of a run as columns (`spanChunk`), and the dictionary of their names. */
  columns: [run: RunId, StoredColumns | undefined];
  /** The newest event at a time since the run's start; 0 where there is no such run. */
  seqAt: [moment: { readonly run: RunId; readonly at: Nanos }, number];
  /** The event that follows another, which may stand for several that could not be recorded; 0 where none does. */
  seqAfter: [place: { readonly run: RunId; readonly seq: number }, number];
  /** After event `seq`; nothing where the run is not there or has not come so far. */
  stateAt: [place: { readonly run: RunId; readonly seq: number }, StateAt | undefined];
  /** Which runs are to go, the oldest first. */
  expired: [{ readonly rules: RetentionRules; readonly now: number }, readonly ExpiredRun[]];
  /** Runs that have ended and whose columns are not what they were last; they are made when somebody asks for them. */
  outdated: [nothing: undefined, number];
  verify: [run: RunId | undefined, VerifyReport];
  close: [nothing: undefined, undefined];
}

export interface Packed {
  readonly savedBytes: number;
  /** Whether there may be more of them. */
  readonly more: boolean;
}

export interface Reclaimed {
  readonly bytes: number;
  readonly more: boolean;
}

/** A document of columns, in pieces that follow each other. */
export interface EncodedChanges {
  readonly pieces: readonly Uint8Array[];
  /** What is known to whoever has them. */
  readonly known: KnownColumns;
  /** Nothing more will come of the run. */
  readonly ended: boolean;
}

export interface StoredColumns {
  /** At the moment of the columns. */
  readonly run: RunSummary;
  readonly spans: number;
  readonly names: readonly string[];
  readonly chunks: readonly Uint8Array[];
}

/** What was going on after an event of a run. */
export interface StateAt {
  readonly run: RunSummary;
  /** Spans heard of until then: the first so many of the columns. */
  readonly spans: number;
  /** Those that were open. */
  readonly open: readonly Span[];
}

export interface StoredSpan {
  readonly span: Span;
  /** Those that it has to do with: see `relatedTo`. */
  readonly related: readonly Span[];
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
