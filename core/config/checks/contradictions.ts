import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { checkCategories } from './categories.ts';
import { checkGroupCycles } from './group-cycles.ts';
import { checkGroups } from './groups.ts';
import { checkInstances } from './instances.ts';
import { checkMcp } from './mcp.ts';
import { checkPools } from './pools.ts';
import { checkResources } from './resources.ts';
import { checkRouting } from './routing.ts';
import { checkServices } from './services.ts';
import { targetsOf } from './targets.ts';

/** What no key by itself shows: names that stand for nothing, and settings that cannot hold together. */
export function findContradictions(config: Config): readonly Finding[] {
  const targets = targetsOf(config);
  return [
    ...checkInstances(config),
    ...checkServices(config),
    ...checkPools(config),
    ...checkGroups(config, targets),
    ...checkGroupCycles(config),
    ...checkMcp(config),
    ...checkCategories(config),
    ...checkResources(config),
    ...checkRouting(config, targets),
  ];
}
