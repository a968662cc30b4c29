import type { IdSource } from '../../base/ids.ts';
import type { Random } from '../../base/random.ts';
import type { Millis } from '../../base/units.ts';
import type { VirtualClock } from '../../base/virtual-clock.ts';
import type { BodyRef } from '../event.ts';
import type { Recorder } from '../recorder.ts';

/** What goes on in one place of a run, until its next pause. */
export type Steps = Generator<Millis, void>;

/** What all that goes on in a generated run is recorded with. */
export interface Stage {
  readonly recorder: Recorder;
  readonly clock: VirtualClock;
  readonly random: Random;
  readonly ids: IdSource;
  /** Share of attempts, tools and reports that fail, 0 to 1. */
  readonly errors: number;
  /** Spans that may still begin. */
  left: number;
  /** The details of whoever reports: one body for all of them. */
  reporter: BodyRef | undefined;
}

/** A whole number below `limit`. */
export function below({ random }: Stage, limit: number): number {
  return Math.floor(random() * limit);
}

export function between(stage: Stage, least: number, most: number): number {
  return least + below(stage, most - least + 1);
}

export function oneOf<Member>(stage: Stage, members: readonly Member[]): Member {
  return members[below(stage, members.length)]!;
}

/** Whether something goes wrong this time. */
export function fails({ random, errors }: Stage): boolean {
  return random() < errors;
}

const encoder = new TextEncoder();

export function keepText({ recorder }: Stage, text: string): BodyRef {
  return recorder.keepBody(encoder.encode(text));
}

const WORDS = (
  'the agent reads file and finds that its test fails because a value of the journal was never written so we ' +
  'change three lines run it again compare both answers with what was expected then report how long each step took'
).split(' ');

/** Some words with a number that no other has. */
export function sentence(stage: Stage, words: number): string {
  const first = below(stage, WORDS.length);
  const step = oneOf(stage, [1, 3, 5, 7]);
  const said = Array.from({ length: words }, (_, index) => WORDS[(first + index * step) % WORDS.length]);
  return `${said.join(' ')} ${stage.left}`;
}
