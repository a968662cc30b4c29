/** What can be in one chain at a time; both are the chain's own. */
export interface Linked<Self> {
  previous: Self | undefined;
  next: Self | undefined;
}

/** A doubly linked list whose links are its members' own: whatever is in it can be taken out in O(1). */
export class Chain<Member extends Linked<Member>> {
  private head: Member | undefined;
  private tail: Member | undefined;

  get first(): Member | undefined {
    return this.head;
  }

  get last(): Member | undefined {
    return this.tail;
  }

  /** Adds one that is in no chain. */
  append(member: Member): void {
    member.previous = this.tail;
    member.next = undefined;
    if (this.tail) this.tail.next = member;
    else this.head = member;
    this.tail = member;
  }

  /** Takes out one that is in this chain. */
  remove(member: Member): void {
    const { previous, next } = member;
    if (previous) previous.next = next;
    else this.head = next;
    if (next) next.previous = previous;
    else this.tail = previous;
  }
}
