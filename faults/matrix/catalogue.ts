import { BEFORE_ANSWER } from './before-answer.ts';
import { BROKEN_ANSWERS } from './broken-answers.ts';
import type { Fault, Trial } from './fault.ts';
import { FRAMING } from './framing.ts';
import { ODD_BYTES } from './odd-bytes.ts';
import { LANES } from './protocols.ts';
import { REFUSALS } from './refusals.ts';

/** The rows of the fault catalogue, as the report names them. */
export const ROWS: Readonly<Record<number, string>> = {
  1: 'connection refused, no such name, reset',
  2: 'accepts, never answers; stands still',
  3: 'drips a byte at a time',
  4: 'ends without saying that it is done',
  5: 'reset after the first token',
  6: '200, then an error',
  7: 'split characters, CRLF, BOM, huge lines',
  8: 'malformed JSON, truncated arguments',
  9: '429 with every kind of Retry-After',
  10: '5xx, flapping, redirects',
  11: 'lying lengths, broken framing, gzip',
  12: 'slow reader; client leaves',
  13: 'clock jumps',
  14: '10,000 connections',
  15: 'slowloris',
  16: 'quits with a stream open',
  17: 'MCP child dies',
  18: 'recorder killed',
  19: 'invalid configuration',
  20: 'expired certificate',
};

export const FAULTS: readonly Fault[] = [
  ...BEFORE_ANSWER,
  ...BROKEN_ANSWERS,
  ...ODD_BYTES,
  ...REFUSALS,
  ...FRAMING,
];

/** A fault in one protocol, streamed or not. */
export interface Case {
  /** Short, unique, fit for a path and for a name in the configuration. */
  readonly key: string;
  readonly fault: Fault;
  readonly trial: Trial;
}

export type Mode = 'pair' | 'alone';

/** Every protocol, streamed where it can be, and not. */
export const TRIALS: readonly Trial[] = LANES.flatMap((lane) =>
  (lane.client.streams ? [true, false] : [false]).map((streaming) => ({ lane, streaming })),
);

export function casesOf(faults: readonly Fault[]): readonly Case[] {
  return faults.flatMap((fault, index) =>
    TRIALS.filter((trial) => fault.applies?.(trial) ?? true).map((trial) => ({
      key: `${index}.${keyOf(trial)}`,
      fault,
      trial,
    })),
  );
}

/** Every fault once: each in another protocol than the one before it, as far as it applies there. */
export function shortened(cases: readonly Case[]): readonly Case[] {
  const ofFaults = [...Map.groupBy(cases, ({ fault }) => fault).values()];
  return ofFaults.map((same, turn) => same[turn % same.length]!);
}

export function keyOf({ lane, streaming }: Trial): string {
  return `${lane.name}.${streaming ? 'stream' : 'whole'}`;
}
