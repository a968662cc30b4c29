import type { Nanos } from '../../../../core/base/units.ts';
import type { AttemptSpan, CallSpan, Fallback } from '../../../../core/journal/run-state.ts';
import type { SpanRow } from '../../../stores/shown-run.ts';
import type { Row } from './rows.ts';

export type SegmentKind =
  | 'agent'
  | 'waiting'
  | 'queued'
  | 'backoff'
  | 'first-token'
  | 'generating'
  | 'mcp'
  | 'reported'
  | 'failed'
  | 'cut';

/** What a bar is drawn from. */
type BarRow = Pick<Row, 'detail' | 'attempts'> & {
  readonly span: Pick<SpanRow, 'kind' | 'status' | 'startedAt' | 'endedAt'>;
};

/** A stretch of a bar, in time; the chart alone knows pixels. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly from: Nanos;
  readonly to: Nanos;
}

/**
 * What a span spent its time on. A call waits until its first attempt and between attempts, in a queue or for a while
 * that was set, where it says so; an attempt waits for its first token (where nothing streams, for the answer's head),
 * then content comes. `now` ends what still runs. Segments follow each other, also where attempts ran side by side.
 */
export function segmentsOf({ span, detail, attempts }: BarRow, now: Nanos): readonly Segment[] {
  const end = span.endedAt ?? Math.max(now, span.startedAt);
  if (span.kind === 'agent') return [{ kind: 'agent', from: span.startedAt, to: end }];
  if (span.kind === 'mcp') return stretch(kindOfEnd(span, 'mcp'), span.startedAt, end);
  if (span.kind === 'reported') return stretch(kindOfEnd(span, 'reported'), span.startedAt, end);
  if (detail?.kind === 'attempt') return attemptSegments(detail, end);
  if (detail?.kind === 'call') return callSegments(detail, attempts, end);
  // Until it has been read what it spent its time on, only how it ended is known.
  return stretch(kindOfEnd(span, span.status === 'ok' ? 'generating' : 'waiting'), span.startedAt, end);
}

function callSegments(call: CallSpan, attempts: readonly AttemptSpan[], end: Nanos): readonly Segment[] {
  const waits = call.waits.map(({ at, endedAt = end, because }): Segment => {
    return { kind: because === 'queue' ? 'queued' : 'backoff', from: at, to: Math.min(endedAt, end) };
  });
  const tries = attempts.toSorted((one, other) => rankOf(one) - rankOf(other));
  const reached = Math.max(
    call.startedAt,
    ...waits.map(({ to }) => to),
    ...attempts.map(({ endedAt = end }) => endedAt),
  );
  // What passes between an ended call's last attempt and its end is our own bookkeeping.
  const last = call.endedAt === undefined ? end : reached;
  let segments: readonly Segment[] = stretch('waiting', call.startedAt, last);
  for (const wait of waits) segments = layOver(segments, [wait]);
  for (const attempt of tries) {
    const kind = rankOf(attempt) === RANKS.lost && call.status !== 'cancelled' ? 'first-token' : undefined;
    const to = attempt.endedAt ?? end;
    segments = layOver(segments, kind ? stretch(kind, attempt.startedAt, to) : attemptSegments(attempt, to));
  }
  if (attempts.length > 0) return joined(segments);
  return [...segments, ...stretch(kindOfEnd(call, 'waiting'), last, end)];
}

/** Neighbours of the same kind as one. */
function joined(segments: readonly Segment[]): readonly Segment[] {
  return segments.reduce<readonly Segment[]>((before, segment) => {
    const last = before.at(-1);
    if (last?.kind !== segment.kind || last.to !== segment.from) return [...before, segment];
    return [...before.slice(0, -1), { ...last, to: segment.to }];
  }, []);
}

/** Of attempts side by side the bar of their call shows the one that answers, else the one that failed. */
const RANKS = { lost: 0, failed: 1, answering: 2 } as const;

function rankOf({ status }: AttemptSpan): number {
  if (status === 'cancelled') return RANKS.lost;
  return status === 'error' ? RANKS.failed : RANKS.answering;
}

/** The segments of `above`, which follow each other, and what they leave of those below, in the order of time. */
function layOver(below: readonly Segment[], above: readonly Segment[]): readonly Segment[] {
  const [first, last] = [above.at(0), above.at(-1)];
  if (!first || !last) return below;
  const left = below.flatMap(({ kind, from, to }) => [
    ...stretch(kind, from, Math.min(to, first.from)),
    ...stretch(kind, Math.max(from, last.to), to),
  ]);
  return [...left, ...above].toSorted((one, other) => one.from - other.from);
}

function attemptSegments(attempt: AttemptSpan, end: Nanos): readonly Segment[] {
  const content = attempt.firstTokenAt ?? (attempt.status === 'ok' ? attempt.headersAt : undefined);
  const { startedAt } = attempt;
  if (content === undefined) return stretch(kindOfEnd(attempt, 'first-token'), startedAt, end);
  return [
    ...stretch('first-token', startedAt, content),
    ...stretch(kindOfEnd(attempt, 'generating'), content, end),
  ];
}

function kindOfEnd(span: Pick<SpanRow, 'status'>, running: SegmentKind): SegmentKind {
  if (span.status === 'error') return 'failed';
  return span.status === 'cancelled' || span.status === 'interrupted' ? 'cut' : running;
}

/** One segment, or none where it would have no length. */
function stretch(kind: SegmentKind, from: Nanos, to: Nanos): readonly Segment[] {
  return to > from ? [{ kind, from, to }] : [];
}

const NO_FALLBACKS: readonly Fallback[] = [];

/** What is marked over a bar: the moments at which a call went elsewhere. */
export function fallbacksOf({ detail }: BarRow): readonly Fallback[] {
  return detail?.kind === 'call' ? detail.fallbacks : NO_FALLBACKS;
}

/** The part of a run's time that is on the screen. */
export interface TimeWindow {
  readonly from: Nanos;
  readonly to: Nanos;
}

const SHORTEST_WINDOW: Nanos = 10_000;

/** Everything up to `end`, with room at the right for what is written after the last bar. */
export function wholeWindow(end: Nanos): TimeWindow {
  return { from: 0, to: Math.max(end * 1.12, 1e6) };
}

/** The window scaled by `factor` (below 1: closer) so that `at` stays where it is on the screen. */
export function zoomAround(window: TimeWindow, at: Nanos, factor: number, end: Nanos): TimeWindow {
  const whole = wholeWindow(end);
  const length = window.to - window.from;
  const wanted = Math.min(whole.to, Math.max(SHORTEST_WINDOW, length * factor));
  const from = at - ((at - window.from) / length) * wanted;
  return panTo({ from, to: from + wanted }, end);
}

/** The window, moved just so far that it lies within the run. */
export function panTo(window: TimeWindow, end: Nanos): TimeWindow {
  const length = window.to - window.from;
  const from = Math.max(0, Math.min(window.from, wholeWindow(end).to - length));
  return { from, to: from + length };
}

/** The window of the same length in which `end` is in sight, at 92 % of the width. */
export function followEnd(window: TimeWindow, end: Nanos): TimeWindow {
  const length = window.to - window.from;
  const from = Math.max(0, end - length * 0.92);
  return { from, to: from + length };
}
