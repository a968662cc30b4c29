import type { GroupInfo, HostInfo, InstanceInfo, PoolInfo } from '../api/contract.ts';
import type { Nanos } from '../base/units.ts';
import type { Instance } from '../registry/instance.ts';
import { millisUntil, type Guard } from '../routing/guard.ts';
import type { Plan } from '../routing/plan.ts';
import type { Pool } from '../routing/pool.ts';
import type { HostScheduling } from './host-scheduling.ts';

type Described = Pick<HostInfo, 'scheduler' | 'groups' | 'pools' | 'instances' | 'resources'>;

/** The scheduler as it stands now, for a person. */
export function describeScheduling(scheduling: HostScheduling, now: Nanos): Described {
  const { table, registry, resources, scheduler } = scheduling;
  return {
    scheduler: scheduler.view(),
    groups: table.groups.map((plan) => describeGroup(plan, now)),
    pools: table.configuredPools.map((pool) => describePool(pool, now)),
    instances: registry.list().map((instance) => describeInstance(scheduling, instance)),
    resources: resources.use(),
  };
}

export function describeInstance(
  { live, registry }: Pick<HostScheduling, 'live' | 'registry'>,
  instance: Instance,
): InstanceInfo {
  const {
    apiKey: _key,
    keyOrigin: _origin,
    keyHeader: _header,
    limits: _limits,
    requires: _requires,
    capacity: _capacity,
    ...settings
  } = instance;
  const figures = live.figures(instance.name);
  if (!figures) throw new Error(`${instance.name} is registered, but has no live figures`);
  return { ...settings, ...figures, transient: registry.isTransient(instance.name) };
}

function describeGroup({ target, tiers }: Plan, now: Nanos): GroupInfo {
  return {
    name: target.name,
    tiers: tiers.map(({ name = '', pools, guard, standing }) => ({
      name,
      pools: pools.map((pool) => pool.target.name),
      standing: standing.kind,
      ...(standing.kind === 'fallen' && { triedInMs: millisUntil(standing.until, now) }),
      ...viewOf(guard, now),
    })),
  };
}

function describePool({ target, strategy, members, guard }: Pool, now: Nanos): PoolInfo {
  return {
    name: target.name,
    category: members[0]?.instance.category ?? 'llm',
    strategy,
    instances: members.map(({ instance }) => instance.name),
    ...viewOf(guard, now),
  };
}

function viewOf(guard: Guard | undefined, now: Nanos) {
  return guard && { guard: guard.view(now) };
}
