import type { PoolInfo } from '../../../core/api/contract.ts';

/** The names of the pools that each instance is in. */
export function poolsByInstance(pools: readonly PoolInfo[]): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { name, instances } of pools) {
    for (const instance of instances) found.set(instance, [...(found.get(instance) ?? []), name]);
  }
  return found;
}
