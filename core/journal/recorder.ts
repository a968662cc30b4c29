import type { Clock } from '../base/clock.ts';
import type { IdSource, RunId, SpanId } from '../base/ids.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import { EVENT_VERSION, type BodyRef, type EventData, type EventType, type JournalEvent } from './event.ts';

/** Where events go; they are durable only once the store says that they are committed. */
export interface EventSink {
  append(event: JournalEvent): void;
  /** Keeps a body of a run and names its parts. */
  keepBody(run: RunId, body: Uint8Array): BodyRef;
}

/** The one writer of a run's journal: it alone gives out `seq`. */
export interface Recorder {
  readonly runId: RunId;
  readonly rootSpanId: SpanId;
  /** Events so far. */
  readonly length: number;
  append<Type extends EventType>(type: Type, data: EventData[Type], span?: SpanRef): void;
  keepBody(body: Uint8Array): BodyRef;
}

interface SpanRef {
  readonly spanId: SpanId;
  readonly parentSpanId?: SpanId;
}

export interface RecorderPorts {
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly sink: EventSink;
}

/**
 * Opens a run: its first event is appended here, with the time at which the run began, where that is `earlier` than now
 * (whole milliseconds: for what is only heard of afterwards). Nothing comes after `run-ended`: a call that outlives its run is
 * marked interrupted by that very event, and what it does later is not part of the run.
 */
export function startRecorder(
  ports: RecorderPorts,
  start: EventData['run-started'],
  earlier: Millis = 0,
): Recorder {
  const { clock, ids, sink } = ports;
  const runId = ids.runId();
  const rootSpanId = ids.spanId();
  const startedAt: Nanos = clock.now() - earlier * NANOS_PER_MILLI;
  let seq = 0;
  let ended = false;
  const recorder: Recorder = {
    runId,
    rootSpanId,
    get length() {
      return seq;
    },
    append(type, data, span = { spanId: rootSpanId }) {
      if (ended) return;
      seq += 1;
      ended = type === 'run-ended';
      const at = seq === 1 ? 0 : clock.now() - startedAt;
      const wallTime = clock.wallTime() - (seq === 1 ? earlier : 0);
      const { spanId, parentSpanId } = span;
      // Written out, since this is done for everything that happens.
      const event =
        parentSpanId === undefined
          ? { runId, seq, at, wallTime, spanId, v: EVENT_VERSION, type, data }
          : { runId, seq, at, wallTime, spanId, parentSpanId, v: EVENT_VERSION, type, data };
      sink.append(event as JournalEvent);
    },
    // Nothing names what comes after the end: it is not kept.
    keepBody: (body) => (ended ? { bytes: body.length, parts: [] } : sink.keepBody(runId, body)),
  };
  recorder.append('run-started', start);
  return recorder;
}
