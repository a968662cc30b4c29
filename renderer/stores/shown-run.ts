import type { SpanId } from '../../core/base/ids.ts';
import type { Nanos } from '../../core/base/units.ts';
import { attemptsOf } from '../../core/journal/columns/related-spans.ts';
import { KINDS, rowOf, STATUSES } from '../../core/journal/columns/span-chunk.ts';
import type { SpanColumns } from '../../core/journal/columns/span-columns.ts';
import type { RunSummary, Span, SpanStatus } from '../../core/journal/run-state.ts';

/** A run as all views show it: its columns, up to an event. Another object whenever anything of it is another. */
export interface ShownRun {
  /** After event `run.lastSeq`, and nothing later. */
  readonly run: RunSummary;
  /** May know of later events, too. */
  readonly columns: SpanColumns;
  /** Spans heard of: the first so many of the columns. */
  readonly spans: number;
  /** It runs, and is shown as it comes. */
  readonly live: boolean;
}

/** What the columns say of one span. */
export interface SpanRow {
  readonly ordinal: number;
  readonly id: SpanId;
  readonly kind: Span['kind'];
  readonly name: string;
  /** Its instance, model or server; empty where it has none. */
  readonly label: string;
  readonly status: SpanStatus;
  readonly startedAt: Nanos;
  readonly endedAt?: Nanos;
  /** Unknown until it has ended. */
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In USD; not a number where it is not known. */
  readonly cost: number;
}

export function spanRow({ run, columns }: ShownRun, ordinal: number): SpanRow {
  const chunk = columns.chunkOf(ordinal);
  const row = rowOf(ordinal);
  const open = isOpen(chunk.endSeq[row]!, run.lastSeq);
  return {
    ordinal,
    id: columns.idAt(ordinal),
    kind: KINDS[chunk.kind[row]!]!,
    name: columns.dictionary[chunk.name[row]!]!,
    label: columns.dictionary[chunk.label[row]!]!,
    status: open ? 'running' : STATUSES[chunk.status[row]!]!,
    startedAt: chunk.start[row]!,
    ...(!open && chunk.end[row]! >= 0 && { endedAt: chunk.end[row]! }),
    inputTokens: open ? 0 : chunk.inputTokens[row]!,
    outputTokens: open ? 0 : chunk.outputTokens[row]!,
    cost: open ? Number.NaN : chunk.cost[row]!,
  };
}

/** Whether a span that ended with event `endSeq`, 0 for none, had not after event `seq`. */
export function isOpen(endSeq: number, seq: number): boolean {
  return endSeq === 0 || endSeq > seq;
}

/** The ordinal of a span that was heard of; -1 where there is none of that id. */
export function ordinalIn({ columns, spans }: ShownRun, id: SpanId | undefined): number {
  const ordinal = id === undefined || !/^[0-9a-f]{16}$/.test(id) ? -1 : columns.ordinalOf(id);
  return ordinal < spans ? ordinal : -1;
}

/** The attempts of a call that were heard of, in their order. */
export function attemptsIn({ columns, spans }: ShownRun, call: number): readonly number[] {
  return attemptsOf(columns, call).filter((attempt) => attempt < spans);
}

/** The newest event that has changed a span, its call's attempts with it. */
export function stampOf(view: ShownRun, ordinal: number): number {
  const { columns } = view;
  const newest = (one: number) => {
    const { lastSeq, endSeq } = columns.chunkOf(one);
    return Math.max(lastSeq[rowOf(one)]!, endSeq[rowOf(one)]!);
  };
  return Math.max(newest(ordinal), ...attemptsIn(view, ordinal).map(newest));
}
