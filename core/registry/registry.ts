import { fail, ok, type Result } from '../base/result.ts';
import type { Instance } from './instance.ts';

/** An instance as it may be recorded and shown: without its key. */
export type KeylessInstance = Omit<Instance, 'apiKey'>;

/** New values for some keys, as a JSON merge patch (RFC 7396) has them: `null` takes an optional one away. */
export type InstancePatch = {
  readonly [Key in Exclude<keyof Instance, 'name'>]?:
    Exclude<Instance[Key], undefined> | (undefined extends Instance[Key] ? null : never);
};

export type RegistryChange =
  | { readonly kind: 'registered'; readonly instance: KeylessInstance }
  | {
      readonly kind: 'updated';
      /** As it is now. */
      readonly instance: KeylessInstance;
      /** The keys that have another value now, sorted; none where the patch said nothing new. */
      readonly changed: readonly (keyof Instance)[];
    }
  | { readonly kind: 'deregistered'; readonly instance: KeylessInstance };

export interface RegistryProblem {
  readonly code: 'instance_exists' | 'instance_unknown';
  readonly message: string;
}

/**
 * The instances that there are, by name: those of the configuration, and whatever is registered, updated and
 * deregistered while the host runs. What an instance may be is checked before it comes here.
 */
export class Registry {
  private readonly instances = new Map<string, Instance>();
  private readonly listeners = new Set<(change: RegistryChange) => void>();

  get(name: string): Instance | undefined {
    return this.instances.get(name);
  }

  /** In the order in which they were registered; an update does not change the place. */
  list(): readonly Instance[] {
    return [...this.instances.values()];
  }

  register(instance: Instance): Result<RegistryChange, RegistryProblem> {
    if (this.instances.has(instance.name)) {
      return fail({ code: 'instance_exists', message: `There is an instance "${instance.name}" already.` });
    }
    this.instances.set(instance.name, instance);
    return ok(this.tell({ kind: 'registered', instance: keyless(instance) }));
  }

  update(name: string, patch: InstancePatch): Result<RegistryChange, RegistryProblem> {
    const before = this.instances.get(name);
    if (!before) return fail(this.unknown(name));
    const entries = Object.entries({ ...before, ...patch, name }).filter(([, value]) => value !== null);
    // The patch's type lets `null` stand for optional keys only.
    const after = Object.fromEntries(entries) as unknown as Instance;
    const changed = changedKeys(before, after);
    const change: RegistryChange = { kind: 'updated', instance: keyless(after), changed };
    if (changed.length === 0) return ok(change);
    this.instances.set(name, after);
    return ok(this.tell(change));
  }

  /** Attempts that are under way there go on; no further one begins. */
  deregister(name: string): Result<RegistryChange, RegistryProblem> {
    const instance = this.instances.get(name);
    if (!instance) return fail(this.unknown(name));
    this.instances.delete(name);
    return ok(this.tell({ kind: 'deregistered', instance: keyless(instance) }));
  }

  /** Told of every change after it was made, but not of an update that changed nothing; what comes back ends it. */
  onChange(listener: (change: RegistryChange) => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private tell(change: RegistryChange): RegistryChange {
    for (const listener of this.listeners) listener(change);
    return change;
  }

  private unknown(name: string): RegistryProblem {
    const known = [...this.instances.keys()].map((other) => `"${other}"`).join(', ') || 'none';
    return { code: 'instance_unknown', message: `There is no instance "${name}"; known are ${known}.` };
  }
}

function keyless(instance: Instance): KeylessInstance {
  const { apiKey: _, ...rest } = instance;
  return rest;
}

function changedKeys(before: Instance, after: Instance): readonly (keyof Instance)[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)] as (keyof Instance)[]);
  return [...keys].filter((key) => !isSame(before[key], after[key])).toSorted();
}

/** For plain data; the order of an object's keys means nothing. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  if (Array.isArray(one) !== Array.isArray(other)) return false;
  const [left, right] = [Object.entries(one), new Map<string, unknown>(Object.entries(other))];
  return (
    left.length === right.size &&
    left.every(([key, value]) => right.has(key) && isSame(value, right.get(key)))
  );
}
