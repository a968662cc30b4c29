import type { Millis } from '../../base/units.ts';
import type { UsualResponse } from './health.ts';
import type { CommonOptions } from '../../config/schema/optimiser.ts';
import { idOf, keyOf, type Proposal } from './proposal.ts';

/** What the figures of one interval say about a number. */
export interface Wish {
  /** Within all bounds, and another value than now. */
  readonly to: number;
  readonly reason: Proposal['reason'];
  readonly evidence: Proposal['evidence'];
  /** The value that it has does harm: it is not to be reached again soon. */
  readonly retreat?: true;
}

/** A number that may be changed, asked for anew in each interval. */
export interface Question extends Pick<Proposal, 'kind' | 'target'> {
  /** As it is now. */
  readonly value: number;
  readonly wish?: Wish | undefined;
  /** What the rule wants to know again in the next interval. */
  readonly usual?: UsualResponse | undefined;
}

type Direction = 1 | -1;

interface Step {
  readonly from: number;
  readonly to: number;
  readonly round: number;
  readonly retreat: boolean;
}

/** A value that was retreated from, and which way. */
interface Barrier {
  readonly value: number;
  readonly retreat: Direction;
  readonly round: number;
  /** Retreats in the same direction, one after the other. */
  readonly times: number;
}

interface KeyMemory {
  /** Intervals in a row in which it was wanted higher (above 0) or lower (below 0). */
  readonly wanted: number;
  /** The newest proposal, which nobody has applied yet. */
  readonly proposed?: Step | undefined;
  /** The last change that is in force, since the interval in which it was seen to be. */
  readonly applied?: Step | undefined;
  readonly barrier?: Barrier | undefined;
  /** Undone by hand: nothing is proposed before this interval. */
  readonly restUntil?: number | undefined;
  readonly usual?: UsualResponse | undefined;
}

/** What an optimiser knows of the intervals before; plain data. */
export interface OptimiserMemory {
  /** Number of the last interval. */
  readonly round: number;
  readonly keys: Readonly<Record<string, KeyMemory>>;
}

export interface OptimiserStep {
  readonly memory: OptimiserMemory;
  readonly proposals: readonly Proposal[];
}

export const initialOptimiser: OptimiserMemory = { round: 0, keys: {} };

/** A barrier is remembered twice as long each time, up to so many doublings. */
const MOST_DOUBLINGS = 6;

/**
 * Lets a wish become a proposal where it was there for long enough and does not turn back what was just done. Whether
 * an earlier proposal was applied is seen from the value that the number has now. What is not asked about any more is
 * forgotten.
 */
export function settle(
  memory: OptimiserMemory,
  options: CommonOptions,
  at: Millis,
  questions: readonly Question[],
): OptimiserStep {
  const round = memory.round + 1;
  const keys: [string, KeyMemory][] = [];
  const proposals: Proposal[] = [];
  for (const question of questions) {
    const { kind, target, value, usual } = question;
    const recalled = recall(memory, question);
    const before = { ...recalled, barrier: barrierAfter(recalled, question) };
    const wish = standing(question.wish, value, before, options, round);
    const wanted = wish ? inARow(before.wanted, directionOf(value, wish.to)) : 0;
    if (!wish || !isDue(wanted, before.applied, options, round)) {
      keys.push([keyOf(question), { ...before, wanted, usual }]);
      continue;
    }
    const { to, reason, evidence, retreat = false } = wish;
    const proposed = { from: value, to, round, retreat };
    keys.push([keyOf(question), { ...before, wanted: 0, usual, proposed }]);
    proposals.push({ id: idOf(question, at), kind, target, from: value, to, evidence, reason });
  }
  return { memory: { round, keys: Object.fromEntries(keys) }, proposals };
}

/** A person has undone this: the number is left alone for `forgetIntervals`. */
export function restAfterUndo(
  memory: OptimiserMemory,
  options: CommonOptions,
  proposal: Proposal,
): OptimiserMemory {
  const key = keyOf(proposal);
  const { usual } = memory.keys[key] ?? {};
  const resting = { wanted: 0, usual, restUntil: memory.round + 1 + options.forgetIntervals };
  return { ...memory, keys: { ...memory.keys, [key]: resting } };
}

/** What is known of a number, in the light of the value that it has now. */
export function recall(
  memory: OptimiserMemory,
  question: Pick<Question, 'kind' | 'target' | 'value'>,
): KeyMemory {
  const { value } = question;
  const round = memory.round + 1;
  const before = memory.keys[keyOf(question)] ?? { wanted: 0 };
  const { proposed, applied, barrier } = before;
  if (proposed && value === proposed.to) {
    const seen = { ...before, proposed: undefined, applied: { ...proposed, round } };
    if (!proposed.retreat) return seen;
    const retreat = directionOf(proposed.from, proposed.to);
    const times = barrier?.retreat === retreat ? barrier.times + 1 : 1;
    return { ...seen, barrier: { value: proposed.from, retreat, round, times } };
  }
  // Somebody else has changed it: nothing of ours is in force.
  return applied && value !== applied.to ? { ...before, applied: undefined } : before;
}

/** What the number was before it was last moved this way to see whether that is better; absent where it was not. */
export function triedFrom({ applied }: KeyMemory, direction: Direction): number | undefined {
  if (!applied || applied.retreat || directionOf(applied.from, applied.to) !== direction) return undefined;
  return applied.from;
}

/** Who does well beyond a barrier, and wants to go on, has disproved it. */
function barrierAfter({ barrier }: KeyMemory, { value, wish }: Question): Barrier | undefined {
  if (!barrier || !wish || directionOf(value, wish.to) === barrier.retreat) return barrier;
  return reaches(value, barrier) ? undefined : barrier;
}

function standing(
  wish: Wish | undefined,
  value: number,
  { barrier, restUntil }: KeyMemory,
  { forgetIntervals }: CommonOptions,
  round: number,
): Wish | undefined {
  if (!wish || (restUntil !== undefined && round < restUntil)) return undefined;
  if (!barrier || directionOf(value, wish.to) === barrier.retreat) return wish;
  const life = forgetIntervals * 2 ** Math.min(barrier.times - 1, MOST_DOUBLINGS);
  return round - barrier.round < life && reaches(wish.to, barrier) ? undefined : wish;
}

function reaches(value: number, barrier: Barrier): boolean {
  return (value - barrier.value) * barrier.retreat <= 0;
}

function isDue(wanted: number, applied: Step | undefined, options: CommonOptions, round: number): boolean {
  if (Math.abs(wanted) < options.wantedIntervals) return false;
  const turnsBack = applied && directionOf(applied.from, applied.to) !== Math.sign(wanted);
  return !turnsBack || round - applied.round >= options.holdIntervals;
}

function inARow(wanted: number, direction: Direction): number {
  return Math.sign(wanted) === direction ? wanted + direction : direction;
}

function directionOf(from: number, to: number): Direction {
  return to > from ? 1 : -1;
}
