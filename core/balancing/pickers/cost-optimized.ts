import { z } from 'zod';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { expectationOptions, queuedResponseMs, responseMs } from '../metrics/response-time.ts';
import type { Task } from '../../journal/task.ts';
import type { Signals } from '../picker.ts';
import type { Survey } from '../policy.ts';
import { indicesOf, lowest, oneOf } from '../selection.ts';

export const costOptimizedOptions = z.strictObject({
  maxResponseMs: z
    .number()
    .min(1)
    .max(600_000)
    .default(5000)
    .describe('The slowest response that is good enough, in ms.'),
  minSuccessRate: z
    .number()
    .min(0)
    .max(1)
    .default(0.95)
    .describe('The smallest share of successful attempts that is good enough.'),
  ...expectationOptions,
  exploration: explorationOption.default(EXPLORATION),
});

type Options = Omit<z.output<typeof costOptimizedOptions>, 'exploration'>;

/**
 * The cheapest of those that are fast and sure enough; where none is, the cheapest of all, and `floorsRelaxed` says so.
 * A floor on what has not been measured is met: otherwise nothing new would ever be. An unknown price is dearer than
 * any known one. Of equally cheap ones the one that will answer first: no choice is both dearer and slower than another.
 */
export function costOptimized(options: Options): Survey {
  return (eligible, _slate, { task }) => {
    const all = indicesOf(eligible);
    const signalsOf = (index: number) => eligible[index]!.signals;
    const met = eligible.map(({ signals }) => meetsFloors(signals, task, options));
    const enough = all.filter((index) => met[index]);
    const floorsRelaxed = enough.length === 0;
    const cheapest = lowest(floorsRelaxed ? all : enough, (index) => signalsOf(index).costUsd ?? Infinity);
    const fastest = lowest(cheapest, (index) => queuedResponseMs(signalsOf(index), task, options));
    return {
      ...oneOf(fastest),
      terms: (index) => {
        const signals = signalsOf(index);
        const terms: Record<string, number> = {};
        if (signals.costUsd !== undefined) terms['cost'] = signals.costUsd;
        if (signals.successRate !== undefined) terms['successRate'] = signals.successRate;
        terms['responseMs'] = responseMs(signals, task, options);
        terms['outstanding'] = signals.outstanding;
        terms['samples'] = signals.samples;
        terms['meetsFloors'] = met[index] ? 1 : 0;
        return terms;
      },
      inputs: () => ({ floorsRelaxed: floorsRelaxed ? 1 : 0 }),
    };
  };
}

function meetsFloors(signals: Signals, task: Task, options: Options): boolean {
  const fast =
    signals.firstTokenMs === undefined || responseMs(signals, task, options) <= options.maxResponseMs;
  return fast && (signals.successRate === undefined || signals.successRate >= options.minSuccessRate);
}
