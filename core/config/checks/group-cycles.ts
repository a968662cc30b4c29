import type { Finding } from '../problems.ts';
import type { Config } from '../schema.ts';

interface Edge {
  readonly to: string;
  readonly path: readonly PropertyKey[];
}

/** Groups that fall back to each other in a circle, so that a call could go round for ever. */
export function checkGroupCycles({ groups }: Config): readonly Finding[] {
  const findings: Finding[] = [];
  const finished = new Set<string>();
  const edges = new Map(
    Object.entries(groups).map(([name, { fallback }]) => [name, edgesOf(name, fallback)]),
  );

  function visit(name: string, above: readonly string[]): void {
    if (finished.has(name)) return;
    const here = [...above, name];
    for (const { to, path } of edges.get(name) ?? []) {
      const start = here.indexOf(to);
      if (start === -1) visit(to, here);
      else findings.push({ path, message: describe([...here.slice(start), to]) });
    }
    finished.add(name);
  }

  for (const name of edges.keys()) visit(name, []);
  return findings;
}

function edgesOf(from: string, fallback: Config['groups'][string]['fallback']): readonly Edge[] {
  return Object.entries(fallback).flatMap(([key, action]) =>
    typeof action === 'object' && 'group' in action
      ? [{ to: action.group, path: ['groups', from, 'fallback', key, 'group'] }]
      : [],
  );
}

function describe(cycle: readonly string[]): string {
  if (cycle.length === 2) return 'a group cannot fall back to itself; "next-tier" goes on within it';
  return `the groups fall back in a circle: ${cycle.join(' → ')}`;
}
