import { describe, expect, it } from 'vitest';
import { resourceOptimiserSchema, schedulerOptimiserSchema } from './optimiser.ts';

describe('the options of the optimisers', () => {
  it('only propose, once a minute, unless somebody says otherwise', () => {
    for (const schema of [schedulerOptimiserSchema, resourceOptimiserSchema]) {
      expect(schema.parse({})).toMatchObject({
        apply: false,
        intervalMs: 60_000,
        minimumAttempts: 30,
        maxStep: 0.25,
      });
    }
    expect(schedulerOptimiserSchema.parse({}).weight).toEqual({ min: 0.1, max: 10 });
  });

  it.each([
    [schedulerOptimiserSchema, { maxStep: 0.3 }, ['maxStep']],
    [schedulerOptimiserSchema, { minimumAttempts: 29 }, ['minimumAttempts']],
    [schedulerOptimiserSchema, { weight: { min: 0 } }, ['weight', 'min']],
    [schedulerOptimiserSchema, { maxConcurrent: { max: 0.5 } }, ['maxConcurrent', 'max']],
    [schedulerOptimiserSchema, { healthySuccess: 0.5 }, ['healthySuccess']],
    [resourceOptimiserSchema, { failingSuccess: 0.99 }, ['healthySuccess']],
    [resourceOptimiserSchema, { idleShare: 0.95 }, ['idleShare']],
    [resourceOptimiserSchema, { intervalMs: 10 }, ['intervalMs']],
    [resourceOptimiserSchema, { wait: 1 }, []],
  ])('are refused with the path of the key (%#)', (schema, given, path) => {
    expect(schema.safeParse(given).error?.issues).toMatchObject([{ path }]);
  });
});
