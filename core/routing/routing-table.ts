import type { Random } from '../base/random.ts';
import { createPicker, defaultStrategy, type StrategyName } from '../balancing/strategies.ts';
import type { RouteTarget } from '../journal/event.ts';
import type { Category, Task } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import type { CallPolicies } from './call-policies.ts';
import { DEFAULT_FALLBACK, type FallbackPolicy, type FallbackStep } from './fallback.ts';
import { Guard, type GuardOptions } from './guard.ts';
import type { LiveInstance } from './live-instance.ts';
import type { LiveInstances } from './live-instances.ts';
import { Tier, type Plan } from './plan.ts';
import { passThroughPlan } from './pass-through-plan.ts';
import { Pool, type Admission } from './pool.ts';
import type { PromotionOptions } from './tier-standing.ts';

export interface PoolDefinition {
  /** Absent: the default of its members' category. */
  readonly strategy?: StrategyName;
  /** As the strategy's own schema has them. */
  readonly options?: unknown;
  /** Names of instances. */
  readonly instances: readonly string[];
  readonly guard?: GuardOptions;
  readonly policies?: CallPolicies;
}

export interface TierDefinition {
  readonly name: string;
  /** Each a pool, an `instance-or-provider/model` path, or a model. */
  readonly pools: readonly string[];
  readonly guard?: GuardOptions;
  readonly policies?: CallPolicies;
}

export interface GroupDefinition {
  readonly tiers: readonly TierDefinition[];
  readonly fallback: FallbackPolicy;
  readonly promotion: PromotionOptions;
}

export interface CategoryDefaults {
  readonly strategy?: StrategyName;
  readonly options?: unknown;
  /** Of what is no group. */
  readonly fallback?: FallbackStep;
}

/** Sends tasks somewhere, whatever their `model` names. */
export interface RoutingRule {
  holds(task: Task): boolean;
  /** A group, a pool, a path or a model. */
  readonly to: string;
}

/** What the configuration says about ways; checked there, so that every name in it exists. */
export interface RoutingDefinitions {
  readonly pools: Readonly<Record<string, PoolDefinition>>;
  readonly groups: Readonly<Record<string, GroupDefinition>>;
  /** In order: the first that holds decides. */
  readonly rules: readonly RoutingRule[];
  readonly categories: Readonly<Partial<Record<Category, CategoryDefaults>>>;
}

export interface RoutingPorts {
  readonly random: Random;
  readonly live: LiveInstances;
  readonly admission: Admission;
}

/** All ways that a call can go, kept as the registry changes. */
export class RoutingTable {
  private readonly ports: RoutingPorts;
  private readonly definitions: RoutingDefinitions;
  /** Members of the configured pools; instances may join later. */
  private readonly membersOf: Map<string, string[]>;
  private readonly pools = new Map<string, Pool>();
  private readonly plans = new Map<string, Plan>();
  private readonly passThroughs = new Map<string, Plan>();
  private readonly tiersOf = new Map<string, readonly Tier[]>();

  constructor(ports: RoutingPorts, definitions: RoutingDefinitions) {
    this.ports = ports;
    this.definitions = definitions;
    const pools = Object.entries(definitions.pools);
    this.membersOf = new Map(pools.map(([name, { instances }]) => [name, [...instances]]));
    this.refresh();
  }

  /** Where a task goes: by the first rule that holds for it, else by what its `model` names. */
  plan(task: Task): Plan | undefined {
    for (const [rule, { holds, to }] of this.definitions.rules.entries()) {
      const plan = holds(task) ? this.plans.get(to) : undefined;
      if (plan) return { ...plan, rule };
    }
    return this.plans.get(task.model);
  }

  /** What a name stands for: a group, a pool, an `instance-or-provider/model` path, or a known model, in this order. */
  resolve(name: string): Plan | undefined {
    return this.plans.get(name);
  }

  /** Of what a name stands for; models are the rule. */
  categoryOf(name: string): Category {
    const [member] =
      this.plans.get(name)?.tiers.flatMap(({ pools }) => pools.flatMap((pool) => pool.members)) ?? [];
    return member?.instance.category ?? 'llm';
  }

  /** Every name of what is no model, for a list of services. */
  get services(): readonly string[] {
    return [...this.plans.keys()].filter((name) => !HAS_MODELS.has(this.categoryOf(name)));
  }

  /** Where a fallback leads, if it leads to another plan. */
  follow(step: FallbackStep): Plan | undefined {
    if (step.kind === 'group') return this.plans.get(step.name);
    const live = step.kind === 'instance' ? this.ports.live.get(step.name) : undefined;
    return live && this.plans.get(pathOf(live.instance.name, live.instance));
  }

  /** The provider that a call was meant for, as it is: with the client's own key, and nothing known against it. */
  passThrough(provider: string, endpoint: string): Plan {
    const key = `${provider} ${endpoint}`;
    const known = this.passThroughs.get(key);
    if (known) return known;
    const plan = passThroughPlan(this.ports, provider, endpoint);
    this.passThroughs.set(key, plan);
    return plan;
  }

  /** Every name of a model that `resolve` knows but paths, for a list of models. */
  get names(): readonly string[] {
    return [...this.plans.values()].flatMap(({ target: { kind, name } }) =>
      kind !== 'instance' && this.isModel(name) ? [name] : [],
    );
  }

  /** Whether a name, also a path, stands for something that is asked as a model. */
  isModel(name: string): boolean {
    return this.plans.has(name) && HAS_MODELS.has(this.categoryOf(name));
  }

  /** The configured pools. */
  get configuredPools(): readonly Pool[] {
    return [...this.membersOf.keys()].map((name) => this.pools.get(name)!);
  }

  /** The members of every pool, by name. */
  get memberNames(): readonly (readonly string[])[] {
    return [...this.membersOf.values()];
  }

  get groups(): readonly Plan[] {
    return [...this.plans.values()].filter(({ target }) => target.kind === 'group');
  }

  /** Puts an instance into configured pools; false where one of them does not exist. */
  join(instance: string, pools: readonly string[]): boolean {
    if (!pools.every((pool) => this.membersOf.has(pool))) return false;
    for (const pool of pools) {
      const members = this.membersOf.get(pool)!;
      if (!members.includes(instance)) members.push(instance);
    }
    this.refresh();
    return true;
  }

  /** Takes an instance out of every pool: one of the same name that comes later is another. */
  leave(instance: string): void {
    for (const [pool, members] of this.membersOf) {
      this.membersOf.set(
        pool,
        members.filter((member) => member !== instance),
      );
    }
    this.refresh();
  }

  /** Follows the registry. Pools that are still there keep their turn and their counts. */
  refresh(): void {
    const instances = this.ports.live.all();
    const targets = targetsOf(instances, this.membersOf);
    for (const [name, pool] of this.pools) {
      if (targets.has(name)) continue;
      // Calls that wait for it still hold it.
      pool.members = [];
      this.pools.delete(name);
    }
    for (const [name, { target, members }] of targets) {
      const pool = this.pools.get(name) ?? this.createPool(target, members);
      pool.members = members;
      this.pools.set(name, pool);
    }
    this.plans.clear();
    for (const [name, group] of Object.entries(this.definitions.groups)) {
      this.plans.set(name, this.groupPlan(name, group));
    }
    for (const [name, pool] of this.pools) {
      if (!this.plans.has(name)) this.plans.set(name, this.poolPlan(pool));
    }
  }

  private createPool(target: RouteTarget, members: readonly LiveInstance[]): Pool {
    const { random, admission } = this.ports;
    const definition = target.kind === 'pool' ? this.definitions.pools[target.name] : undefined;
    const category = members[0]?.instance.category ?? 'llm';
    const { strategy, options } = definition?.strategy
      ? { strategy: definition.strategy, options: definition.options }
      : this.strategyFor(category);
    const guard = guardFor(definition?.guard, random);
    return new Pool({
      target,
      strategy,
      picker: createPicker(strategy, options ?? {}),
      policies: definition?.policies ?? {},
      ...(guard && { guard }),
      admission,
      random,
    });
  }

  private strategyFor(category: Category): { readonly strategy: StrategyName; readonly options: unknown } {
    const configured = this.definitions.categories[category];
    return configured?.strategy
      ? { strategy: configured.strategy, options: configured.options }
      : defaultStrategy(category);
  }

  private groupPlan(name: string, group: GroupDefinition): Plan {
    const { random } = this.ports;
    const before = this.tiersOf.get(name);
    const tiers =
      before ??
      group.tiers.map((tier, index) => {
        const guard = guardFor(tier.guard, random);
        return new Tier({
          name: tier.name,
          label: `${name}/${tier.name}`,
          ...(tier.policies && { policies: tier.policies }),
          ...(guard && { guard }),
          // The last one is never left out: there is nothing behind it.
          ...(index < group.tiers.length - 1 && { promotion: group.promotion }),
        });
      });
    this.tiersOf.set(name, tiers);
    for (const [index, tier] of tiers.entries()) {
      tier.pools = group.tiers[index]!.pools.flatMap((pool) => this.pools.get(pool) ?? []);
    }
    return { target: { kind: 'group', name }, tiers, fallback: group.fallback };
  }

  private poolPlan(pool: Pool): Plan {
    const category = pool.members[0]?.instance.category ?? 'llm';
    const exhausted = this.definitions.categories[category]?.fallback;
    const tier = new Tier({ label: pool.target.name });
    tier.pools = [pool];
    return {
      target: pool.target,
      tiers: [tier],
      fallback: exhausted ? { ...DEFAULT_FALLBACK, exhausted } : DEFAULT_FALLBACK,
    };
  }
}

const HAS_MODELS: ReadonlySet<Category> = new Set(['llm', 'embedding']);

/** None where nothing limits. */
function guardFor(options: GuardOptions = {}, random: Random): Guard | undefined {
  return Object.keys(options).length > 0 ? new Guard(options, random) : undefined;
}

interface Members {
  readonly target: RouteTarget;
  readonly members: readonly LiveInstance[];
}

/** What each name stands for; where two kinds have the same name, the first kind has it. */
function targetsOf(
  instances: readonly LiveInstance[],
  pools: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, Members> {
  const found = new Map<string, Members & { readonly members: LiveInstance[] }>();
  const add = (kind: RouteTarget['kind'], name: string, member: LiveInstance) => {
    const known = found.get(name);
    if (!known) found.set(name, { target: { kind, name }, members: [member] });
    else if (known.target.kind === kind) known.members.push(member);
  };
  const byName = new Map(instances.map((live) => [live.instance.name, live]));
  for (const [name, members] of pools) {
    const known = members.flatMap((member) => byName.get(member) ?? []);
    found.set(name, { target: { kind: 'pool', name }, members: known });
  }
  for (const live of instances) add('instance', pathOf(live.instance.name, live.instance), live);
  const ownPaths = new Set(found.keys());
  for (const live of instances) {
    const path = pathOf(live.instance.provider, live.instance);
    if (!ownPaths.has(path)) add('instance', path, live);
  }
  for (const live of instances) if (live.instance.model !== '') add('model', live.instance.model, live);
  return found;
}

/** `instance-or-provider/model`; the name alone for what has no model. */
function pathOf(name: string, { model }: Instance): string {
  return model === '' ? name : `${name}/${model}`;
}
