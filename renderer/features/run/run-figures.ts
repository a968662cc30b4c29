import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../../core/base/units.ts';
import type { RunSummary } from '../../../core/journal/run-state.ts';

/**
 * How long a run has lasted: its duration, or until now while it runs. Without `now` (the host does not answer,
 * and nobody knows whether the run goes on) only as long as its newest event says.
 */
export function elapsed(run: RunSummary, now: Millis | undefined): Nanos {
  if (run.status !== 'running' || now === undefined) return run.duration;
  return Math.max(run.duration, (now - run.startedAt) * NANOS_PER_MILLI);
}
