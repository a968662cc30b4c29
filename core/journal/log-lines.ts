import type { SpanId } from '../base/ids.ts';
import type { Draft } from './draft.ts';
import type { EventType, JournalEvent } from './event.ts';
import { apply } from './fold.ts';
import type { LogLine, RunSummary } from './run-state.ts';
import { SpansInMap } from './span-table.ts';

/** The events that a line of the log is told of. */
export const LOG_EVENTS = [
  'log-written',
  'recording-gap',
  'telemetry-received',
  'telemetry-log-reported',
  'metrics-reported',
  'breaker-changed',
  'tier-changed',
  'health-changed',
  'instance-registered',
  'instance-updated',
  'instance-deregistered',
  'optimisation-proposed',
  'optimisation-applied',
  'optimisation-undone',
  'mcp-notification-sent',
  'mcp-server-started',
  'mcp-server-exited',
  'mcp-output-written',
  'mcp-output-dropped',
] as const satisfies readonly EventType[];

/** Reads the lines of a run from single events, as the fold of the whole run has them. */
export function logReader(run: RunSummary, root: SpanId): (event: JournalEvent) => LogLine | undefined {
  const types: ReadonlySet<EventType> = new Set(LOG_EVENTS);
  let line: LogLine | undefined;
  const spans = new SpansInMap();
  spans.set(root, { kind: 'agent', id: root, index: 0, name: '', startedAt: 0, status: 'ok' });
  const draft: Draft = { run, spans, logs: { push: (told) => (line = told) }, awaited: new Map() };
  return (event) => {
    if (!types.has(event.type)) return undefined;
    line = undefined;
    apply(draft, event);
    return line;
  };
}
