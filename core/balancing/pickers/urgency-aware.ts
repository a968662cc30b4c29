import type { z } from 'zod';
import { surveying, type Policy } from '../policy.ts';
import { costOptimized, costOptimizedOptions } from './cost-optimized.ts';
import { latency } from './latency.ts';

/** Those of `latency` are among them. */
export const urgencyAwareOptions = costOptimizedOptions;

/** As `latency` where somebody waits for the answer, as `cost-optimized` where nobody does; `urgent` says which. */
export function urgencyAware(options: Omit<z.output<typeof urgencyAwareOptions>, 'exploration'>): Policy {
  const fast = latency(options);
  const cheap = surveying(costOptimized(options));
  return (slate, context) => {
    const { urgent } = context.task;
    const decision = (urgent ? fast : cheap)(slate, context);
    return { ...decision, inputs: () => ({ ...decision.inputs?.(), urgent: urgent ? 1 : 0 }) };
  };
}
