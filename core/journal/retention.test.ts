import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { RunId } from '../base/ids.ts';
import { expiredRuns, type Deletable } from './retention.ts';

const DAY = 86_400_000;
const NOW = 1_000 * DAY;

function run(ageDays: number, bytes = 10, isHosts = false): Deletable {
  return { id: `${ageDays}` as RunId, name: '', endedAt: NOW - ageDays * DAY, isHosts, bytes: () => bytes };
}

const size = (runs: number, bytes: number) => ({ now: NOW, runs, bytes });

describe('retention', () => {
  it('lets nothing go without a rule', () => {
    expect(expiredRuns([run(5_000)], {}, size(1, 1e12))).toEqual([]);
  });

  it('lets go what is older than it may be, and not what is as old', () => {
    const expired = expiredRuns([run(31), run(30), run(29)], { maxAgeDays: 30 }, size(3, 0));
    expect(expired.map((one) => [one.run, one.because])).toEqual([['31', 'age']]);
  });

  it('counts open and pinned runs, and lets the oldest of the others go', () => {
    // Five in all, two of which are not among those that may go.
    const expired = expiredRuns([run(3), run(2), run(1)], { maxRuns: 4 }, size(5, 0));
    expect(expired.map((one) => [one.run, one.because])).toEqual([['3', 'count']]);
  });

  it('does not count the runs of hosts, and lets them go by size', () => {
    const runs = [run(9, 10, true), run(8)];
    expect(expiredRuns(runs, { maxRuns: 0 }, size(1, 0)).map((one) => one.run)).toEqual(['8']);
    expect(expiredRuns(runs, { maxBytes: 95 }, size(1, 100)).map((one) => one.run)).toEqual(['9']);
  });

  it('never lets more go than the size asks for, and as much where there is so much', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 100 }), { maxLength: 30 });
    fc.assert(
      fc.property(sizes, fc.nat(2_000), (bytes, maxBytes) => {
        const total = bytes.reduce((sum, each) => sum + each, 0);
        const runs = bytes.map((each, index) => run(100 - index, each));
        const gone = expiredRuns(runs, { maxBytes }, size(runs.length, total));
        const left = total - gone.reduce((sum, each) => sum + each.bytes, 0);
        expect(left).toBeLessThanOrEqual(Math.max(maxBytes, 0));
        const last = gone.at(-1);
        expect(last === undefined || left + last.bytes > maxBytes).toBe(true);
      }),
    );
  });
});
