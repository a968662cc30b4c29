import type { QueueOptions } from '../../config/schema/scheduling.ts';
import { Heap, type HeapNode } from '../../base/heap.ts';
import { NANOS_PER_MILLI, type Nanos } from '../../base/units.ts';
import { AgeLanes, type Ageing } from './age-lanes.ts';
import { CALL_CLASSES, classAbove, perClass, type CallClass, type PerClass } from './call-class.ts';
import { afterTurn, classInTurn, NO_LEADS, othersBefore, stridesOf } from './class-turns.ts';
import { FairQueue, type Owned } from './fair-queue.ts';
import { intervalAt, NO_PACE, taken, waitingBegan } from './service-pace.ts';
import type { Admission, Arrival, Ticket, Waiting } from './waiting.ts';

interface Entry<Item> extends Ageing<Entry<Item>> {
  readonly call: Waiting<Item>;
  readonly byDeadline: HeapNode<Waiting<Item>>;
  countsAs: CallClass;
  inLine: HeapNode<Waiting<Item>>;
}

/**
 * Calls that lack nothing but a free place. The classes have turns by their weights, in a class the clients take turns,
 * in a client its runs, and in a run the first that came is the first to go; every step costs O(log n) amortised.
 *
 * Nothing is starved. A call counts one class higher for each `ageMs` that it waits: as high after twice that. With p
 * calls of its run before it then, and at no time more than c clients in that class and r runs of its own client, it is
 * the k-th of the class to go at the latest, k = c·r·(p + 1), and of each other class at most ⌈k·weight ∕ weight of high⌉
 * go before it.
 *
 * The time is given and never goes back. A call whose deadline has come is never taken, counts nowhere, and lies ready
 * for `expire`, which must therefore be asked at `nextDeadline`.
 */
export class CallQueue<Item> {
  private readonly options: QueueOptions;
  private readonly strides: PerClass<number>;
  private readonly entries = new Map<Ticket, Entry<Item>>();
  private readonly lines = perClass(() => new FairQueue<Waiting<Item>>());
  private readonly deadlines = new Heap<Waiting<Item>>(isDueBefore);
  private readonly lanes: AgeLanes<Entry<Item>>;
  private readonly lapsed = new Map<Ticket, Waiting<Item>>();
  private leads = NO_LEADS;
  private pace = NO_PACE;
  private issued: Ticket = 0;

  constructor(options: QueueOptions) {
    this.options = options;
    this.strides = stridesOf(options.weights);
    this.lanes = new AgeLanes(nanosOf(options.ageMs));
  }

  /** How many wait. */
  get size(): number {
    return this.entries.size;
  }

  /** How many wait that counted as that class when the queue was last told the time. */
  sizeOf(one: CallClass): number {
    return this.lines[one].size;
  }

  /**
   * Refuses a call that is expected to wait for its deadline or longer. Where the queue is full, the newest of the
   * lowest class has to leave for a call of a higher one; any other is refused.
   */
  enqueue(
    arrival: Arrival<Item>,
    now: Nanos,
    expectedWait = this.expectedWait(arrival.class, now, arrival),
  ): Admission<Item> {
    this.advance(now);
    const deadline = Math.min(arrival.deadline ?? Infinity, now + nanosOf(this.options.maxWaitMs));
    if (now + expectedWait >= deadline) {
      return { ok: false, reason: 'hopeless', expectedWait, timeLeft: deadline - now };
    }
    const full = this.size >= this.options.maxLength;
    const displaced = full ? this.newestBelow(arrival.class) : undefined;
    if (displaced) this.leave(displaced.ticket);
    else if (full) return { ok: false, reason: 'full', length: this.size };

    const ahead = this.ahead(arrival.class, arrival);
    const { item, class: came, client, run } = arrival;
    const ticket = ++this.issued;
    this.join({ item, class: came, client, run, deadline, enqueuedAt: now, ticket });
    return { ok: true, ticket, ahead, ...(displaced && { displaced }) };
  }

  /** The call whose turn it is. */
  peek(now: Nanos): Waiting<Item> | undefined {
    this.advance(now);
    const turn = classInTurn(this.leads, this.lines);
    return turn && this.lines[turn].first;
  }

  /** Takes the call whose turn it is. */
  dequeue(now: Nanos): Waiting<Item> | undefined {
    this.advance(now);
    const turn = classInTurn(this.leads, this.lines);
    const call = turn && this.lines[turn].first;
    if (!call) return undefined;
    this.lines[turn].endTurn();
    this.leads = afterTurn(this.leads, this.strides, turn);
    this.pace = taken(this.pace, now);
    return this.leave(call.ticket);
  }

  /** The call that had this ticket, of which nothing is left here; nothing where it has gone already. */
  cancel(ticket: Ticket): Waiting<Item> | undefined {
    const lapsed = this.lapsed.get(ticket);
    return this.lapsed.delete(ticket) ? lapsed : this.leave(ticket);
  }

  /** Hands over the calls whose deadlines have come, the earliest first. */
  expire(now: Nanos): readonly Waiting<Item>[] {
    this.advance(now);
    const expired = [...this.lapsed.values()];
    this.lapsed.clear();
    return expired;
  }

  /** When `expire` has something to hand over. */
  nextDeadline(): Nanos | undefined {
    const [lapsed] = this.lapsed.values();
    return (lapsed ?? this.deadlines.first)?.deadline;
  }

  /** When a call counts one class higher, which may change whose turn it is. */
  nextAgeing(): Nanos | undefined {
    const next = this.lanes.next();
    return next && this.lanes.agesAt(next);
  }

  /**
   * How long a new call of that class is expected to wait: for as many as may go before it, as long as the moving mean
   * of the intervals between those that were taken. Behind all of its class, where it is not said whose it is.
   */
  expectedWait(one: CallClass, now: Nanos, owner?: Pick<Owned, 'client' | 'run'>): Nanos {
    this.advance(now);
    return Math.round(this.ahead(one, owner) * intervalAt(this.pace, now));
  }

  private ahead(one: CallClass, owner?: Pick<Owned, 'client' | 'run'>): number {
    const line = this.lines[one];
    const before = owner ? line.before(owner) : line.size;
    return before + othersBefore(this.leads, this.strides, this.lines, one, before);
  }

  private newestBelow(one: CallClass): Waiting<Item> | undefined {
    const lowest = CALL_CLASSES.findLast((other) => this.lines[other].size > 0);
    const isBelow = lowest && CALL_CLASSES.indexOf(lowest) > CALL_CLASSES.indexOf(one);
    return isBelow ? this.lanes.newest(lowest)?.call : undefined;
  }

  private join(call: Waiting<Item>): void {
    if (this.size === 0) this.pace = waitingBegan(this.pace, call.enqueuedAt);
    const entry: Entry<Item> = {
      call,
      countsAs: call.class,
      byDeadline: this.deadlines.push(call),
      inLine: this.lines[call.class].add(call),
      previous: undefined,
      next: undefined,
    };
    this.entries.set(call.ticket, entry);
    this.lanes.add(entry);
  }

  private leave(ticket: Ticket): Waiting<Item> | undefined {
    const entry = this.entries.get(ticket);
    if (!entry) return undefined;
    this.entries.delete(ticket);
    this.lanes.remove(entry);
    this.lines[entry.countsAs].remove(entry.inLine);
    this.deadlines.remove(entry.byDeadline);
    if (this.size === 0) this.leads = NO_LEADS;
    return entry.call;
  }

  /** Lets calls lapse and age in the order of time, so that it does not matter how often the queue is told the time. */
  private advance(now: Nanos): void {
    for (;;) {
      const due = this.deadlines.first;
      const ageing = this.lanes.next();
      const agesAt = ageing ? this.lanes.agesAt(ageing) : Infinity;
      if (due && due.deadline <= Math.min(now, agesAt)) this.lapse(due);
      else if (ageing && agesAt <= now) this.promote(ageing);
      else return;
    }
  }

  private lapse(call: Waiting<Item>): void {
    this.leave(call.ticket);
    this.lapsed.set(call.ticket, call);
  }

  private promote(entry: Entry<Item>): void {
    this.lanes.remove(entry);
    this.lines[entry.countsAs].remove(entry.inLine);
    entry.countsAs = classAbove(entry.countsAs) ?? 'high';
    entry.inLine = this.lines[entry.countsAs].add(entry.call);
    this.lanes.add(entry);
  }
}

function isDueBefore(one: Waiting<unknown>, other: Waiting<unknown>): boolean {
  return one.deadline < other.deadline || (one.deadline === other.deadline && one.ticket < other.ticket);
}

function nanosOf(millis: number): Nanos {
  return Math.round(millis * NANOS_PER_MILLI);
}
