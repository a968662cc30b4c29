import type { Config } from '../config/schema.ts';
import type { TargetTraffic, TrafficFigures } from '../insight/traffic-window.ts';
import { CATEGORIES } from '../journal/task.ts';
import type { Instance } from '../registry/instance.ts';
import type {
  AllResourceFigures,
  InstanceFigures,
  PoolFigures,
  ResourceUserFigures,
  SchedulerFigures,
  WindowFigures,
} from '../scheduling/optimiser/figures.ts';
import type { HostScheduling } from './host-scheduling.ts';

const NO_TRAFFIC: TargetTraffic = {
  attempts: 0,
  successShare: 1,
  rateLimited: 0,
  outstandingMean: 0,
  outstandingMax: 0,
  atCapacity: 0,
};

/** The traffic of a window with the settings that it ran under, as the optimiser of the scheduler wants it. */
export function schedulerFigures(
  traffic: TrafficFigures,
  { table }: HostScheduling,
  config: Config,
): SchedulerFigures {
  const pools = table.configuredPools.map((pool): PoolFigures => {
    const { name } = pool.target;
    const instances = pool.members.map(({ instance }): InstanceFigures => {
      const configured = config.instances[instance.name];
      return {
        ...(traffic.instances.get(instance.name) ?? NO_TRAFFIC),
        instance: instance.name,
        weight: instance.weight,
        configuredWeight: configured?.weight ?? instance.weight,
        ...limits(instance.capacity, configured?.maxConcurrent),
      };
    });
    const own = traffic.pools.get(name) ?? NO_TRAFFIC;
    return {
      ...own,
      pool: name,
      instances,
      ...limits(pool.guard?.capacity, config.pools[name]?.maxConcurrent),
    };
  });
  return { at: traffic.at, pools };
}

/** The same for the optimiser of the resources. */
export function resourceFigures(
  traffic: TrafficFigures,
  scheduling: HostScheduling,
  config: Config,
): AllResourceFigures {
  const resources = scheduling.resources.use().map(({ resource, capacity }) => {
    const used = traffic.resources.get(resource);
    return {
      resource,
      capacity,
      declaredCapacity: config.resources[resource] ?? capacity,
      meanReserved: capacity > 0 ? (used?.reservedMean ?? 0) / capacity : 0,
      peakReserved: capacity > 0 ? (used?.reservedPeak ?? 0) / capacity : 0,
      asked: used?.asked ?? 0,
      short: used?.short ?? 0,
      waitingMean: used?.waitingMean ?? 0,
      users: usersOf(resource, traffic, scheduling, config),
    };
  });
  return { at: traffic.at, resources };
}

/** Instances that say what they need, and categories for all others. */
function usersOf(
  resource: string,
  traffic: TrafficFigures,
  { registry }: HostScheduling,
  config: Config,
): readonly ResourceUserFigures[] {
  const users: ResourceUserFigures[] = [];
  for (const { name, requires } of registry.list()) {
    const configured = config.instances[name]?.requires?.[resource];
    const requirement = requires?.[resource];
    if (configured === undefined || requirement === undefined) continue;
    const own = traffic.instances.get(name) ?? NO_TRAFFIC;
    users.push({ ...own, user: { kind: 'instance', name }, requirement, configuredRequirement: configured });
  }
  for (const category of CATEGORIES) {
    const configured = config.categories[category]?.requires?.[resource];
    const members = requirersOf(registry.list(), category, config);
    const requirement = members[0]?.requires?.[resource];
    if (configured === undefined || requirement === undefined) continue;
    const own = together(members.map(({ name }) => traffic.instances.get(name) ?? NO_TRAFFIC));
    users.push({
      ...own,
      user: { kind: 'category', name: category },
      requirement,
      configuredRequirement: configured,
    });
  }
  return users;
}

/** The instances of a category that require what the category says. */
export function requirersOf(
  instances: readonly Instance[],
  category: string,
  config: Config,
): readonly Instance[] {
  return instances.filter((one) => one.category === category && !config.instances[one.name]?.requires);
}

/** Shares and times are means by attempts. */
function together(all: readonly TargetTraffic[]): WindowFigures {
  const attempts = all.reduce((sum, one) => sum + one.attempts, 0);
  const mean = (of: (one: TargetTraffic) => number) =>
    all.reduce((sum, one) => sum + of(one) * one.attempts, 0) / attempts;
  return {
    attempts,
    successShare: attempts === 0 ? 1 : mean((one) => one.successShare),
    rateLimited: all.reduce((sum, one) => sum + one.rateLimited, 0),
    ...(attempts > 0 && { firstTokenP95Ms: mean((one) => one.firstTokenP95Ms ?? 0) }),
  };
}

function limits(now: number | undefined, configured: number | undefined) {
  return now === undefined || configured === undefined
    ? {}
    : { maxConcurrent: now, configuredMaxConcurrent: configured };
}
