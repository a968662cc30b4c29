import type { Clock, Timers } from './clock.ts';
import { NANOS_PER_MILLI, type Millis, type Nanos } from './units.ts';

interface Alarm {
  readonly at: Nanos;
  /** Alarms of the same instant go off in the order in which they were set. */
  readonly order: number;
  readonly callback: () => void;
}

/** Time that passes only when it is told to: for tests and simulations. */
export class VirtualClock implements Clock, Timers {
  private time: Nanos = 0;
  private set = 0;
  /** A binary heap, the earliest first; cancelled alarms stay in it until their time. */
  private readonly alarms: Alarm[] = [];
  private readonly cancelled = new Set<number>();
  private readonly epoch: Millis;

  constructor(epoch: Millis = 1_700_000_000_000) {
    this.epoch = epoch;
  }

  now(): Nanos {
    return this.time;
  }

  wallTime(): Millis {
    return this.epoch + this.time / NANOS_PER_MILLI;
  }

  after(delay: Millis, callback: () => void): () => void {
    const at = this.time + Math.max(0, Math.round(delay * NANOS_PER_MILLI));
    const order = ++this.set;
    this.push({ at, order, callback });
    return () => void this.cancelled.add(order);
  }

  /** When the next alarm goes off; nothing where none is set. */
  nextAlarm(): Nanos | undefined {
    while (this.alarms[0] && this.cancelled.delete(this.alarms[0].order)) this.pop();
    return this.alarms[0]?.at;
  }

  /** Goes to the next alarm and lets it off; false where none is set. */
  step(): boolean {
    const at = this.nextAlarm();
    if (at === undefined) return false;
    const { callback } = this.pop();
    this.time = at;
    callback();
    return true;
  }

  /** Lets that much time pass, and every alarm in it go off. */
  advance(delay: Millis): void {
    const end = this.time + Math.round(delay * NANOS_PER_MILLI);
    while ((this.nextAlarm() ?? Infinity) <= end) this.step();
    this.time = end;
  }

  private push(alarm: Alarm): void {
    let at = this.alarms.push(alarm) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(alarm, this.alarms[parent]!)) break;
      this.alarms[at] = this.alarms[parent]!;
      at = parent;
    }
    this.alarms[at] = alarm;
  }

  private pop(): Alarm {
    const [first] = this.alarms as [Alarm];
    const last = this.alarms.pop()!;
    if (this.alarms.length === 0) return first;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.alarms.length) break;
      if (child + 1 < this.alarms.length && isBefore(this.alarms[child + 1]!, this.alarms[child]!)) child++;
      if (!isBefore(this.alarms[child]!, last)) break;
      this.alarms[at] = this.alarms[child]!;
      at = child;
    }
    this.alarms[at] = last;
    return first;
  }
}

function isBefore(one: Alarm, other: Alarm): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
