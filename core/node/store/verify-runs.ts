import type { Database } from 'better-sqlite3';
import type { RunId } from '../../base/ids.ts';
import type { RunSummary } from '../../journal/run-state.ts';
import type { CheckedBodies } from './bodies.ts';
import type { CheckedEvents } from './checked-events.ts';
import type { VerifyReport } from './messages.ts';

/** Walks the chain of every run, or of one, and looks at each part of its bodies. */
export function verifyRuns(
  database: Database,
  events: CheckedEvents,
  bodies: CheckedBodies,
  only: RunId | undefined,
): VerifyReport {
  const select = 'SELECT key, id, summary FROM runs';
  const runs = (
    only === undefined ? database.prepare(select).all() : database.prepare(`${select} WHERE id = ?`).all(only)
  ) as { key: number; id: RunId; summary: string }[];
  const broken: { run: RunId; seq: number; message: string }[] = [];
  let count = 0;
  for (const { key, id, summary } of runs) {
    const { lastSeq } = JSON.parse(summary) as RunSummary;
    let seq = 0;
    try {
      for (const event of events.iterate({ key, id }, 1, -1)) seq = event.seq;
      if (seq < lastSeq)
        throw new Error(`run ${id}: events ${seq + 1} to ${lastSeq} are missing from the journal`);
    } catch (error) {
      broken.push({ run: id, seq: seq + 1, message: error instanceof Error ? error.message : String(error) });
    }
    count += seq;
    for (const message of bodies.verify(key)) broken.push({ run: id, seq: 0, message });
  }
  return { runs: runs.length, events: count, broken };
}
