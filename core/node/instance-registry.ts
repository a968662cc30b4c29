import { fail, ok, type Result } from '../base/result.ts';
import type { InstanceFacts } from '../journal/event.ts';
import type { Recorder } from '../journal/recorder.ts';
import type { Instance } from '../registry/instance.ts';
import { Registry, type RegistryChange, type RegistryProblem } from '../registry/registry.ts';
import type { LiveInstances } from '../routing/live-instances.ts';
import type { RoutingTable } from '../routing/routing-table.ts';

type Problem = RegistryProblem | { readonly code: string; readonly message: string };

export interface InstanceRegistryPorts {
  readonly live: LiveInstances;
  readonly table: RoutingTable;
  /** The host's own run. */
  readonly recorder: Recorder;
  /** Told when something has changed that calls may be waiting for. */
  readonly changed: () => void;
  /** Told when an instance is gone. */
  readonly gone: (instance: string) => void;
}

/** The registry with all that follows it: live figures, pools, the journal. */
export class InstanceRegistry {
  private readonly registry = new Registry();
  private readonly ports: InstanceRegistryPorts;
  /** Names of the configuration; all others go when the host ends. */
  private readonly configured: Set<string>;

  constructor(ports: InstanceRegistryPorts, configured: readonly Instance[]) {
    this.ports = ports;
    this.configured = new Set(configured.map(({ name }) => name));
    for (const instance of configured) {
      const registered = this.registry.register(instance);
      if (registered.ok) this.record(registered.value);
    }
    this.registry.onChange((change) => this.follow(change));
  }

  list(): readonly Instance[] {
    return this.registry.list();
  }

  get(name: string): Instance | undefined {
    return this.registry.get(name);
  }

  isTransient(name: string): boolean {
    return !this.configured.has(name);
  }

  register(instance: Instance, pools: readonly string[]): Result<Instance, Problem> {
    const { table } = this.ports;
    const problem = pools.map((pool) => this.mismatch(instance, pool)).find((found) => found !== undefined);
    if (problem) return fail(problem);
    const registered = this.registry.register(instance);
    if (!registered.ok) return registered;
    table.join(instance.name, pools);
    this.ports.changed();
    return ok(instance);
  }

  update(name: string, patch: Parameters<Registry['update']>[1]): Result<Instance, Problem> {
    const updated = this.registry.update(name, patch);
    return updated.ok ? ok(this.registry.get(name)!) : updated;
  }

  deregister(name: string): Result<undefined, Problem> {
    const removed = this.registry.deregister(name);
    return removed.ok ? ok(undefined) : removed;
  }

  /** Why it cannot be a member of a pool: there is no such pool, or its members are of another kind. */
  private mismatch({ category }: Instance, name: string): Problem | undefined {
    const { configuredPools } = this.ports.table;
    const pool = configuredPools.find(({ target }) => target.name === name);
    if (!pool) {
      const known = configuredPools.map(({ target }) => `"${target.name}"`).join(', ') || 'none';
      return { code: 'pool_unknown', message: `There is no pool "${name}"; known are ${known}.` };
    }
    const theirs = pool.members[0]?.instance.category ?? category;
    if (theirs === category) return undefined;
    const message = `The members of the pool "${name}" are of the category ${theirs}, not ${category}.`;
    return { code: 'category_mismatch', message };
  }

  private follow(change: RegistryChange): void {
    const { live, table, changed, gone } = this.ports;
    const { name } = change.instance;
    if (change.kind === 'deregistered') {
      this.configured.delete(name);
      live.remove(name);
      table.leave(name);
      gone(name);
    } else {
      live.put(this.registry.get(name)!);
      table.refresh();
    }
    this.record(change);
    changed();
  }

  private record(change: RegistryChange): void {
    const { recorder } = this.ports;
    switch (change.kind) {
      case 'registered':
        return recorder.append('instance-registered', { instance: factsOf(change.instance) });
      case 'updated':
        return recorder.append('instance-updated', {
          instance: factsOf(change.instance),
          changed: change.changed,
        });
      case 'deregistered':
        return recorder.append('instance-deregistered', { name: change.instance.name });
    }
  }
}

function factsOf(instance: RegistryChange['instance']): InstanceFacts {
  const { name, provider, category, endpoint, model, weight, priority, maintenance } = instance;
  return { name, provider, category, endpoint, model, weight, priority, maintenance };
}
