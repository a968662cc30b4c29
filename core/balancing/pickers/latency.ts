import { z } from 'zod';
import { EXPLORATION, explorationOption } from '../exploration.ts';
import { expectationOptions, queuedResponseMs } from '../metrics/response-time.ts';
import type { Policy } from '../policy.ts';
import { cheaperOfTwo } from '../selection.ts';

export const latencyOptions = z.strictObject({
  ...expectationOptions,
  exploration: explorationOption.default(EXPLORATION),
});

/**
 * The faster of two at random, by Peak-EWMA (Finagle, tower): never all calls to the one that was fastest a moment ago.
 * The slowest of all would win no pair, so that this strategy, too, explores.
 */
export function latency(options: z.output<typeof latencyOptions>): Policy {
  return (eligible, _candidates, { task }) => {
    const costs = eligible.map(({ signals }) => queuedResponseMs(signals, task, options));
    return {
      ...cheaperOfTwo(costs),
      terms: (index) => {
        const { signals } = eligible[index]!;
        return {
          outstanding: signals.outstanding,
          firstTokenMs: signals.firstTokenMs ?? options.priorFirstTokenMs,
          tokenMs: signals.tokenMs ?? options.priorTokenMs,
          samples: signals.samples,
          cost: costs[index]!,
        };
      },
    };
  };
}
