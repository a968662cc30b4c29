import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { listNames, noSuchName } from '../words.ts';
import { categoryOf, valueOf } from './targets.ts';

/** Pools whose members are missing, named twice, or cannot stand in for each other. */
export function checkPools(config: Config): readonly Finding[] {
  return Object.keys(config.pools).flatMap((name) => [
    ...checkMembers(config, name),
    ...checkRules(config, name),
  ]);
}

function checkMembers(config: Config, pool: string): readonly Finding[] {
  const findings: Finding[] = [];
  const { instances } = config.pools[pool]!;
  const path = ['pools', pool, 'instances'];
  const [first] = instances;
  for (const [index, name] of instances.entries()) {
    const report = (message: string) => findings.push({ path: [...path, index], message });
    if (!valueOf(config.instances, name)) report(noSuchName('instance', name, Object.keys(config.instances)));
    else if (instances.indexOf(name) < index) report(`"${name}" is in this pool already`);
    else {
      const [own, others] = [categoryOf(config, name), categoryOf(config, first!)];
      if (own !== undefined && others !== undefined && own !== others) {
        report(
          `"${name}" is of the category "${own}", but "${first}" of "${others}"; the members of a pool have one category`,
        );
      }
    }
  }
  return findings;
}

function checkRules(config: Config, pool: string): readonly Finding[] {
  const { instances, options } = config.pools[pool]!;
  return ruleTargets(options).flatMap((instance, index) => {
    if (instances.includes(instance)) return [];
    const path = ['pools', pool, 'options', 'rules', index, 'instance'];
    return [
      { path, message: `there is no instance "${instance}" in the pool; it has ${listNames(instances)}` },
    ];
  });
}

/** The instances that the options of `rules` name; none for other strategies. */
function ruleTargets(options: unknown): readonly string[] {
  const { rules } = options as { readonly rules?: readonly { readonly instance: string }[] };
  return (rules ?? []).map((rule) => rule.instance);
}
