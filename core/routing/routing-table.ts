import type { RouteTarget } from '../journal/event.ts';
import type { Considered, Pick, Rejection } from '../journal/pick.ts';
import { strategies, type StrategyName } from '../balancing/strategies.ts';
import type { Tokens } from '../base/units.ts';

/** One addressable endpoint with the one model that it is asked for. */
export interface Instance {
  readonly name: string;
  readonly provider: string;
  /** Base URL, resolved: the simulated provider has its real address here. */
  readonly endpoint: string;
  readonly model: string;
  readonly contextWindow?: Tokens;
  /** USD for a million tokens. */
  readonly price?: { readonly input: number; readonly output: number };
  readonly apiKey?: string;
}

/** Instances that can stand in for each other, with the strategy that chooses between them. */
export interface Pool {
  readonly target: RouteTarget;
  readonly members: readonly Instance[];
  /** Chooses a member that was not tried yet and whose context is large enough, and explains itself. */
  pick(call: { readonly tried: ReadonlySet<string>; readonly inputTokens: Tokens }): Pick;
}

export interface RoutingTable {
  /** What a `model` field names: a pool, an `instance-or-provider/model` path, or a known model, in this order. */
  resolve(model: string): Pool | undefined;
  /** Every name that `resolve` knows of the first and last kind, for a list of models. */
  readonly names: readonly string[];
}

export interface PoolDefinition {
  readonly strategy: StrategyName;
  /** Names of instances; each must be one of those given beside it. */
  readonly instances: readonly string[];
}

export function createRoutingTable(
  definitions: Readonly<Record<string, PoolDefinition>>,
  instances: readonly Instance[],
): RoutingTable {
  const byName = new Map(instances.map((instance) => [instance.name, instance]));
  const pools = new Map<string, Pool>();
  const add = (target: RouteTarget, members: readonly Instance[], strategy: StrategyName = 'round-robin') => {
    if (!pools.has(target.name)) pools.set(target.name, createPool(target, members, strategy));
  };
  for (const [name, pool] of Object.entries(definitions)) {
    const members = pool.instances.map((member) => byName.get(member)!);
    add({ kind: 'pool', name }, members, pool.strategy);
  }
  for (const instance of instances) {
    add({ kind: 'instance', name: `${instance.name}/${instance.model}` }, [instance]);
  }
  for (const { provider, model } of instances) {
    const siblings = instances.filter((other) => other.provider === provider && other.model === model);
    add({ kind: 'instance', name: `${provider}/${model}` }, siblings);
  }
  for (const { model } of instances) {
    const siblings = instances.filter((other) => other.model === model);
    add({ kind: 'model', name: model }, siblings);
  }
  return {
    resolve: (model) => pools.get(model),
    names: [...pools.values()].flatMap(({ target }) => (target.kind === 'instance' ? [] : [target.name])),
  };
}

function createPool(target: RouteTarget, members: readonly Instance[], strategy: StrategyName): Pool {
  const picker = strategies[strategy].create();
  return {
    target,
    members,
    pick({ tried, inputTokens }) {
      const considered = members.map((member): Considered => {
        const rejected = reject(member, tried, inputTokens);
        return { instance: member.name, terms: {}, ...(rejected && { rejected }) };
      });
      return { strategy, pool: target.name, ...picker.choose(considered), considered };
    },
  };
}

function reject(member: Instance, tried: ReadonlySet<string>, inputTokens: Tokens): Rejection | undefined {
  if (tried.has(member.name)) return { reason: 'already-tried' };
  const limit = member.contextWindow;
  if (limit !== undefined && inputTokens > limit)
    return { reason: 'context-too-small', needed: inputTokens, limit };
  return undefined;
}
