import type { CancelSignal } from '../base/cancellation.ts';
import type { Clock, Timers } from '../base/clock.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from '../base/units.ts';
import type { CallClass } from './queue/call-class.ts';
import type { QueueOptions } from '../config/schema/scheduling.ts';
import { CallQueue } from './queue/call-queue.ts';
import type { Admission, Ticket } from './queue/waiting.ts';

/** What a waiting call needs. */
export interface WaitRequest<Place> {
  /** Calls for the same target wait in the same queue. */
  readonly queue: string;
  readonly class: CallClass;
  readonly run: string;
  readonly client: string;
  /** The same for all of a queue. */
  readonly maxWaitMs: Millis;
  /** Aborted when the client has gone. */
  readonly gone: CancelSignal;
  /** When there may be a place, where that is known; else it is looked for whenever one is given back. */
  readonly until?: Nanos;
  /** Set where it stays even though nobody would come back by himself. */
  readonly waitsForAnything: boolean;
  /** Takes a place where there is one. */
  take(): Place | NoPlace;
}

export interface NoPlace {
  readonly kind: 'not-found';
  /** Absent where waiting is of no use any more. */
  readonly wait?: { readonly until?: Nanos };
}

export type WaitEnd<Place> =
  | { readonly outcome: 'placed'; readonly place: Place }
  | { readonly outcome: 'expired' | 'displaced' | 'cancelled' };

interface Waiter<Place> {
  readonly request: WaitRequest<Place>;
  readonly settle: (end: WaitEnd<Place>) => void;
}

interface Lane<Place> {
  readonly name: string;
  readonly queue: CallQueue<Waiter<Place>>;
  /** When its first may have a place. */
  retryAt: Nanos;
}

/** A call that may wait, or the reason why it may not. */
export type Admitted<Place> =
  | { readonly ok: true; readonly ahead: number; readonly end: Promise<WaitEnd<Place>> }
  | { readonly ok: false; readonly refusal: Extract<Admission<unknown>, { ok: false }> };

/**
 * Where calls wait that only lack a free place, in one queue for each target: the first of a queue is placed as soon as
 * somebody can take it. One timer serves all queues.
 */
export class WaitingRoom<Place extends { readonly kind: string }> {
  private readonly clock: Clock;
  private readonly timers: Timers;
  private readonly options: QueueOptions;
  private readonly lanes = new Map<string, Lane<Place>>();
  private armedFor: Nanos = Infinity;
  private disarm: (() => void) | undefined;

  constructor(ports: { readonly clock: Clock; readonly timers: Timers }, options: QueueOptions) {
    this.clock = ports.clock;
    this.timers = ports.timers;
    this.options = options;
  }

  /** Whether others wait for the same: a new call does not overtake them. */
  isWaitedFor(queue: string): boolean {
    return this.lanes.has(queue);
  }

  wait(request: WaitRequest<Place>): Admitted<Place> {
    const now = this.clock.now();
    const lane = this.laneOf(request);
    let settle!: (end: WaitEnd<Place>) => void;
    const end = new Promise<WaitEnd<Place>>((resolve) => (settle = resolve));
    const { class: queueClass, client, run } = request;
    const arrival = { item: { request, settle }, class: queueClass, client, run };
    const queued = lane.queue.enqueue(arrival, now);
    if (!queued.ok) {
      this.drop(lane);
      return { ok: false, refusal: queued };
    }
    queued.displaced?.item.settle({ outcome: 'displaced' });
    const leave = () => this.leave(lane, queued.ticket, settle);
    if (request.gone.aborted) leave();
    else request.gone.addEventListener('abort', leave, { once: true });
    lane.retryAt = Math.min(lane.retryAt, request.until ?? Infinity);
    this.rearm();
    const forget = (ended: WaitEnd<Place>) => {
      request.gone.removeEventListener('abort', leave);
      return ended;
    };
    return { ok: true, ahead: queued.ahead, end: end.then(forget) };
  }

  /** A place was given back, or something has changed: lets in whoever can be. */
  wake(): void {
    if (this.lanes.size === 0) return;
    const now = this.clock.now();
    for (const lane of this.lanes.values()) this.letIn(lane, now);
    this.rearm();
  }

  view(): readonly { readonly name: string; readonly waiting: number }[] {
    return [...this.lanes.values()].map(({ name, queue }) => ({ name, waiting: queue.size }));
  }

  private letIn(lane: Lane<Place>, now: Nanos): void {
    for (const { item } of lane.queue.expire(now)) item.settle({ outcome: 'expired' });
    lane.retryAt = Infinity;
    for (let first = lane.queue.peek(now); first; first = lane.queue.peek(now)) {
      const { request, settle } = first.item;
      const place = request.take();
      if (isNoPlace(place)) {
        if (place.wait || request.waitsForAnything) {
          lane.retryAt = place.wait?.until ?? Infinity;
          break;
        }
        lane.queue.dequeue(now);
        settle({ outcome: 'expired' });
      } else {
        lane.queue.dequeue(now);
        settle({ outcome: 'placed', place });
      }
    }
    this.drop(lane);
  }

  private leave(lane: Lane<Place>, ticket: Ticket, settle: (end: WaitEnd<Place>) => void): void {
    if (!lane.queue.cancel(ticket)) return;
    settle({ outcome: 'cancelled' });
    this.drop(lane);
    // Its place in the row may be what another one waited for.
    this.wake();
  }

  private laneOf({ queue: name, maxWaitMs }: WaitRequest<Place>): Lane<Place> {
    const known = this.lanes.get(name);
    if (known) return known;
    const queue = new CallQueue<Waiter<Place>>({ ...this.options, maxWaitMs });
    const lane = { name, queue, retryAt: Infinity };
    this.lanes.set(name, lane);
    return lane;
  }

  /** An empty queue is not kept. */
  private drop(lane: Lane<Place>): void {
    if (lane.queue.size === 0) this.lanes.delete(lane.name);
  }

  private rearm(): void {
    let next: Nanos = Infinity;
    for (const { queue, retryAt } of this.lanes.values()) {
      next = Math.min(next, retryAt, queue.nextDeadline() ?? Infinity);
    }
    if (next === this.armedFor) return;
    this.disarm?.();
    this.disarm = undefined;
    this.armedFor = next;
    if (next === Infinity) return;
    const delay: Millis = Math.max(0, next - this.clock.now()) / NANOS_PER_MILLI;
    this.disarm = this.timers.after(delay, () => {
      this.disarm = undefined;
      this.armedFor = Infinity;
      this.wake();
    });
  }
}

function isNoPlace(taken: { readonly kind: string }): taken is NoPlace {
  return taken.kind === 'not-found';
}
