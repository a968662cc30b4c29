/** Where a member is in its heap; good for removing it. */
export interface HeapNode<Member> {
  readonly member: Member;
  /** The heap's own. */
  index: number;
}

/**
 * A binary heap (Williams 1964): the first of its members is at hand, and any of them can be removed by the node that
 * `push` gave. Both ways cost O(log n), and nothing of a removed member stays.
 */
export class Heap<Member> {
  private nodes: HeapNode<Member>[] = [];
  private readonly isBefore: (one: Member, other: Member) => boolean;

  constructor(isBefore: (one: Member, other: Member) => boolean) {
    this.isBefore = isBefore;
  }

  get size(): number {
    return this.nodes.length;
  }

  get first(): Member | undefined {
    return this.nodes[0]?.member;
  }

  push(member: Member): HeapNode<Member> {
    const node = { member, index: this.nodes.length };
    // An empty array that grows takes room for seventeen; many a heap never holds more than one.
    if (node.index === 0) this.nodes = [node];
    else this.nodes.push(node);
    this.rise(node);
    return node;
  }

  pop(): Member | undefined {
    const [first] = this.nodes;
    if (first) this.remove(first);
    return first?.member;
  }

  /** False where the node is no longer in this heap. */
  remove(node: HeapNode<Member>): boolean {
    const { index } = node;
    if (this.nodes[index] !== node) return false;
    const last = this.nodes.pop()!;
    if (last !== node) {
      this.put(last, index);
      this.rise(last);
      this.sink(last);
    }
    return true;
  }

  private rise(node: HeapNode<Member>): void {
    while (node.index > 0) {
      const parent = this.nodes[(node.index - 1) >> 1]!;
      if (!this.isBefore(node.member, parent.member)) return;
      this.swap(node, parent);
    }
  }

  private sink(node: HeapNode<Member>): void {
    for (;;) {
      const left = this.nodes[2 * node.index + 1];
      if (!left) return;
      const right = this.nodes[2 * node.index + 2];
      const child = right && this.isBefore(right.member, left.member) ? right : left;
      if (!this.isBefore(child.member, node.member)) return;
      this.swap(node, child);
    }
  }

  private swap(one: HeapNode<Member>, other: HeapNode<Member>): void {
    const { index } = one;
    this.put(one, other.index);
    this.put(other, index);
  }

  private put(node: HeapNode<Member>, index: number): void {
    this.nodes[index] = node;
    node.index = index;
  }
}
