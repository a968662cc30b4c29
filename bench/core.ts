import { lazyCandidates } from '../core/balancing/candidates.ts';
import type { Candidates, Picker } from '../core/balancing/picker.ts';
import { ended, initialStatistics, signalsOf } from '../core/balancing/signals.ts';
import { STRATEGY_NAMES, strategies, type StrategyName } from '../core/balancing/strategies.ts';
import { candidatesWith, contextOf } from '../core/balancing/test-candidates.ts';
import { measureCallLife } from './call-life.ts';
import { runQueue } from './queue.ts';
import type { Figure } from './support/figures.ts';
import { median } from './support/statistics.ts';

const ROUNDS = 15;
const ROUND_MILLIS = 20;
/** The bar of the issue: 300,000 picks a second. */
const WEIGHTED_SCORE_BAR_MICROS = 1_000_000 / 300_000;
/** A pick of two that are drawn at random must not look at all: far below the 256 of what does. */
const FEW_LOOKS_BAR = 64;
const SMALL = 4;
const USUAL = 16;
const LARGE = 1024;

/** What a decision costs in each strategy, and how that grows; what its explanation adds; then the whole life of a call without I/O. */
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
      bar:
        name === 'latency'
          ? { atMost: FEW_LOOKS_BAR, of: 'sub-linear' }
          : { atMost: LARGE / SMALL, of: 'linear at most' },
    });
  }
  progress('picks: explained, and with live figures …');
  figures.push(...measureWeightedScore());
  return [...figures, ...(await measureCallLife(progress)), ...(await runQueue(progress))];
}

/** Microseconds for a decision in pools of each size; nobody asks why. */
function measurePicks(name: StrategyName, sizes: readonly number[]): readonly number[] {
  return interleaved(sizes.map((size) => choosing(strategies[name].create({}), listsOf(size))));
}

/** What comes on top of a decision: its explanation, and to make the figures of 16 instances from their statistics. */
function measureWeightedScore(): readonly Figure[] {
  const picker = strategies['weighted-score'].create({});
  const lists = listsOf(USUAL);
  const contexts = contextsOf();
  const [plain, explained, live] = interleaved([
    choosing(picker, lists),
    (pick) => picker.choose(lists(), contexts[pick % contexts.length]!).explain(),
    choosing(picker, liveListsOf(USUAL)),
  ]) as [number, number, number];
  return [
    { figure: `weighted-score: explain() of a pick among ${USUAL}`, unit: 'µs', ours: explained - plain },
    { figure: `weighted-score: a pick among ${USUAL} whose signals are made for it`, unit: 'µs', ours: live },
  ];
}

function choosing(picker: Picker, lists: () => Candidates): (pick: number) => void {
  const contexts = contextsOf();
  return (pick) => void picker.choose(lists(), contexts[pick % contexts.length]!);
}

function contextsOf() {
  return Array.from({ length: 256 }, (_, seed) => contextOf(seed, `run ${seed}`));
}

/** Microseconds for each of these, medians of interleaved rounds. */
function interleaved(works: readonly ((pick: number) => void)[]): readonly number[] {
  const times = works.map((): number[] => []);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [index, work] of works.entries()) {
      const began = performance.now();
      let picks = 0;
      do {
        for (let batch = 0; batch < 16; batch++) work(picks++);
      } while (performance.now() - began < ROUND_MILLIS);
      times[index]!.push(((performance.now() - began) * 1000) / picks);
    }
  }
  // The first rounds are the compiler's.
  return times.map((each) => median(each.slice(3)));
}

/** A new lazy list for each pick, as a pool makes one. */
function listsOf(count: number): () => Candidates {
  const members = membersOf(count);
  return () => lazyCandidates(count, (index) => members[index]!);
}

function liveListsOf(count: number): () => Candidates {
  const statistics = ended(initialStatistics, {
    now: 900_000_000,
    startedAt: 0,
    firstTokenAt: 300_000_000,
    outputTokens: 50,
    outcome: 'success',
  });
  const at = { now: 1_000_000_000, inputTokens: 1000, expectedOutputTokens: 256 };
  const configs = membersOf(count).map(({ instance, signals }) => ({
    instance,
    config: { weight: signals.weight, priority: 1, capacity: 16, price: { input: 1, output: 4 } },
  }));
  return () =>
    lazyCandidates(count, (index) => {
      const { instance, config } = configs[index]!;
      return { instance, signals: signalsOf(statistics, config, at) };
    });
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
