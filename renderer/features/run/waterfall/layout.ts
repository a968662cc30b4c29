import type { Nanos } from '../../../../core/base/units.ts';
import type { AttemptSpan, Span } from '../../../../core/journal/run-state.ts';
import type { Row } from './rows.ts';

export type SegmentKind = 'agent' | 'waiting' | 'first-token' | 'generating' | 'failed' | 'cut';

/** A stretch of a bar, in time; the chart alone knows pixels. */
export interface Segment {
  readonly kind: SegmentKind;
  readonly from: Nanos;
  readonly to: Nanos;
}

/**
 * What a span spent its time on. A call waits until its first attempt and between attempts; an attempt waits for
 * its first token (where nothing streams, for the answer's head), then content comes. `now` ends what still runs.
 */
export function segmentsOf(row: Row, now: Nanos): readonly Segment[] {
  const { span } = row;
  const end = span.endedAt ?? Math.max(now, span.startedAt);
  if (span.kind === 'agent') return [{ kind: 'agent', from: span.startedAt, to: end }];
  if (span.kind === 'attempt') return attemptSegments(span, end);
  const segments: Segment[] = [];
  let at = span.startedAt;
  for (const attempt of row.attempts) {
    push(segments, 'waiting', at, attempt.startedAt);
    const attemptEnd = attempt.endedAt ?? end;
    segments.push(...attemptSegments(attempt, attemptEnd));
    at = attemptEnd;
  }
  if (row.attempts.length === 0) push(segments, kindOfEnd(span, 'waiting'), at, end);
  // What passes between an ended call's last attempt and its end is our own bookkeeping.
  else if (span.endedAt === undefined) push(segments, 'waiting', at, end);
  return segments;
}

function attemptSegments(attempt: AttemptSpan, end: Nanos): readonly Segment[] {
  const segments: Segment[] = [];
  const content = attempt.firstTokenAt ?? (attempt.status === 'ok' ? attempt.headersAt : undefined);
  const { startedAt } = attempt;
  if (content === undefined) {
    push(segments, kindOfEnd(attempt, 'first-token'), startedAt, end);
  } else {
    push(segments, 'first-token', startedAt, content);
    push(segments, kindOfEnd(attempt, 'generating'), content, end);
  }
  return segments;
}

function kindOfEnd(span: Span, running: SegmentKind): SegmentKind {
  if (span.status === 'error') return 'failed';
  return span.status === 'cancelled' || span.status === 'interrupted' ? 'cut' : running;
}

function push(segments: Segment[], kind: SegmentKind, from: Nanos, to: Nanos): void {
  if (to > from) segments.push({ kind, from, to });
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
