import type { SpanId } from '../../../../core/base/ids.ts';
import type { NamedSource } from '../../../charts/flame/weights.ts';

/** The spans of a run as the flame reads them; `SpanColumns` is one. */
export interface FlameSource extends NamedSource {
  idAt(ordinal: number): SpanId;
  /** -1 where the run has no such span. */
  ordinalOf(id: SpanId): number;
}

/** What a flame shows: columns, which may grow in place. */
export interface FlameRun {
  readonly source: FlameSource;
  /** Another number after every change of the columns. */
  readonly version: number;
  /** The event after which it is shown; the newest without. */
  readonly seq?: number;
  /** Nanoseconds since the run's start: the moment that is shown, and how far it has come. */
  readonly now: () => number;
  readonly live: boolean;
}
