import type { RunId } from '../../base/ids.ts';
import { seededRandom, seedFrom } from '../../base/random.ts';
import { VirtualClock } from '../../base/virtual-clock.ts';
import { startRecorder, type EventSink } from '../recorder.ts';
import { seededIds } from './seeded-ids.ts';
import { lanesOf, type Shape } from './shapes.ts';
import type { Stage, Steps } from './stage.ts';

export interface GeneratedRun {
  /** In all, with that of the agent. */
  readonly spans: number;
  readonly shape: Shape;
  /** Share of attempts, tools and reports that fail, 0 to 1. */
  readonly errors: number;
  readonly seed: number;
}

/** The id of the run that a plan makes. */
export function generatedRunId(plan: GeneratedRun): RunId {
  return seededIds(...wordsOf(plan)).runId();
}

/**
 * A run with calls, decisions, tools, reports, logs and bodies, recorded by the real recorder on a virtual clock: the same
 * plan makes the same events and bodies. Each step is what happens at one moment, and yields the spans that have begun; nothing of
 * the run is held but what is open. A run that nobody takes to its end has no `run-ended`.
 */
export function* generateRun(plan: GeneratedRun, sink: EventSink): Generator<number, RunId> {
  const { spans, shape, errors, seed } = plan;
  const words = wordsOf(plan);
  const ids = seededIds(...words);
  const clock = new VirtualClock();
  const recorder = startRecorder(
    { clock, ids, sink },
    {
      name: `generated: ${spans} spans, ${shape}, seed ${seed}`,
      source: 'sample',
      hostVersion: 'generated',
      configHash: '',
    },
  );
  const random = seededRandom(seedFrom(...words));
  const stage: Stage = { recorder, clock, random, ids, errors, left: spans - 1, reporter: undefined };
  for (const lane of lanesOf[shape](stage)) proceed(clock, lane);
  while (clock.step()) yield spans - stage.left;
  recorder.append('run-ended', { status: 'completed', exitCode: 0 });
  return recorder.runId;
}

function proceed(clock: VirtualClock, lane: Steps): void {
  const { done, value } = lane.next();
  if (done !== true) clock.after(value, () => proceed(clock, lane));
}

function wordsOf({ spans, shape, errors, seed }: GeneratedRun): readonly (string | number)[] {
  return ['generated run', spans, shape, errors, seed];
}
