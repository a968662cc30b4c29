import { describe, expect, it } from 'vitest';
import { hedgeDelayMs, hedgeOptionsSchema } from './hedge.ts';

describe('hedging', () => {
  it('has defaults, and bounds', () => {
    expect(hedgeOptionsSchema.parse({})).toEqual({ after: 'p95', max: 1 });
    for (const wrong of [{ max: 0 }, { max: 4 }, { after: 0 }, { after: 'p99' }]) {
      expect(hedgeOptionsSchema.safeParse(wrong).success).toBe(false);
    }
  });

  it('waits for what 95 of 100 take once that is known, or for so long as is said', () => {
    const learned = hedgeOptionsSchema.parse({});
    expect([0, 19, 20, 128].map((samples) => hedgeDelayMs(learned, 700, samples))).toEqual([
      undefined,
      undefined,
      700,
      700,
    ]);
    expect(hedgeDelayMs(hedgeOptionsSchema.parse({ after: 800 }), undefined, 0)).toBe(800);
  });
});
