import { candidatesWith, contextOf } from '../core/balancing/test-candidates.ts';
import { STRATEGY_NAMES, strategies, type StrategyName } from '../core/balancing/strategies.ts';
import { measureCallLife } from './call-life.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';

const ROUNDS = 15;
const ROUND_MILLIS = 20;
/** The bar of the issue: 300,000 picks a second. */
const WEIGHTED_SCORE_BAR_MICROS = 1_000_000 / 300_000;
const SMALL = 4;
const USUAL = 16;
const LARGE = 1024;

/** What a decision costs, for each strategy, and how that grows; then the whole life of a call without I/O. */
export async function runCore(progress: (line: string) => void): Promise<readonly Figure[]> {
  const figures: Figure[] = [];
  for (const name of STRATEGY_NAMES) {
    progress(`picks: ${name} …`);
    const [small, usual, large] = measurePicks(name, [SMALL, USUAL, LARGE]) as [number, number, number];
    figures.push({
      figure: `${name}: a pick among ${USUAL}`,
      unit: 'µs',
      ours: usual,
      ...(name === 'weighted-score' && { bar: { atMost: WEIGHTED_SCORE_BAR_MICROS, of: 'ours' } }),
    });
    figures.push({
      figure: `${name}: growth from ${SMALL} to ${LARGE} instances`,
      unit: '×',
      ours: large / small,
      bar: { atMost: LARGE / SMALL, of: 'linear at most' },
    });
  }
  return [...figures, await measureCallLife(progress)];
}

/** Microseconds for a pick in pools of each size, medians of interleaved rounds. */
function measurePicks(name: StrategyName, sizes: readonly number[]): readonly number[] {
  const pools = sizes.map((size) => ({
    picker: strategies[name].create({}),
    members: membersOf(size),
    times: [] as number[],
  }));
  const contexts = Array.from({ length: 256 }, (_, seed) => contextOf(seed, `run ${seed}`));
  for (let round = 0; round < ROUNDS; round++) {
    for (const { picker, members, times } of pools) {
      const began = performance.now();
      let picks = 0;
      do {
        for (let index = 0; index < 16; index++) picker.choose(members, contexts[picks++ % contexts.length]!);
      } while (performance.now() - began < ROUND_MILLIS);
      times.push(((performance.now() - began) * 1000) / picks);
    }
  }
  // The first rounds are the compiler's.
  return pools.map(({ times }) => median(times.slice(3)));
}

function membersOf(count: number) {
  return candidatesWith(
    Array.from({ length: count }, (_, index) => ({
      weight: 1 + (index % 5),
      outstanding: index % 7,
      capacity: 16,
      firstTokenMs: 100 + ((index * 37) % 900),
      tokenMs: 5 + (index % 20),
      successRate: 0.9 + (index % 10) / 100,
      costUsd: 0.001 * (1 + (index % 9)),
      samples: 50,
    })),
  );
}
