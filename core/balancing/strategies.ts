import type { Considered, Pick } from '../journal/pick.ts';
import { roundRobin } from './pickers/round-robin.ts';

/** What a strategy has to choose from: every member of the pool, those that cannot serve marked with the reason. */
export type Candidates = readonly Considered[];

/** The choice, and what it was computed from; the pool adds its own name and the candidates. */
type Choice = Omit<Pick, 'strategy' | 'pool' | 'considered'>;

export interface Picker {
  /** `chosen` is absent only where every candidate is rejected. */
  choose(candidates: Candidates): Choice;
}

interface StrategyDefinition {
  /** A picker of its own for each pool: pickers keep state. */
  create(): Picker;
}

export const STRATEGY_NAMES = ['round-robin'] as const;
export type StrategyName = (typeof STRATEGY_NAMES)[number];

/** Every strategy there is; an unknown name cannot get past the configuration. */
export const strategies = {
  'round-robin': { create: roundRobin },
} satisfies Record<StrategyName, StrategyDefinition>;
