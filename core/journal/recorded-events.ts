import type { IdSource, RunId, SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Millis } from '../base/units.ts';
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

export function recordRun(name = 'a run'): RecordedRun {
  const events: JournalEvent[] = [];
  const bodies = new Map<string, Uint8Array>();
  const ids = countingIds();
  let now = 5_000;
  const clock = { now: () => now * NANOS_PER_MILLI, wallTime: () => 1_700_000_000_000 + now };
  const sink = {
    append: (event: JournalEvent) => void events.push(event),
    keepBody(body: Uint8Array) {
      const part = `part-${bodies.size}`;
      bodies.set(part, body);
      return { bytes: body.length, parts: [part] };
    },
  };
  const start = { name, source: 'launched', hostVersion: '0.0.0', configHash: 'none' } as const;
  const recorder = startRecorder({ clock, ids, sink }, start);
  return { recorder, events, bodies, ids, advance: (millis) => void (now += millis) };
}

function countingIds(): IdSource {
  let count = 0;
  return {
    runId: () => (++count).toString(16).padStart(32, '0') as RunId,
    spanId: () => (++count).toString(16).padStart(16, '0') as SpanId,
  };
}
