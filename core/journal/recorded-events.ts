import type { IdSource, RunId, SpanId } from '../base/ids.ts';
import type { Millis } from '../base/units.ts';
import { VirtualClock } from '../base/virtual-clock.ts';
import type { JournalEvent } from './event.ts';
import { startRecorder, type Recorder } from './recorder.ts';

/** A run written by the real recorder on a clock that the test moves, into memory. */
export interface RecordedRun {
  readonly recorder: Recorder;
  readonly events: readonly JournalEvent[];
  /** The bodies that were kept, by the only part that each of them has here. */
  readonly bodies: ReadonlyMap<string, Uint8Array>;
  readonly ids: IdSource;
  advance(millis: Millis): void;
}

export function recordRun(name = 'a run', clock = startedClock(), ids = countingIds()): RecordedRun {
  const events: JournalEvent[] = [];
  const bodies = new Map<string, Uint8Array>();
  const sink = {
    append: (event: JournalEvent) => void events.push(event),
    keepBody(_: RunId, body: Uint8Array) {
      const known = [...bodies].find(([, kept]) => kept.join() === body.join())?.[0];
      const part = known ?? `part-${bodies.size}`;
      bodies.set(part, body);
      return { bytes: body.length, parts: [part] };
    },
  };
  const start = { name, source: 'launched', hostVersion: '0.0.0', configHash: 'none' } as const;
  const recorder = startRecorder({ clock, ids, sink }, start);
  return { recorder, events, bodies, ids, advance: (millis) => clock.advance(millis) };
}

/** Its zero is not that of a run. */
function startedClock(): VirtualClock {
  const clock = new VirtualClock();
  clock.advance(5_000);
  return clock;
}

export function countingIds(): IdSource {
  let count = 0;
  return {
    runId: () => (++count).toString(16).padStart(32, '0') as RunId,
    spanId: () => (++count).toString(16).padStart(16, '0') as SpanId,
  };
}
