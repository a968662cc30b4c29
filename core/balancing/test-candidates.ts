import { seededRandom, seedFrom } from '../base/random.ts';
import type { Task } from '../journal/task.ts';
import type { Candidate, PickContext, Signals } from './picker.ts';

const TASK: Task = {
  category: 'llm',
  model: 'm',
  streaming: true,
  inputTokens: 1000,
  outputTokens: 256,
  tools: 0,
  complexity: 0.5,
  capabilities: [],
  priority: 5,
  urgent: false,
};

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
    task: { ...TASK, ...task },
  };
}
