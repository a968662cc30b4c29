import { roundRobin } from './pickers/round-robin.ts';
import type { Picker } from './picker.ts';

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
