import { boundedWholeStep, boundsAround, type Bounds } from './bounded.ts';
import type { LimitFigures, SchedulerFigures } from './figures.ts';
import { evidenceOf, healthOf, usualAfter, type UsualResponse } from './health.ts';
import {
  recall,
  settle,
  triedFrom,
  type OptimiserMemory,
  type OptimiserStep,
  type Question,
  type Wish,
} from './hysteresis.ts';
import type { SchedulerOptimiserOptions } from '../../config/schema/optimiser.ts';
import type { ProposalTarget } from './proposal.ts';
import { weightQuestions } from './service-weights.ts';

/** A limit is raised by so much of it, at least by 1. */
const RAISE = 0.05;

/**
 * Proposes weights and limits of attempts in flight from the figures of one interval and what is remembered of those
 * before; pure. A person, or the host where that is switched on, applies what it proposes.
 */
export function optimiseScheduler(
  memory: OptimiserMemory,
  options: SchedulerOptimiserOptions,
  { at, pools }: SchedulerFigures,
): OptimiserStep {
  const seen = new Set<string>();
  const questions = pools.flatMap((pool) => {
    const own = pool.instances.filter(({ instance }) => !seen.has(instance));
    for (const { instance } of own) seen.add(instance);
    const targets: [ProposalTarget, LimitFigures][] = [
      [{ kind: 'pool', name: pool.pool }, pool],
      ...own.map((member): [ProposalTarget, LimitFigures] => [
        { kind: 'instance', name: member.instance },
        member,
      ]),
    ];
    return [
      ...weightQuestions(own, options),
      ...targets.flatMap(([target, figures]) => limitQuestion(memory, options, target, figures)),
    ];
  });
  return settle(memory, options, at, questions);
}

/**
 * Additive increase, multiplicative decrease (Chiu, Jain: Analysis of the Increase and Decrease Algorithms, 1989): up
 * where calls are turned away though those that were let in do well, down where many fail or are answered with 429 and
 * a lower limit would be felt. After a raise of ours it is enough that they do less well, and the way down is the way
 * back. A limit that did harm is not reached again before that is forgotten, later each time.
 */
function limitQuestion(
  memory: OptimiserMemory,
  options: SchedulerOptimiserOptions,
  target: ProposalTarget,
  figures: LimitFigures,
): readonly Question[] {
  const { maxConcurrent: value, configuredMaxConcurrent: configured } = figures;
  if (value === undefined || configured === undefined) return [];
  const key = { kind: 'max-concurrent', target, value } as const;
  const before = recall(memory, key);
  const usual = usualAfter(before.usual, figures, options, value, memory.round + 1);
  const raisedFrom = triedFrom(before, 1);
  const limit = {
    value,
    raisedFrom,
    bounds: boundsAround(configured, options.maxConcurrent, options.maxStep),
  };
  return [{ ...key, usual, wish: limitWish(figures, options, limit, usual) }];
}

interface Limit {
  readonly value: number;
  /** Where the optimiser has raised it last. */
  readonly raisedFrom: number | undefined;
  readonly bounds: Bounds;
}

function limitWish(
  figures: LimitFigures,
  options: SchedulerOptimiserOptions,
  { value, raisedFrom, bounds }: Limit,
  usual: UsualResponse | undefined,
): Wish | undefined {
  const { outstandingMax, atCapacity, attempts } = figures;
  const health = healthOf(figures, options, usual);
  const evidence = { ...evidenceOf(figures, usual), outstandingMax, atCapacity };
  const isBad = health === 'failing' || health === 'rate-limited';
  if (isBad || (health === 'uncertain' && raisedFrom !== undefined)) {
    const to = boundedWholeStep(value, raisedFrom ?? value * (1 - options.maxStep), bounds);
    if (to === undefined || outstandingMax <= to) return undefined;
    const reason = isBad ? (`${health}-at-this-load` as const) : 'worse-since-last-change';
    return { to, reason, evidence, retreat: true };
  }
  const turnedAway = atCapacity / Math.max(1, attempts + atCapacity);
  if (health !== 'healthy' || atCapacity === 0 || turnedAway < options.turnedAwayShare) return undefined;
  const to = boundedWholeStep(value, value + Math.max(1, value * RAISE), bounds);
  return to === undefined ? undefined : { to, reason: 'turned-away-while-healthy', evidence };
}
