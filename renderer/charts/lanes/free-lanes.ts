/** Until when each lane is taken; finds the first free one in logarithmic time, however many there are. */
export class FreeLanes {
  /** A heap of minima; lanes that are not used yet are free from the beginning of time. */
  private tree = new Float64Array(128).fill(Number.NEGATIVE_INFINITY);
  private leaves = 64;
  /** How many lanes have been used. */
  count = 0;

  /** The first lane from `lowest` on that is free at `at`. */
  find(lowest: number, at: number): number {
    while (lowest >= this.leaves) this.grow();
    const { tree } = this;
    if (tree[this.leaves + lowest]! <= at) return lowest;
    let node = this.leaves + lowest;
    // Up to the first right-hand neighbour that has one, then down to its leftmost.
    do {
      while (node > 1 && node % 2 === 1) node >>= 1;
      if (node <= 1) return this.beyond();
      node += 1;
    } while (tree[node]! > at);
    while (node < this.leaves) {
      node *= 2;
      if (tree[node]! > at) node += 1;
    }
    return node - this.leaves;
  }

  take(lane: number, until: number): void {
    while (lane >= this.leaves) this.grow();
    this.count = Math.max(this.count, lane + 1);
    let node = this.leaves + lane;
    this.tree[node] = until;
    while (node > 1) {
      const minimum = Math.min(this.tree[node]!, this.tree[node ^ 1]!);
      node >>= 1;
      if (this.tree[node] === minimum) break;
      this.tree[node] = minimum;
    }
  }

  private beyond(): number {
    const first = this.leaves;
    this.grow();
    return first;
  }

  private grow(): void {
    const { tree, leaves } = this;
    this.leaves = leaves * 2;
    this.tree = new Float64Array(this.leaves * 2).fill(Number.NEGATIVE_INFINITY);
    this.tree.set(tree.subarray(leaves), this.leaves);
    for (let node = this.leaves - 1; node > 0; node--)
      this.tree[node] = Math.min(this.tree[node * 2]!, this.tree[node * 2 + 1]!);
  }
}
