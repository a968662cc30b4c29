import { describe, expect, it } from 'vitest';
import { judge } from './judge.ts';

const MEBIBYTE = 1024 * 1024;
const samples = (bytesACall: number, sockets = 10) =>
  [0, 1, 2, 3].map((step) => ({
    calls: step * 100_000,
    rss: 300 * MEBIBYTE + step * 100_000 * bytesACall,
    heap: 100,
    threads: 100,
    external: 10,
    resources: { TCPSocketWrap: step === 3 ? sockets : 10 },
  }));

describe('the judgement of a soak', () => {
  it('is that memory is flat where it grows by less than 32 MiB over a million calls', () => {
    expect(judge(samples(33))).toMatchObject({
      violations: [],
      projectedMib: expect.closeTo(31.5, 1) as number,
    });
    expect(judge(samples(-5)).violations).toEqual([]);
    expect(judge(samples(34)).violations).toEqual(['over 1,000,000 calls it would grow by 32.4 MiB, not 32']);
  });

  it('is that nothing piles up', () => {
    expect(judge(samples(0, 18)).violations).toEqual([]);
    expect(judge(samples(0, 19)).violations).toEqual(['TCPSocketWrap: 19, and 10 at the first sample']);
  });
});
