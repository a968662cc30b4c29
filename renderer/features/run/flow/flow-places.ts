import type { DirectedGraph, Edge } from '../../../graph/directed-graph.ts';
import { GrowingLayout } from '../../../graph/growing-layout.ts';
import type { Layout } from '../../../graph/layered-layout.ts';
import type { FlowEdge, FlowGraph, FlowNode } from './flow-graph.ts';

/** CSS pixels. */
export const NODE_WIDTH = 208;
export const NODE_HEIGHT = 48;
const RANK_STEP = NODE_WIDTH + 112;

export interface PlacedNode extends FlowNode {
  readonly key: string;
  /** Its place among the nodes, by which edges name it. */
  readonly index: number;
  /** Its left upper corner. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge extends FlowEdge {
  /** From the side of one node past its bends to the side of the other. */
  readonly points: readonly (readonly [x: number, y: number])[];
}

export interface PlacedFlow {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
}

/**
 * Where the nodes of a flow stand, by what they are: a node that was placed once stays there, also while it is not shown; a new one
 * goes to the nearest free place.
 */
export class FlowPlaces {
  private layout = new GrowingLayout();
  private readonly numbers = new Map<string, number>();
  private readonly connected = new Set<string>();
  /** By edge, as `arrange` has led it; gone where one of its ends has moved since. */
  private ways = new Map<string, Way>();

  place({ nodes, edges }: FlowGraph): PlacedFlow {
    const keys = nodes.map(keyOf);
    const incoming = new Map<number, FlowEdge[]>();
    for (const edge of edges) {
      const list = incoming.get(edge.to);
      if (list) list.push(edge);
      else incoming.set(edge.to, [edge]);
    }
    for (const [node, key] of keys.entries()) {
      if (this.numbers.has(key)) continue;
      const from = (incoming.get(node) ?? []).map((edge) => keys[edge.from]!);
      const placed = from.filter((one) => this.numbers.has(one));
      for (const one of placed) this.connected.add(`${one} ${key}`);
      this.numbers.set(
        key,
        this.layout.add(
          NODE_HEIGHT,
          placed.map((one) => this.numbers.get(one)!),
        ),
      );
    }
    for (const { from, to } of edges) {
      const way = `${keys[from]!} ${keys[to]!}`;
      if (this.connected.has(way)) continue;
      this.connected.add(way);
      this.layout.connect(this.numbers.get(keys[from]!)!, this.numbers.get(keys[to]!)!);
    }
    return {
      nodes: nodes.map((node, index) => ({
        ...node,
        index,
        key: keys[index]!,
        ...this.cornerOf(keys[index]!),
      })),
      edges: edges.map((edge) => ({ ...edge, points: this.pointsOf(keys[edge.from]!, keys[edge.to]!) })),
    };
  }

  /** What there is to be arranged anew: every node that was ever placed would leave a hole. */
  toArrange({ nodes, edges }: FlowGraph): DirectedGraph {
    return {
      heights: nodes.map(() => NODE_HEIGHT),
      edges: edges.map(({ from, to }): Edge => ({ from, to })),
    };
  }

  /** Takes over a layout of what `toArrange` has given of the same flow. */
  arrange(flow: FlowGraph, layout: Layout): void {
    const graph = this.toArrange(flow);
    const keys = flow.nodes.map(keyOf);
    this.layout = GrowingLayout.from(graph, layout);
    this.numbers.clear();
    this.connected.clear();
    for (const [number, key] of keys.entries()) this.numbers.set(key, number);
    this.ways = new Map(
      flow.edges.map(({ from, to }, index) => {
        const key = `${keys[from]!} ${keys[to]!}`;
        this.connected.add(key);
        const ends = [layout.middles[from]!, layout.middles[to]!] as const;
        return [key, { ends, bends: layout.bends[index]! }];
      }),
    );
  }

  private cornerOf(key: string) {
    const number = this.numbers.get(key)!;
    return {
      x: this.layout.ranks[number]! * RANK_STEP,
      y: this.layout.middles[number]! - NODE_HEIGHT / 2,
    };
  }

  private pointsOf(from: string, to: string): PlacedEdge['points'] {
    const [start, end] = [this.cornerOf(from), this.cornerOf(to)];
    const isForward = end.x > start.x;
    const [first, last] = [start.y + NODE_HEIGHT / 2, end.y + NODE_HEIGHT / 2];
    const way = this.ways.get(`${from} ${to}`);
    const isAsArranged = way && Math.abs(way.ends[0] - first) < 1 && Math.abs(way.ends[1] - last) < 1;
    const bends = isAsArranged ? way.bends : [];
    return [
      [start.x + (isForward ? NODE_WIDTH : 0), first],
      // A bend is as wide as a node: the edge passes between those of its column.
      ...bends.flatMap(({ rank, middle }) => {
        const sides = [rank * RANK_STEP, rank * RANK_STEP + NODE_WIDTH];
        return (isForward ? sides : sides.toReversed()).map((x) => [x, middle] as const);
      }),
      [end.x + (isForward ? 0 : NODE_WIDTH), last],
    ];
  }
}

interface Way {
  readonly ends: readonly [from: number, to: number];
  readonly bends: Layout['bends'][number];
}

function keyOf({ kind, name }: FlowNode): string {
  return `${kind} ${name}`;
}
