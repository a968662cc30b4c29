import { NANOS_PER_MILLI, type Millis, type Nanos } from '../../../core/base/units.ts';
import type { SpanId } from '../../../core/base/ids.ts';
import type { RunSummary, Span } from '../../../core/journal/run-state.ts';

/**
 * How long a run has lasted: its duration, or until now while it runs. Without `now` (the host does not answer,
 * and nobody knows whether the run goes on) only as long as its newest event says.
 */
export function elapsed(run: RunSummary, now: Millis | undefined): Nanos {
  if (run.status !== 'running' || now === undefined) return run.duration;
  return Math.max(run.duration, (now - run.startedAt) * NANOS_PER_MILLI);
}

/** Calls whose cost is not in the sum: no price is known for them, or nobody counted their tokens. */
export function unknownCosts(run: RunSummary): number {
  return run.unpricedCalls + run.uncountedCalls;
}

/** What the sums of a run do not say of themselves. */
interface Gaps {
  /** Some of the tokens are guessed, and what they cost with them. */
  readonly estimated: boolean;
  /** Calls of which nobody knows the tokens, not even about. */
  readonly uncounted: number;
  /** Calls whose cost is not in the sum. */
  readonly unpriced: number;
}

/** The summary counts a call with guessed tokens as one without a count; its spans tell the two apart. */
export function gapsOf(run: RunSummary, spans: ReadonlyMap<SpanId, Span>): Gaps {
  const guessed = [...spans.values()].filter((span) => span.kind === 'call' && span.usage?.estimated);
  const counted = guessed.filter(({ status }) => status === 'ok').length;
  const uncounted = Math.max(0, run.uncountedCalls - counted);
  return { estimated: guessed.length > 0, uncounted, unpriced: run.unpricedCalls + uncounted };
}
