import type { RunId } from '../../core/base/ids.ts';
import type { JournalEvent } from '../../core/journal/event.ts';
import { generateRun, type GeneratedRun } from '../../core/journal/generate/generate-run.ts';
import type { EventSink } from '../../core/journal/recorder.ts';
import { PartNumbers } from '../../core/node/store/bodies.ts';

/** What a recorder did, to be done again: numbers of parts are the same in every store that knows nothing of the run. */
type Step = { readonly event: JournalEvent } | { readonly run: RunId; readonly body: Uint8Array };

export interface Traffic {
  readonly steps: readonly Step[];
  readonly events: number;
}

/** Endless traffic of calls, run after run, in pieces of at least `events`: made before it is measured. */
export function* trafficInPieces(events: number, plan: GeneratedRun): Generator<Traffic, never> {
  let steps: Step[] = [];
  let count = 0;
  for (let seed = plan.seed; ; seed++) {
    const parts = new PartNumbers(() => undefined);
    const run = generateRun(
      { ...plan, seed },
      {
        append(event) {
          steps.push({ event });
          count += 1;
        },
        keepBody(id, body) {
          steps.push({ run: id, body });
          return parts.keep(id, body);
        },
      },
    );
    for (const _ of run) {
      if (count < events) continue;
      yield { steps, events: count };
      [steps, count] = [[], 0];
    }
  }
}

/** Records it. */
export function replay(sink: EventSink, steps: readonly Step[]): void {
  for (const step of steps) {
    if ('event' in step) sink.append(step.event);
    else sink.keepBody(step.run, step.body);
  }
}
