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
 * Only those two are looked at, however large the pool. The slowest of all would win no pair, so that this strategy,
 * too, explores.
 */
export function latency(options: Omit<z.output<typeof latencyOptions>, 'exploration'>): Policy {
  return (slate, { task }) => {
    const costOf = (index: number) => queuedResponseMs(slate.at(index).signals, task, options);
    return {
      ...cheaperOfTwo(slate, costOf),
      terms: (index) => {
        const { signals } = slate.at(index);
        return {
          outstanding: signals.outstanding,
          firstTokenMs: signals.firstTokenMs ?? options.priorFirstTokenMs,
          tokenMs: signals.tokenMs ?? options.priorTokenMs,
          samples: signals.samples,
          cost: costOf(index),
        };
      },
    };
  };
}
