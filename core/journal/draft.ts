import type { JournalEvent } from './event.ts';
import type { LogLine, RunSummary, Waiting } from './run-state.ts';
import type { SpanTable } from './span-table.ts';

/** A run's state while events are folded into it. */
export interface Draft {
  /** The fold's own: every event changes it where it is, since a copy for each would cost more than all else. */
  run: Mutable<RunSummary>;
  readonly spans: SpanTable;
  /** Told of each line, in order. */
  readonly logs: { push(line: LogLine): unknown };
  readonly awaited: Map<string, Waiting>;
}

export type Mutable<Plain> = { -readonly [Name in keyof Plain]: Plain[Name] };

export type EventOf<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>;
