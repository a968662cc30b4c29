import type { JournalEvent } from '../journal/event.ts';
import type { EventSink } from '../journal/recorder.ts';

/** A sink whose events are also shown to observers, in the order in which they are recorded. */
export function observedSink(
  sink: EventSink,
  observers: ReadonlySet<(event: JournalEvent) => void>,
): EventSink {
  return {
    append(event) {
      sink.append(event);
      for (const observe of observers) observe(event);
    },
    keepBody: (run, body) => sink.keepBody(run, body),
  };
}
