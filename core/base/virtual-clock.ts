import type { Clock, Timers } from './clock.ts';
import { Heap } from './heap.ts';
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
  private readonly alarms = new Heap(isBefore);
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
    const alarm = this.alarms.push({ at, order: ++this.set, callback });
    return () => void this.alarms.remove(alarm);
  }

  /** When the next alarm goes off; nothing where none is set. */
  nextAlarm(): Nanos | undefined {
    return this.alarms.first?.at;
  }

  /** Goes to the next alarm and lets it off; false where none is set. */
  step(): boolean {
    const alarm = this.alarms.pop();
    if (!alarm) return false;
    this.time = alarm.at;
    alarm.callback();
    return true;
  }

  /** Lets that much time pass, and every alarm in it go off. */
  advance(delay: Millis): void {
    const end = this.time + Math.round(delay * NANOS_PER_MILLI);
    while ((this.nextAlarm() ?? Infinity) <= end) this.step();
    this.time = end;
  }
}

function isBefore(one: Alarm, other: Alarm): boolean {
  return one.at < other.at || (one.at === other.at && one.order < other.order);
}
