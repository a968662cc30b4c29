import type { RouteTarget } from '../journal/event.ts';
import type { CallPolicies } from './call-policies.ts';
import type { FallbackPolicy } from './fallback.ts';
import type { Guard } from './guard.ts';
import type { Pool } from './pool.ts';
import { IN_USE, type PromotionOptions, type Standing } from './tier-standing.ts';

/** Where a call goes, tier after tier. A pool that is named itself is a plan of one nameless tier. */
export interface Plan {
  readonly target: RouteTarget;
  readonly tiers: readonly Tier[];
  readonly fallback: FallbackPolicy;
  /** The place of the rule that chose the target. */
  readonly rule?: number;
}

/** One level of a task group. */
export class Tier {
  /** Nothing for the one tier of what is no group. */
  readonly name: string | undefined;
  /** `group/tier`, or the name of the pool. */
  readonly label: string;
  /** In order: the first that has somebody takes the call. Follows the registry. */
  pools: readonly Pool[] = [];
  readonly policies: CallPolicies;
  readonly guard: Guard | undefined;
  /** Absent where it is never left out. */
  readonly promotion: PromotionOptions | undefined;
  standing: Standing = IN_USE;

  constructor(parts: {
    readonly name?: string;
    readonly label: string;
    readonly policies?: CallPolicies;
    readonly guard?: Guard;
    readonly promotion?: PromotionOptions;
  }) {
    this.name = parts.name;
    this.label = parts.label;
    this.policies = parts.policies ?? {};
    this.guard = parts.guard;
    this.promotion = parts.promotion;
  }
}
