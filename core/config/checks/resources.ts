import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';
import { noSuchName } from '../words.ts';
import { valueOf } from './targets.ts';

/** Requirements of what is not declared, or of more than there is: such a call could never be taken. */
export function checkResources({ resources, categories, instances }: Config): readonly Finding[] {
  const check = (requires: Readonly<Record<string, number>>, path: readonly string[]): readonly Finding[] =>
    Object.entries(requires).flatMap(([name, needed]) => {
      const capacity = valueOf(resources, name);
      if (capacity !== undefined && needed <= capacity) return [];
      const message =
        capacity === undefined
          ? `${noSuchName('resource', name, Object.keys(resources))} (they are declared in [resources])`
          : `${needed} is more than the ${capacity} that [resources] declares`;
      return [{ path: [...path, 'requires', name], message }];
    });
  return [
    ...Object.entries(categories).flatMap(([name, { requires }]) =>
      check(requires ?? {}, ['categories', name]),
    ),
    ...Object.entries(instances).flatMap(([name, { requires }]) =>
      check(requires ?? {}, ['instances', name]),
    ),
  ];
}
