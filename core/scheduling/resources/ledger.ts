import {
  fromMillionths,
  millionths,
  type Millionths,
  type ResourceAmounts,
} from '../../registry/resource-amounts.ts';

/** Who holds a reservation: one attempt at an instance, in a call of a run. */
export interface Holder {
  readonly runId: string;
  /** The call's. */
  readonly spanId: string;
  readonly instance: string;
}

/** Known by its identity; to be released exactly once, however the attempt ends. */
export interface Reservation {
  readonly holder: Holder;
  /** Without what is 0. */
  readonly amounts: ReadonlyMap<string, Millionths>;
}

/** Not enough is free now; the first such resource in the order of the requirement. */
export interface Short {
  readonly kind: 'short';
  readonly resource: string;
  readonly needed: number;
  readonly free: number;
}

/** It can never be given as things stand: to be answered at once, never waited for. */
export interface Impossible {
  readonly kind: 'impossible';
  readonly resource: string;
  readonly needed: number;
  /** Absent where the resource is not declared. */
  readonly capacity?: number;
  readonly message: string;
}

export type ReserveResult =
  { readonly kind: 'reserved'; readonly reservation: Reservation } | Short | Impossible;

/** One resource, for a person. */
export interface ResourceUse {
  readonly resource: string;
  /** 0 where it is no longer declared and not all of it has come back. */
  readonly capacity: number;
  /** Above the capacity only after that was lowered, until enough has come back. */
  readonly reserved: number;
  /** Not below 0. */
  readonly free: number;
  /** In the order in which they came. */
  readonly holders: readonly { readonly holder: Holder; readonly amount: number }[];
}

/**
 * The declared resources of this machine, and who has reserved how much of them.
 *
 * All or nothing: `reserve` takes everything that an attempt needs in one step, or nothing. It never waits; the queue of
 * calls does, asking again when something was released. So a call that waits holds nothing, and no call can wait for
 * another that waits: without hold-and-wait there is no deadlock (Coffman, Elphick, Shoshani: System Deadlocks, 1971),
 * whatever the number of resources and the order of their names.
 */
export class ResourceLedger {
  private capacity: ReadonlyMap<string, Millionths>;
  /** The sums over `held`; a resource that nobody has is absent. */
  private readonly reserved = new Map<string, Millionths>();
  private readonly held = new Set<Reservation>();

  constructor(capacity: ResourceAmounts) {
    this.capacity = counted(capacity);
  }

  /**
   * Replaces what is declared. Nothing is taken from those who hold it: below what is reserved, nothing more is given
   * until enough has come back.
   */
  declare(capacity: ResourceAmounts): void {
    this.capacity = counted(capacity);
  }

  reserve(requirement: ResourceAmounts, holder: Holder): ReserveResult {
    const lacking = this.lacking(requirement);
    if (lacking) return lacking;
    const reservation: Reservation = { holder, amounts: counted(requirement) };
    for (const [resource, amount] of reservation.amounts) this.add(resource, amount);
    this.held.add(reservation);
    return { kind: 'reserved', reservation };
  }

  /** What stands against a reservation, without making it; what is impossible before what is short. */
  lacking(requirement: ResourceAmounts): Short | Impossible | undefined {
    let short: Short | undefined;
    for (const [resource, needed] of counted(requirement)) {
      const capacity = this.capacity.get(resource);
      if (capacity === undefined || needed > capacity) return impossible(resource, needed, capacity);
      const free = capacity - (this.reserved.get(resource) ?? 0);
      if (needed > free) {
        short ??= {
          kind: 'short',
          resource,
          needed: fromMillionths(needed),
          free: fromMillionths(Math.max(0, free)),
        };
      }
    }
    return short;
  }

  /** Throws where it was released before, or comes from elsewhere: that is a bug, and would give more than there is. */
  release(reservation: Reservation): void {
    if (!this.held.delete(reservation)) {
      const { instance, spanId } = reservation.holder;
      throw new Error(`resources of the attempt at ${instance} in call ${spanId} were released twice`);
    }
    for (const [resource, amount] of reservation.amounts) this.add(resource, -amount);
  }

  /** Every declared resource, in the order of its declaration, then those that are no longer declared but still held. */
  use(): readonly ResourceUse[] {
    const names = new Set([...this.capacity.keys(), ...this.reserved.keys()]);
    return [...names].map((resource) => {
      const capacity = this.capacity.get(resource) ?? 0;
      const reserved = this.reserved.get(resource) ?? 0;
      return {
        resource,
        capacity: fromMillionths(capacity),
        reserved: fromMillionths(reserved),
        free: fromMillionths(Math.max(0, capacity - reserved)),
        holders: [...this.held].flatMap(({ holder, amounts }) => {
          const amount = amounts.get(resource);
          return amount === undefined ? [] : [{ holder, amount: fromMillionths(amount) }];
        }),
      };
    });
  }

  private add(resource: string, amount: Millionths): void {
    const sum = (this.reserved.get(resource) ?? 0) + amount;
    if (sum === 0) this.reserved.delete(resource);
    else this.reserved.set(resource, sum);
  }
}

function counted(amounts: ResourceAmounts): ReadonlyMap<string, Millionths> {
  const counts = new Map<string, Millionths>();
  for (const [resource, amount] of Object.entries(amounts)) {
    const count = millionths(amount);
    if (count > 0) counts.set(resource, count);
  }
  return counts;
}

function impossible(resource: string, needed: Millionths, capacity: Millionths | undefined): Impossible {
  const asked = `An attempt needs ${fromMillionths(needed)} of the resource "${resource}"`;
  return {
    kind: 'impossible',
    resource,
    needed: fromMillionths(needed),
    ...(capacity !== undefined && { capacity: fromMillionths(capacity) }),
    message:
      capacity === undefined
        ? `${asked}, which is not declared under [resources].`
        : `${asked}, but only ${fromMillionths(capacity)} are declared.`,
  };
}
