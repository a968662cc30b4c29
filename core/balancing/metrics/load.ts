import type { Candidate, Signals } from '../picker.ts';

/** The most attempts in flight at any of these. */
export function mostOutstanding(candidates: readonly Candidate[]): number {
  let most = 0;
  for (const { signals } of candidates) most = Math.max(most, signals.outstanding);
  return most;
}

/** Share of the capacity in use; where none is configured, in relation to the busiest, which then counts as full. */
export function loadOf(signals: Signals, busiest: number): number {
  if (signals.capacity !== undefined) return signals.outstanding / signals.capacity;
  return busiest === 0 ? 0 : signals.outstanding / busiest;
}
