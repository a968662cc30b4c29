import { boundedStep, boundsAround, type Bounds } from './bounded.ts';
import type { AllResourceFigures, ResourceFigures, ResourceUserFigures, WindowFigures } from './figures.ts';
import { evidenceOf, healthOf, usualAfter, type Health, type UsualResponse } from './health.ts';
import {
  recall,
  settle,
  triedFrom,
  type OptimiserMemory,
  type OptimiserStep,
  type Question,
  type Wish,
} from './hysteresis.ts';
import type { ResourceOptimiserOptions } from '../../config/schema/optimiser.ts';

/** What is too small is raised, and what is too large lowered, by so much of it. */
const GENTLE = 0.05;

/**
 * Proposes capacities and requirements from the figures of one interval and what is remembered of those before; pure.
 * What the resources are really used for is not measured here: it goes by how the attempts do that reserved them.
 *
 * - A resource that is often short while its users do well is declared too small: more, within its bounds. Where it is
 *   at its bound, the requirement of the user that takes most of it is too large: less.
 * - A full resource whose users fail as a whole is declared too large: less, but never below the largest requirement.
 *   Where one user fails alone, its requirement is too small: more.
 * - What does less well after a step of ours takes that step back; what was raised above the declaration goes back to it
 *   once nobody needs it.
 */
export function optimiseResources(
  memory: OptimiserMemory,
  options: ResourceOptimiserOptions,
  { at, resources }: AllResourceFigures,
): OptimiserStep {
  const questions = resources.flatMap((figures) => questionsOf(memory, options, figures));
  return settle(memory, options, at, questions);
}

function questionsOf(
  memory: OptimiserMemory,
  options: ResourceOptimiserOptions,
  figures: ResourceFigures,
): readonly Question[] {
  const { resource, capacity: value, users } = figures;
  const round = memory.round + 1;
  const key = {
    kind: 'resource-capacity',
    target: { kind: 'resource', name: resource },
    value,
  } as const;
  const before = recall(memory, key);
  const together = togetherOf(users);
  const usual = usualAfter(before.usual, together, options, value, round);
  const scene: Scene = {
    figures,
    options,
    health: healthOf(together, options, usual),
    isShort: figures.short / Math.max(1, figures.asked) >= options.shortShare && figures.waitingMean > 0,
    isFull: figures.peakReserved >= options.fullShare,
    bounds: capacityBounds(figures, options),
  };
  const wish = capacityWish(scene, triedFrom(before, 1), evidenceOf(together, usual));
  return [{ ...key, usual, wish }, ...users.map((user) => requirementQuestion(memory, scene, user))];
}

/** A resource and its users as a whole. */
interface Scene {
  readonly figures: ResourceFigures;
  readonly options: ResourceOptimiserOptions;
  readonly health: Health;
  /** Reservations found too little, and calls waited. */
  readonly isShort: boolean;
  /** So much of it was reserved that more would not have been given. */
  readonly isFull: boolean;
  /** Of the capacity. */
  readonly bounds: Bounds;
}

function capacityWish(
  { figures, options, health, isShort, isFull, bounds }: Scene,
  raisedFrom: number | undefined,
  healthEvidence: Evidence,
): Wish | undefined {
  const { capacity, declaredCapacity, peakReserved, short } = figures;
  const evidence = { ...healthEvidence, ...reservationEvidence(figures) };
  const to = (wanted: number) => boundedStep(capacity, wanted, bounds);
  const lower = raisedFrom ?? capacity * (1 - options.maxStep);
  if (health === 'failing' && isFull) return retreat(to(lower), 'failing-at-this-load', evidence);
  if (health === 'uncertain' && isFull && raisedFrom !== undefined) {
    return retreat(to(lower), 'worse-since-last-change', evidence);
  }
  if (health === 'healthy' && isShort) {
    return change(to(capacity * (1 + GENTLE)), 'short-while-healthy', evidence);
  }
  const isSpare = capacity > declaredCapacity && short === 0 && peakReserved < options.idleShare;
  if (health === 'unknown' || !isSpare) return undefined;
  return change(to(Math.max(declaredCapacity, capacity * (1 - GENTLE))), 'not-needed-any-more', evidence);
}

function requirementQuestion(memory: OptimiserMemory, scene: Scene, user: ResourceUserFigures): Question {
  const { resource, capacity } = scene.figures;
  const { user: target, requirement: value } = user;
  const key = { kind: 'requirement', target: { ...target, resource }, value } as const;
  const before = recall(memory, key);
  // As many attempts as would find room at once.
  const pressure = capacity / value;
  const usual = usualAfter(before.usual, user, scene.options, pressure, memory.round + 1);
  return { ...key, usual, wish: requirementWish(scene, user, triedFrom(before, -1), usual) };
}

function requirementWish(
  { figures, options, health, isShort, isFull, bounds }: Scene,
  user: ResourceUserFigures,
  loweredFrom: number | undefined,
  usual: UsualResponse | undefined,
): Wish | undefined {
  const { capacity, users } = figures;
  const { requirement, configuredRequirement } = user;
  const around = boundsAround(configuredRequirement, options.requirement, options.maxStep);
  const own = { ...around, most: Math.min(around.most, capacity) };
  const to = (wanted: number) => boundedStep(requirement, wanted, own);
  const evidence = { ...evidenceOf(user, usual), ...reservationEvidence(figures) };
  const ownHealth = healthOf(user, options, usual);
  const higher = loweredFrom ?? requirement * (1 + options.maxStep);
  if (ownHealth === 'failing' && isFull && health !== 'failing') {
    return retreat(to(higher), 'failing-at-this-load', evidence);
  }
  if (ownHealth === 'uncertain' && isFull && loweredFrom !== undefined) {
    return retreat(to(higher), 'worse-since-last-change', evidence);
  }
  const capacityIsAtBound = boundedStep(capacity, capacity * (1 + GENTLE), bounds) === undefined;
  const takesMost = users.every((other) => takenBy(other) <= takenBy(user));
  if (ownHealth !== 'healthy' || !isShort || !capacityIsAtBound || !takesMost) return undefined;
  return change(to(requirement * (1 - GENTLE)), 'short-while-healthy', evidence);
}

type Evidence = Wish['evidence'];

function change(to: number | undefined, reason: Wish['reason'], evidence: Evidence): Wish | undefined {
  return to === undefined ? undefined : { to, reason, evidence };
}

function retreat(to: number | undefined, reason: Wish['reason'], evidence: Evidence): Wish | undefined {
  return to === undefined ? undefined : { to, reason, evidence, retreat: true };
}

/** Never below what the largest user needs, who could then never be served. */
function capacityBounds(
  { declaredCapacity, users }: ResourceFigures,
  { capacity, maxStep }: ResourceOptimiserOptions,
): Bounds {
  const around = boundsAround(declaredCapacity, capacity, maxStep);
  return { ...around, least: Math.max(around.least, ...users.map(({ requirement }) => requirement)) };
}

/** The figures of all users; the p95 is the mean of theirs, by attempts. */
function togetherOf(users: readonly ResourceUserFigures[]): WindowFigures {
  const attempts = sum(users, (user) => user.attempts);
  const timed = users.filter(({ firstTokenP95Ms }) => firstTokenP95Ms !== undefined);
  const timedAttempts = sum(timed, (user) => user.attempts);
  const p95 = sum(timed, (user) => user.attempts * (user.firstTokenP95Ms ?? 0)) / timedAttempts;
  return {
    attempts,
    successShare: attempts === 0 ? 1 : sum(users, (user) => user.attempts * user.successShare) / attempts,
    rateLimited: sum(users, (user) => user.rateLimited),
    ...(timedAttempts > 0 && { firstTokenP95Ms: p95 }),
  };
}

function takenBy({ attempts, requirement }: ResourceUserFigures): number {
  return attempts * requirement;
}

function reservationEvidence(figures: ResourceFigures): Evidence {
  const { meanReserved, peakReserved, asked, short, waitingMean } = figures;
  return { meanReserved, peakReserved, asked, short, waitingMean };
}

function sum<Item>(items: readonly Item[], of: (item: Item) => number): number {
  return items.reduce((total, item) => total + of(item), 0);
}
