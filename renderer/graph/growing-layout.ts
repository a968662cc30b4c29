import type { DirectedGraph } from './directed-graph.ts';
import { NODE_GAP, type Layout } from './layered-layout.ts';

/**
 * The layout of a graph while it grows: a node goes into the column after its last predecessor, to the free place nearest to the
 * middle of them, and stays there. What was placed moves only where a new edge would lead backwards.
 */
export class GrowingLayout {
  /** Which column each node is in, and its middle in CSS pixels; 0 is where the first one stands. */
  readonly ranks: number[] = [];
  readonly middles: number[] = [];
  private readonly heights: number[] = [];
  private readonly successors: number[][] = [];
  private readonly predecessors: number[][] = [];
  private readonly columns: Column[] = [];

  /** Goes on from a whole layout, whose nodes stay where they are. */
  static from({ heights, edges }: DirectedGraph, { ranks, middles, leadsBack }: Layout): GrowingLayout {
    const layout = new GrowingLayout();
    for (const [node, height] of heights.entries()) {
      layout.heights.push(height);
      layout.successors.push([]);
      layout.predecessors.push([]);
      layout.ranks.push(ranks[node]!);
      layout.middles.push(layout.columnAt(ranks[node]!).add(middles[node]!, height));
    }
    for (const { from, to } of edges.filter((_, index) => !leadsBack[index])) layout.link(from, to);
    return layout;
  }

  /** Returns its number. */
  add(height: number, predecessors: readonly number[]): number {
    const node = this.ranks.length;
    this.heights.push(height);
    this.successors.push([]);
    this.predecessors.push([...predecessors]);
    for (const one of predecessors) this.successors[one]!.push(node);
    this.ranks.push(0);
    this.middles.push(0);
    this.put(node, this.rankAfter(predecessors));
    return node;
  }

  /** An edge between nodes that are there. Returns whether it leads back, since it closes a cycle. */
  connect(from: number, to: number): boolean {
    if (this.ranks[to]! <= this.ranks[from]! && (from === to || this.reaches(to, from))) return true;
    this.link(from, to);
    this.moveBehind([to]);
    return false;
  }

  private link(from: number, to: number): void {
    this.successors[from]!.push(to);
    this.predecessors[to]!.push(from);
  }

  /** Every node that is not behind its predecessors any more, and what follows it. */
  private moveBehind(nodes: readonly number[]): void {
    const waiting = [...nodes];
    for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
      const rank = this.rankAfter(this.predecessors[node]!);
      if (rank <= this.ranks[node]!) continue;
      this.columns[this.ranks[node]!]!.remove(this.middles[node]!);
      this.put(node, rank);
      waiting.push(...this.successors[node]!);
    }
  }

  private put(node: number, rank: number): void {
    const near = this.predecessors[node]!;
    const sum = near.reduce((total, one) => total + this.middles[one]!, 0);
    while (this.columns.length <= rank) this.columns.push(new Column());
    this.ranks[node] = rank;
    this.middles[node] = this.columns[rank]!.add(
      near.length === 0 ? 0 : sum / near.length,
      this.heights[node]!,
    );
  }

  private columnAt(rank: number): Column {
    while (this.columns.length <= rank) this.columns.push(new Column());
    return this.columns[rank]!;
  }

  private rankAfter(predecessors: readonly number[]): number {
    return predecessors.reduce((rank, one) => Math.max(rank, this.ranks[one]! + 1), 0);
  }

  private reaches(start: number, end: number): boolean {
    const seen = new Set([start]);
    for (const node of seen) {
      if (node === end) return true;
      // Behind the one that is sought there is no way to it.
      if (this.ranks[node]! < this.ranks[end]!) for (const next of this.successors[node]!) seen.add(next);
    }
    return false;
  }
}

/** Places are sums: two that touch may seem to overlap by the last digit. */
const TOLERANCE = 1e-6;

/** What stands below each other, without overlaps: middles in their order, and half heights with half a gap. */
class Column {
  private readonly middles: number[] = [];
  private readonly halves: number[] = [];

  /** Takes the free place nearest to where it is wanted; returns its middle. */
  add(wanted: number, height: number): number {
    const half = (height + NODE_GAP) / 2;
    const { middles, halves } = this;
    const start = this.indexOf(wanted);
    let best = { at: -1, middle: 0, distance: Infinity };
    const consider = (at: number): boolean => {
      const low = at === 0 ? -Infinity : middles[at - 1]! + halves[at - 1]! + half;
      const high = at === middles.length ? Infinity : middles[at]! - halves[at]! - half;
      if (low <= high + TOLERANCE) {
        const middle = Math.min(Math.max(wanted, low), high);
        const distance = Math.abs(middle - wanted);
        if (distance < best.distance) best = { at, middle, distance };
      }
      // Farther on, every place is farther than this gap.
      return best.distance > Math.min(Math.abs(low - wanted), Math.abs(high - wanted));
    };
    let [up, down] = [start, start + 1];
    let [goesUp, goesDown] = [true, true];
    while (goesUp || goesDown) {
      if (goesUp) goesUp = up >= 0 && consider(up--);
      if (goesDown) goesDown = down <= middles.length && consider(down++);
    }
    middles.splice(best.at, 0, best.middle);
    halves.splice(best.at, 0, half);
    return best.middle;
  }

  remove(middle: number): void {
    const at = this.indexOf(middle);
    this.middles.splice(at, 1);
    this.halves.splice(at, 1);
  }

  /** The place of the first that is not above. */
  private indexOf(middle: number): number {
    let [low, high] = [0, this.middles.length];
    while (low < high) {
      const at = (low + high) >> 1;
      if (this.middles[at]! < middle) low = at + 1;
      else high = at;
    }
    return low;
  }
}
