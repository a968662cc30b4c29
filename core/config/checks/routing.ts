import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { noSuchName } from '../words.ts';
import type { Targets } from './targets.ts';

/** Rules that lead nowhere, and policies that could not be told apart. */
export function checkRouting({ routing, policies, groups }: Config, targets: Targets): readonly Finding[] {
  const known = new Set([...Object.keys(groups), ...targets.keys()]);
  return [
    ...routing.flatMap(({ to }, index): readonly Finding[] => {
      if (known.has(to)) return [];
      return [
        { path: ['routing', index, 'to'], message: noSuchName('group, pool, path or model', to, known) },
      ];
    }),
    ...policies.flatMap(({ name }, index): readonly Finding[] => {
      if (policies.findIndex((policy) => policy.name === name) === index) return [];
      return [{ path: ['policies', index, 'name'], message: `there is a policy "${name}" already` }];
    }),
  ];
}
