import { CATEGORIES, type Category } from '../../journal/task.ts';
import type { Config } from '../schema.ts';

/** The value of a name; never something that all objects have. */
export function valueOf<Value>(table: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** That of its provider; nothing for an instance or a provider that is not there. */
export function categoryOf(config: Config, instance: string): Category | undefined {
  const { provider } = valueOf(config.instances, instance) ?? {};
  return provider === undefined ? undefined : valueOf(config.providers, provider)?.category;
}

/** What a name can stand for, with the categories of the instances behind it. */
export type Targets = ReadonlyMap<string, ReadonlySet<Category>>;

/** Pools, `instance-or-provider/model` paths and models. */
export function targetsOf(config: Config): Targets {
  const targets = new Map<string, ReadonlySet<Category>>();
  const add = (name: string, instances: readonly string[]) => {
    const categories = instances.flatMap((instance) => categoryOf(config, instance) ?? []);
    targets.set(name, new Set([...(targets.get(name) ?? []), ...categories]));
  };
  for (const [name, { instances }] of Object.entries(config.pools)) add(name, instances);
  const pools = new Set(targets.keys());
  for (const [name, { provider, model }] of Object.entries(config.instances)) {
    if (model === undefined) continue;
    // A pool is meant before a path and a model of the same name.
    const names = new Set([`${name}/${model}`, `${provider}/${model}`, model]);
    for (const target of names) if (!pools.has(target)) add(target, [name]);
  }
  return targets;
}

/** The categories that all of them serve; those of nobody's are not known, and hinder nothing. */
export function sharedCategories(sets: readonly ReadonlySet<Category>[]): ReadonlySet<Category> {
  return new Set(CATEGORIES.filter((category) => sets.every((set) => set.size === 0 || set.has(category))));
}
