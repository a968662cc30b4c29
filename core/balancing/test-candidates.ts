import { seededRandom, seedFrom } from '../base/random.ts';
import type { Task } from '../journal/task.ts';
import type { Candidate, Candidates, Explanation, PickContext, Picker, Signals } from './picker.ts';

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
    retry: false,
  };
}

export function listOf(given: readonly Candidate[]): Candidates {
  return { size: given.length, at: (index) => given[index]! };
}

/** A choice by its name, with its explanation; it is a retry where one was tried already. */
export function pickFrom(
  picker: Picker,
  given: readonly Candidate[],
  context: PickContext,
): Explanation & { readonly chosen?: string } {
  const retry = given.some(({ rejected }) => rejected?.reason === 'already-tried');
  const { chosen, explain } = picker.choose(listOf(given), { ...context, retry });
  return { ...(chosen !== undefined && { chosen: given[chosen]!.instance }), ...explain() };
}
