import type { SpanId } from '../../base/ids.ts';
import type { Draft } from '../draft.ts';
import type { JournalEvent } from '../event.ts';
import { apply, beginRun } from '../fold.ts';
import type { RunSummary, Span } from '../run-state.ts';
import { SpansInMap } from '../span-table.ts';
import { KINDS, rowOf, STATUSES } from './span-chunk.ts';
import type { SpanColumns } from './span-columns.ts';

/** An event, and the one before it of the same span; 0 where it is the first. */
export interface ChainedEvent {
  readonly event: JournalEvent;
  readonly previous: number;
}

export type ReadEvent = (seq: number) => ChainedEvent;

/**
 * One span as the fold of its run would have it after event `upTo`, from its own events alone: those of a call and its
 * attempts are folded together, since they speak of each other. Where it hangs is as the columns have it.
 */
export function loadSpan(
  columns: SpanColumns,
  run: RunSummary,
  id: SpanId,
  read: ReadEvent,
  upTo: number = run.lastSeq,
): Span {
  const ordinal = columns.ordinalOf(id);
  const root = columns.idAt(0);
  const events = eventsOfFamily(columns, ordinal, read, upTo);
  const spans = new SpansInMap();
  const draft: Draft = { run: { ...run }, spans, logs: { push: () => 0 }, awaited: new Map() };
  if (ordinal !== 0) spans.set(root, rootOf(root));
  for (const event of events) {
    if (event.type === 'run-started') beginRun(event, spans);
    else apply(draft, event);
  }
  return placed(columns, ordinal, upTo, foundIn(spans, id));
}

/** A reported span whose id is also that of another has an id of its own, which its events do not know. */
function foundIn(spans: SpansInMap, id: SpanId): Span {
  const found = spans.get(id) ?? [...spans.map.values()].at(-1);
  if (!found) throw new Error(`the events of span ${id} say nothing of it`);
  return found;
}

function placed(columns: SpanColumns, ordinal: number, upTo: number, span: Span): Span {
  const { parent, status, end, endSeq } = columns.chunkOf(ordinal);
  const row = rowOf(ordinal);
  const { parentId: _, ...rest } = span;
  const over = parent[row]! >= 0 && { parentId: columns.idAt(parent[row]!) };
  // The end of its run ended it, and is no event of its own.
  const interrupted = span.status === 'running' && endSeq[row]! > 0 && endSeq[row]! <= upTo;
  const ended = interrupted && { status: STATUSES[status[row]!]!, endedAt: end[row]! };
  return { ...rest, id: columns.idAt(ordinal), index: ordinal, ...over, ...ended };
}

/** In the order of the journal. */
function eventsOfFamily(
  columns: SpanColumns,
  ordinal: number,
  read: ReadEvent,
  upTo: number,
): readonly JournalEvent[] {
  const { kind, parent } = columns.chunkOf(ordinal);
  const row = rowOf(ordinal);
  if (ordinal === 0) return eventsOfRoot(columns, read, upTo);
  const isAttempt = KINDS[kind[row]!] === 'attempt' && parent[row]! >= 0;
  const head = isAttempt ? parent[row]! : ordinal;
  const events = [...eventsOfSpan(columns, head, read, upTo)];
  let attempt = columns.chunkOf(head).lastAttempt[rowOf(head)]!;
  while (attempt >= 0) {
    events.push(...eventsOfSpan(columns, attempt, read, upTo));
    attempt = before(attempt, columns.chunkOf(attempt).previousAttempt[rowOf(attempt)]!);
  }
  return events.toSorted((one, other) => one.seq - other.seq);
}

/** Everything that has no span of its own, every line that the agent prints, names the root; only its run's beginning and end change it. */
function eventsOfRoot(columns: SpanColumns, read: ReadEvent, upTo: number): readonly JournalEvent[] {
  const end = columns.chunkOf(0).endSeq[0]!;
  const events = end > 0 && end <= upTo ? [1, end] : [1];
  return events.map((seq) => read(seq).event);
}

/** The events that name a span, in their order, up to event `upTo`; of more than `most` the newest. */
export function eventsOfSpan(
  columns: SpanColumns,
  ordinal: number,
  read: ReadEvent,
  upTo: number = Number.POSITIVE_INFINITY,
  most: number = Number.POSITIVE_INFINITY,
): readonly JournalEvent[] {
  const events: JournalEvent[] = [];
  let seq = columns.chunkOf(ordinal).lastSeq[rowOf(ordinal)]!;
  while (seq > 0 && events.length < most) {
    const { event, previous } = read(seq);
    if (seq <= upTo) events.push(event);
    seq = before(seq, previous);
  }
  return events.toReversed();
}

/** A chain leads back; one that does not would have no end. Throws there. */
function before(place: number, previous: number): number {
  if (previous < place) return previous;
  throw new Error(`a span leads from ${place} to ${previous}; the journal was changed or damaged`);
}

function rootOf(id: SpanId): Span {
  return { kind: 'agent', id, index: 0, name: '', startedAt: 0, status: 'running' };
}
