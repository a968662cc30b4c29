import { describe, expect, it } from 'vitest';
import { intervalAt, NO_PACE, taken, waitingBegan } from './service-pace.ts';

/** Eight were taken, the last at 800. */
function steady() {
  let pace = waitingBegan(NO_PACE, 0);
  for (const now of [50, 200, 300, 400, 500, 600, 750, 800]) pace = taken(pace, now);
  return pace;
}

describe('the pace of service', () => {
  it('is not known before eight calls were taken', () => {
    let pace = waitingBegan(NO_PACE, 1000);
    for (let count = 1; count < 8; count++) pace = taken(pace, 1000 + 100 * count);
    expect(intervalAt(pace, 1e9)).toBe(0);
    expect(intervalAt(taken(pace, 1800), 1800)).toBe(100);
  });

  it('is the mean of the first eight intervals, to which each further counts an eighth', () => {
    expect(intervalAt(steady(), 800)).toBeCloseTo(100, 9);
    const slower = taken(steady(), 1060);
    expect(intervalAt(slower, 1060)).toBeCloseTo(120, 9);
    expect(intervalAt(taken(slower, 1100), 1100)).toBeCloseTo(110, 9);
  });

  it('counts no time in which none waits', () => {
    const again = waitingBegan(steady(), 1e9);
    expect(intervalAt(again, 1e9)).toBeCloseTo(100, 9);
    expect(intervalAt(taken(again, 1e9 + 100), 1e9 + 100)).toBeCloseTo(100, 9);
  });

  it('counts the interval that is not over from when it is longer than the mean', () => {
    expect([800, 900, 980].map((now) => Math.round(intervalAt(steady(), now)))).toEqual([100, 100, 110]);
  });
});
