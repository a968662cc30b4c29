import { NANOS_PER_MILLI, type Nanos } from '../base/units.ts';
import type { RunSummary } from '../journal/run-state.ts';

/** Unix nanoseconds of a time of the run. */
export function unixTime(run: RunSummary, at: Nanos): bigint {
  return BigInt(Math.round(run.startedAt)) * BigInt(NANOS_PER_MILLI) + BigInt(Math.round(at));
}
