import { seededRandom, seedFrom } from '../base/random.ts';
import type { Candidate, PickContext, Signals, Task } from './picker.ts';

/** For tests: candidates with these signals, `i0`, `i1`…, and the rest as of one that is idle and new. */
export function candidatesWith(
  signals: readonly Partial<Signals>[],
  rejected: readonly number[] = [],
): readonly Candidate[] {
  return signals.map((some, index) => ({
    instance: `i${index}`,
    ...(rejected.includes(index) && { rejected: { reason: 'already-tried' as const } }),
    signals: { weight: 1, priority: 1, outstanding: 0, samples: 0, ...some },
  }));
}

/** `count` of them with nothing known. */
export function candidates(count: number, rejected: readonly number[] = []): readonly Candidate[] {
  return candidatesWith(
    Array.from({ length: count }, () => ({})),
    rejected,
  );
}

export function contextOf(seed: number, affinity = 'run', task: Partial<Task> = {}): PickContext {
  return {
    random: seededRandom(seedFrom('pick', seed)),
    now: 0,
    affinity,
    task: { model: 'm', streaming: true, inputTokens: 1000, tools: 0, ...task },
  };
}
