import type { Instance } from '../registry/instance.ts';
import type { Task } from '../journal/task.ts';
import type { Rejection } from '../journal/pick.ts';
import type { Admission } from '../routing/pool.ts';
import type { ResourceLedger } from './resources/ledger.ts';

/** A rule about which calls may go to which instances. */
export interface InstancePolicy {
  readonly name: string;
  /** Whether a call may not go there. */
  denies(task: Task, instance: Instance): boolean;
}

/** What may keep a call from an instance that has nothing against it itself: policies, and the resources of this machine. */
export function createAdmission(policies: readonly InstancePolicy[], resources: ResourceLedger): Admission {
  return (instance, task) => {
    for (const policy of policies) {
      if (policy.denies(task, instance)) return { reason: 'denied', policy: policy.name };
    }
    return instance.requires ? lackOf(resources, instance.requires) : undefined;
  };
}

function lackOf(
  resources: ResourceLedger,
  requires: NonNullable<Instance['requires']>,
): Rejection | undefined {
  const lacking = resources.lacking(requires);
  if (!lacking) return undefined;
  const { resource, needed } = lacking;
  if (lacking.kind === 'short') return { reason: 'resources-short', resource, needed, free: lacking.free };
  const { capacity } = lacking;
  return { reason: 'resources-impossible', resource, needed, ...(capacity !== undefined && { capacity }) };
}
