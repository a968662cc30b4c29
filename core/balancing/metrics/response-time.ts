import { z } from 'zod';
import type { Millis, Tokens } from '../../base/units.ts';
import type { Task } from '../../journal/task.ts';
import type { Signals } from '../picker.ts';

/** What to assume of an instance that has not been measured, and of an answer that has not been given. */
export interface Expectation {
  readonly priorFirstTokenMs: Millis;
  readonly priorTokenMs: Millis;
  readonly expectedOutputTokens: Tokens;
}

export const expectationOptions = {
  priorFirstTokenMs: z
    .number()
    .min(1)
    .max(60_000)
    .default(1000)
    .describe('Time to the first token to assume where none has been measured yet, in ms.'),
  priorTokenMs: z
    .number()
    .min(0)
    .max(1000)
    .default(20)
    .describe('Time for each output token to assume where none has been measured yet, in ms.'),
  expectedOutputTokens: z
    .int()
    .min(0)
    .max(100_000)
    .default(0)
    .describe(
      'Output tokens whose time counts as well, at most what the call allows; 0: only the first token counts.',
    ),
};

/**
 * Time to the first token with all that is in flight before it, and then the time for the tokens: the two are measured
 * apart, because a host that starts late and then writes fast is not a fast one (Peak-EWMA after Finagle: the estimate
 * times outstanding + 1). What is not streamed has its whole time in the first figure, so no tokens are added to it.
 */
export function queuedResponseMs(signals: Signals, task: Task, expected: Expectation): Millis {
  const firstToken = signals.firstTokenMs ?? expected.priorFirstTokenMs;
  return firstToken * (signals.outstanding + 1) + outputMs(signals, task, expected);
}

/** The same for a call that waits for no other. */
export function responseMs(signals: Signals, task: Task, expected: Expectation): Millis {
  return (signals.firstTokenMs ?? expected.priorFirstTokenMs) + outputMs(signals, task, expected);
}

function outputMs(signals: Signals, task: Task, expected: Expectation): Millis {
  if (!task.streaming) return 0;
  const tokens = Math.min(expected.expectedOutputTokens, task.maxOutputTokens ?? Infinity);
  return (signals.tokenMs ?? expected.priorTokenMs) * tokens;
}
