import { seededRandom, type Random } from '../base/random.ts';
import type { Nanos } from '../base/units.ts';
import { lazyCandidates } from '../balancing/candidates.ts';
import type { Candidate, Picker } from '../balancing/picker.ts';
import type { RouteTarget } from '../journal/event.ts';
import type { Considered, Pick, Rejection } from '../journal/pick.ts';
import type { Task } from '../journal/task.ts';
import { accountOf, type Instance } from '../registry/instance.ts';
import type { CallPolicies } from './call-policies.ts';
import type { Guard } from './guard.ts';
import type { LiveInstance } from './live-instance.ts';

export interface PoolCall {
  readonly task: Task;
  /** Instances that this call has been at already. */
  readonly tried: ReadonlySet<string>;
  /** Accounts that told this call that they have no money. */
  readonly spent?: ReadonlySet<string>;
  /** What stays together under consistent hashing. */
  readonly affinity: string;
  readonly now: Nanos;
}

/** What else may keep a call from an instance: policies, and the resources of this machine. */
export type Admission = (instance: Instance, task: Task) => Rejection | undefined;

export interface PoolParts {
  readonly target: RouteTarget;
  readonly strategy: string;
  readonly picker: Picker;
  readonly policies: CallPolicies;
  /** Where the pool as a whole is limited. */
  readonly guard?: Guard;
  readonly admission: Admission;
  /** Where the seeds of the picks come from. */
  readonly random: Random;
}

/** A decision, and the instance that it is for. */
export interface Picked {
  readonly pick: Pick;
  /** Absent where nobody can take the call. */
  readonly member?: LiveInstance;
}

/** Instances that can stand in for each other, with the strategy that chooses between them. */
export class Pool {
  readonly target: RouteTarget;
  readonly strategy: string;
  readonly policies: CallPolicies;
  readonly guard: Guard | undefined;
  members: readonly LiveInstance[] = [];
  private readonly picker: Picker;
  private readonly admission: Admission;
  private readonly random: Random;

  constructor(parts: PoolParts) {
    this.target = parts.target;
    this.strategy = parts.strategy;
    this.policies = parts.policies;
    this.guard = parts.guard;
    this.picker = parts.picker;
    this.admission = parts.admission;
    this.random = parts.random;
  }

  /** Chooses a member that can take the call and was not tried yet, and explains itself. */
  pick(call: PoolCall): Picked {
    const { members, picker } = this;
    const { task, affinity, now, tried } = call;
    const candidates = lazyCandidates(members.length, (index) => this.look(members[index]!, call));
    // The seed is recorded, so that the very same decision can be made again.
    const seed = Math.floor(this.random() * 2 ** 32);
    const choice = picker.choose(candidates, {
      random: seededRandom(seed),
      now,
      affinity,
      task,
      // Not where another pool of the same tier was: nobody here has lost a turn.
      retry: tried.size > 0 && members.some(({ instance }) => tried.has(instance.name)),
    });
    const { probability, terms, inputs } = choice.explain();
    const considered: Considered[] = [];
    for (let index = 0; index < candidates.size; index++) {
      const { instance, rejected } = candidates.at(index);
      const looked = terms.get(instance) ?? NO_TERMS;
      considered.push(rejected ? { instance, terms: looked, rejected } : { instance, terms: looked });
    }
    const common = { strategy: this.strategy, pool: this.target.name, probability, considered };
    const seeded = { ...inputs, seed };
    if (choice.chosen === undefined) return { pick: { ...common, inputs: seeded } };
    const member = members[choice.chosen]!;
    return { pick: { ...common, chosen: member.instance.name, inputs: seeded }, member };
  }

  private look(member: LiveInstance, call: PoolCall): Candidate {
    const { task, now } = call;
    const { instance } = member;
    const signals = member.signals(task, now);
    const rejected =
      rejectedBefore(instance, call) ?? member.reject(task, now) ?? this.admission(instance, task);
    return rejected ? { instance: instance.name, signals, rejected } : { instance: instance.name, signals };
  }
}

const NO_TERMS: Considered['terms'] = {};
const ALREADY_TRIED: Rejection = { reason: 'already-tried' };
const ACCOUNT_SPENT: Rejection = { reason: 'account-spent' };

/** Because of what this call has met already. */
function rejectedBefore(instance: Instance, { tried, spent }: PoolCall): Rejection | undefined {
  if (tried.has(instance.name)) return ALREADY_TRIED;
  return spent && spent.size > 0 && spent.has(accountOf(instance)) ? ACCOUNT_SPENT : undefined;
}
