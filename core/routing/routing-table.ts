import { seededRandom, type Random } from '../base/random.ts';
import type { Clock } from '../base/clock.ts';
import { lazyCandidates } from '../balancing/candidates.ts';
import type { Picker } from '../balancing/picker.ts';
import { createPicker, type StrategyName } from '../balancing/strategies.ts';
import type { RouteTarget } from '../journal/event.ts';
import type { Considered, Pick } from '../journal/pick.ts';
import type { Task } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import type { Demand, LiveInstances } from './live-instances.ts';

/** Instances that can stand in for each other, with the strategy that chooses between them. */
export interface Pool {
  readonly target: RouteTarget;
  readonly members: readonly Instance[];
  /** Chooses a member that can take the call and was not tried yet, and explains itself. */
  pick(call: PoolCall): Pick;
}

export interface PoolCall {
  readonly tried: ReadonlySet<string>;
  readonly task: Task;
  /** What stays together under consistent hashing. */
  readonly affinity: string;
}

export interface RoutingTable {
  /** What a `model` field names: a pool, an `instance-or-provider/model` path, or a known model, in this order. */
  resolve(model: string): Pool | undefined;
  /** Every name that `resolve` knows of the first and last kind, for a list of models. */
  readonly names: readonly string[];
}

export interface PoolDefinition {
  readonly strategy: StrategyName;
  /** As the strategy's own schema has them. */
  readonly options: unknown;
  /** Names of instances; each must be one of those given beside it. */
  readonly instances: readonly string[];
}

export interface RoutingPorts {
  readonly clock: Clock;
  readonly random: Random;
  readonly live: LiveInstances;
}

export function createRoutingTable(
  ports: RoutingPorts,
  definitions: Readonly<Record<string, PoolDefinition>>,
  instances: readonly Instance[],
): RoutingTable {
  const byName = new Map(instances.map((instance) => [instance.name, instance]));
  const pools = new Map<string, Pool>();
  const add = (target: RouteTarget, members: readonly Instance[], definition?: PoolDefinition) => {
    if (pools.has(target.name)) return;
    const { strategy, options } = definition ?? { strategy: 'round-robin', options: {} };
    pools.set(target.name, createPool(ports, target, members, strategy, createPicker(strategy, options)));
  };
  for (const [name, definition] of Object.entries(definitions)) {
    const members = definition.instances.map((member) => byName.get(member)!);
    add({ kind: 'pool', name }, members, definition);
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

/** What a call asks of an instance. */
export function demandOf(task: Task, tried: ReadonlySet<string>): Demand {
  return { tried, inputTokens: task.inputTokens, expectedOutputTokens: task.outputTokens };
}

function createPool(
  { clock, random, live }: RoutingPorts,
  target: RouteTarget,
  members: readonly Instance[],
  strategy: StrategyName,
  picker: Picker,
): Pool {
  const names = new Set(members.map((member) => member.name));
  return {
    target,
    members,
    pick({ tried, task, affinity }) {
      const demand = demandOf(task, tried);
      const candidates = lazyCandidates(members.length, (index) => live.candidate(members[index]!, demand));
      // The seed is recorded, so that the very same decision can be made again.
      const seed = Math.floor(random() * 2 ** 32);
      const context = {
        random: seededRandom(seed),
        now: clock.now(),
        affinity,
        task,
        // Where others were tried, in another pool, it is the first try in this one.
        retry: [...tried].some((name) => names.has(name)),
      };
      const { chosen, explain } = picker.choose(candidates, context);
      const { probability, terms, inputs } = explain();
      return {
        strategy,
        pool: target.name,
        ...(chosen !== undefined && { chosen: members[chosen]!.name }),
        probability,
        considered: members.map((_, index): Considered => {
          const { instance, rejected } = candidates.at(index);
          return { instance, terms: terms.get(instance) ?? {}, ...(rejected && { rejected }) };
        }),
        inputs: { ...inputs, seed },
      };
    },
  };
}
