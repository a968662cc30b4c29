import { describe, expect, it } from 'vitest';
import { breakerOptionsSchema } from './breaker.ts';
import { overridesOf, withOverrides } from './overrides.ts';
import { timeoutOptionsSchema, timeoutOverridesSchema } from './timeouts.ts';

describe('options that are overridden', () => {
  it('say nothing that is not written, and are checked as the whole ones', () => {
    const overrides = overridesOf(breakerOptionsSchema);
    expect(overrides.parse({})).toEqual({});
    expect(overrides.parse({ slowCallMs: 5 })).toEqual({ slowCallMs: 5 });
    expect(overrides.safeParse({ failureRate: 2 }).error?.issues[0]?.message).toBe('a share is at most 1');
    expect(overrides.safeParse({ failureRates: 1 }).success).toBe(false);
    expect(timeoutOverridesSchema.shape.idleMs.unwrap().description).toBe('Between two pieces of an answer.');
  });

  it('come from the most specific layer that says them', () => {
    const host = timeoutOptionsSchema.parse({ totalMs: 100_000 });
    expect(host).toEqual({ connectMs: 5_000, firstTokenMs: 60_000, idleMs: 30_000, totalMs: 100_000 });
    const instance = timeoutOverridesSchema.parse({ idleMs: 1, firstTokenMs: 2 });
    const tier = { firstTokenMs: 3 };
    expect(withOverrides(host, instance, undefined, tier)).toEqual({ ...host, idleMs: 1, firstTokenMs: 3 });
    expect(withOverrides(host, undefined, {})).toBe(host);
  });
});
