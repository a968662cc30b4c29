import type { RunId } from '../base/ids.ts';
import type { Millis } from '../base/units.ts';

/** What of the journal is kept; what is not said has no limit. */
export interface RetentionRules {
  readonly maxAgeDays?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly maxRuns?: number | undefined;
}

/** A run that has ended and that nobody has pinned. */
export interface Deletable {
  readonly id: RunId;
  readonly name: string;
  /** Unix time. */
  readonly endedAt: Millis;
  /** Of the host itself: not one of the runs that are counted. */
  readonly isHosts: boolean;
  /** What its deletion gives back, nearly. Costs a walk through all of it. */
  bytes(): number;
}

export interface ExpiredRun {
  readonly run: RunId;
  readonly name: string;
  readonly endedAt: Millis;
  readonly because: 'age' | 'count' | 'size';
  /** What its deletion gives back, nearly. */
  readonly bytes: number;
}

export interface JournalSize {
  readonly now: Millis;
  /** Of agents, the open and the pinned ones too. */
  readonly runs: number;
  /** In use, the room that deletions have left not counted. */
  readonly bytes: number;
}

const DAY_MS: Millis = 24 * 60 * 60 * 1000;

/** Which runs are to go, the oldest first. Those that are open or pinned count, and stay. */
export function expiredRuns(
  oldestFirst: Iterable<Deletable>,
  rules: RetentionRules,
  size: JournalSize,
): readonly ExpiredRun[] {
  const { maxAgeDays = Infinity, maxBytes = Infinity, maxRuns = Infinity } = rules;
  let { runs, bytes: used } = size;
  const expired: ExpiredRun[] = [];
  for (const candidate of oldestFirst) {
    const { id, name, endedAt, isHosts } = candidate;
    const because = reasonFor(candidate);
    if (!because) continue;
    const bytes = candidate.bytes();
    used -= bytes;
    if (!isHosts) runs -= 1;
    expired.push({ run: id, name, endedAt, because, bytes });
  }
  return expired;

  function reasonFor({ endedAt, isHosts }: Deletable): ExpiredRun['because'] | undefined {
    if (size.now - endedAt > maxAgeDays * DAY_MS) return 'age';
    if (runs > maxRuns && !isHosts) return 'count';
    return used > maxBytes ? 'size' : undefined;
  }
}
