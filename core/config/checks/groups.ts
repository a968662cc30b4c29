import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import type { GroupConfig } from '../schema/groups.ts';
import { listNames, noSuchName } from '../words.ts';
import { categoryOf, sharedCategories, valueOf, type Targets } from './targets.ts';

/** Groups whose names are ambiguous, whose tiers lead nowhere or to another category, or that fall back in vain. */
export function checkGroups(config: Config, targets: Targets): readonly Finding[] {
  return Object.entries(config.groups).flatMap(([name, group]) => [
    ...checkName(config, name),
    ...checkTiers(name, group, targets),
    ...checkFallbacks(config, name, group, targets),
  ]);
}

function checkName({ pools }: Config, group: string): readonly Finding[] {
  if (!valueOf(pools, group)) return [];
  const message = `"${group}" is a pool too, so that a model field could mean either; rename one of them`;
  return [{ path: ['groups', group], message }];
}

function checkTiers(group: string, { tiers }: GroupConfig, targets: Targets): readonly Finding[] {
  const findings: Finding[] = [];
  for (const [index, tier] of tiers.entries()) {
    const path = ['groups', group, 'tiers', index];
    if (tiers.findIndex(({ name }) => name === tier.name) < index) {
      findings.push({
        path: [...path, 'name'],
        message: `there is a tier "${tier.name}" in this group already`,
      });
    }
    for (const [place, pool] of tier.pools.entries()) {
      if (targets.has(pool)) continue;
      const message = noSuchName('pool, path or model', pool, targets.keys());
      findings.push({ path: [...path, 'pools', place], message });
    }
  }
  if (findings.length === 0 && categoriesOf(tiers, targets).size === 0) {
    const message = 'its tiers serve different categories; those of a group serve one';
    findings.push({ path: ['groups', group], message });
  }
  return findings;
}

/** The categories that every tier can serve. */
function categoriesOf(tiers: GroupConfig['tiers'], targets: Targets) {
  return sharedCategories(tiers.flatMap(({ pools }) => pools.flatMap((pool) => targets.get(pool) ?? [])));
}

function checkFallbacks(
  config: Config,
  group: string,
  { tiers, fallback }: GroupConfig,
  targets: Targets,
): readonly Finding[] {
  const own = categoriesOf(tiers, targets);
  return Object.entries(fallback).flatMap(([key, action]): readonly Finding[] => {
    if (typeof action !== 'object') return [];
    const path = ['groups', group, 'fallback', key];
    if ('group' in action) {
      const other = valueOf(config.groups, action.group);
      if (!other) {
        const message = noSuchName('group', action.group, Object.keys(config.groups));
        return [{ path: [...path, 'group'], message }];
      }
      const theirs = categoriesOf(other.tiers, targets);
      if (own.size === 0 || theirs.size === 0 || sharedCategories([own, theirs]).size > 0) return [];
      const message = `the group "${action.group}" serves ${listNames(theirs)}, but this one ${listNames(own)}`;
      return [{ path: [...path, 'group'], message }];
    }
    if (!('instance' in action)) return [];
    if (!valueOf(config.instances, action.instance)) {
      const message = noSuchName('instance', action.instance, Object.keys(config.instances));
      return [{ path: [...path, 'instance'], message }];
    }
    const category = categoryOf(config, action.instance);
    if (category === undefined || own.size === 0 || own.has(category)) return [];
    const message = `"${action.instance}" is of the category "${category}", but the group serves ${listNames(own)}`;
    return [{ path: [...path, 'instance'], message }];
  });
}
