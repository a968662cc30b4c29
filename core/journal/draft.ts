import type { SpanId } from '../base/ids.ts';
import type { JournalEvent } from './event.ts';
import type { LogLine, RunSummary, Span, Waiting } from './run-state.ts';

/** A run's state while a batch of events is folded into it. */
export interface Draft {
  run: RunSummary;
  readonly spans: Map<SpanId, Span>;
  readonly logs: LogLine[];
  readonly awaited: Map<string, Waiting>;
}

export type EventOf<Type extends JournalEvent['type']> = Extract<JournalEvent, { type: Type }>;
