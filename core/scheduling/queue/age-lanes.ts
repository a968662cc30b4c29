import type { Nanos } from '../../base/units.ts';
import { CALL_CLASSES, type CallClass, perClass, type PerClass } from './call-class.ts';
import { Chain, type Linked } from './chain.ts';

/** What grows older while it waits. */
export interface Ageing<Self> extends Linked<Self> {
  /** The class that it counts as by now; changed only while it is in no lane. */
  readonly countsAs: CallClass;
  readonly call: { readonly class: CallClass; readonly enqueuedAt: Nanos; readonly ticket: number };
}

/**
 * What waits, in lanes by the class that it came with and the class that it counts as, which is one higher for each
 * `age` that it has waited. A lane is in the order of arrival: its first grows older first, its last is the newest, and
 * every step is O(1).
 */
export class AgeLanes<Member extends Ageing<Member>> {
  private readonly lanes: PerClass<PerClass<Chain<Member>>>;
  /** Those whose members can count higher yet. */
  private readonly growing: readonly Chain<Member>[];
  private readonly age: Nanos;

  constructor(age: Nanos) {
    this.age = age;
    this.lanes = perClass(() => perClass(() => new Chain<Member>()));
    const { low, normal } = this.lanes;
    this.growing = [low.normal, low.low, normal.normal];
  }

  /** Adds one that came later than all that are in its lane. */
  add(member: Member): void {
    this.laneOf(member).append(member);
  }

  remove(member: Member): void {
    this.laneOf(member).remove(member);
  }

  /** The one that counts higher next; nothing where all count as high. */
  next(): Member | undefined {
    let next: Member | undefined;
    let first = Infinity;
    for (const lane of this.growing) {
      if (!lane.first) continue;
      const at = this.agesAt(lane.first);
      if (!next || at < first || (at === first && isOlder(lane.first, next))) {
        next = lane.first;
        first = at;
      }
    }
    return next;
  }

  /** When one that does not count as high counts one class higher. */
  agesAt({ call, countsAs }: Member): Nanos {
    const aged = CALL_CLASSES.indexOf(call.class) - CALL_CLASSES.indexOf(countsAs);
    return call.enqueuedAt + (aged + 1) * this.age;
  }

  /** The one that came last of those that count as that class. */
  newest(countsAs: CallClass): Member | undefined {
    let newest: Member | undefined;
    for (const came of CALL_CLASSES) {
      const { last } = this.lanes[came][countsAs];
      if (last && (!newest || isOlder(newest, last))) newest = last;
    }
    return newest;
  }

  private laneOf({ call, countsAs }: Member): Chain<Member> {
    return this.lanes[call.class][countsAs];
  }
}

function isOlder<Member extends Ageing<Member>>(one: Member, other: Member): boolean {
  return one.call.ticket < other.call.ticket;
}
