import { generateRun, type GeneratedRun } from '../../core/journal/generate/generate-run.ts';
import type { RunId } from '../../core/base/ids.ts';
import type { Store } from '../../core/node/store/store.ts';

/** Events between two looks at whether the store keeps up: what waits for it is held in memory. */
const EVENTS_AHEAD = 8_192;

interface Recorded {
  readonly run: RunId;
  readonly events: number;
}

/** Records a generated run as fast as the store takes it; `progress` is told the spans and events so far. */
export async function recordGenerated(
  store: Store,
  plan: GeneratedRun,
  progress: (spans: number, events: number) => void = () => undefined,
): Promise<Recorded> {
  let events = 0;
  let ahead = 0;
  const run = generateRun(plan, {
    append(event) {
      events += 1;
      ahead += 1;
      store.append(event);
    },
    keepBody: (id, body) => store.keepBody(id, body),
  });
  for (;;) {
    const { done, value } = run.next();
    if (done !== true && ahead < EVENTS_AHEAD) continue;
    ahead = 0;
    await store.flush();
    if (store.recording.stopped !== undefined) throw new Error(store.recording.stopped);
    if (done === true) return { run: value, events };
    progress(value, events);
  }
}
