import type { DirectedGraph, Edge } from './directed-graph.ts';
import type { Ranking } from './ranks.ts';

/**
 * A graph in which every edge leads to the next column: one that is longer passes a bend in each column between. Vertices are the
 * nodes, by their numbers, and the bends after them.
 */
export interface Columns {
  /** The vertices of each column, in their order from the top. */
  readonly vertices: readonly (readonly number[])[];
  /** Neighbours of each vertex in the column before and the column after. */
  readonly before: readonly (readonly number[])[];
  readonly after: readonly (readonly number[])[];
  /** Of each edge the bends that it passes, from `from` to `to`. */
  readonly bends: readonly (readonly number[])[];
  readonly nodes: number;
}

/** Edges that lead back are laid the other way round; one from a node to itself has no place in the columns. */
export function columnsOf({ heights, edges }: DirectedGraph, { ranks }: Ranking): Columns {
  const count = ranks.reduce((most, rank) => Math.max(most, rank + 1), 0);
  const vertices: number[][] = Array.from({ length: count }, () => []);
  const before: number[][] = heights.map(() => []);
  const after: number[][] = heights.map(() => []);
  for (const node of heights.keys()) vertices[ranks[node]!]!.push(node);
  const link = (from: number, to: number) => {
    after[from]!.push(to);
    before[to]!.push(from);
  };
  const addBend = (rank: number) => {
    before.push([]);
    vertices[rank]!.push(after.push([]) - 1);
    return after.length - 1;
  };
  const layEdge = ({ from, to }: Edge): readonly number[] => {
    if (ranks[from]! > ranks[to]!) return layEdge({ from: to, to: from }).toReversed();
    const bends: number[] = [];
    for (let rank = ranks[from]! + 1; rank < ranks[to]!; rank++) bends.push(addBend(rank));
    const way = [from, ...bends, to];
    if (from !== to) for (let at = 1; at < way.length; at++) link(way[at - 1]!, way[at]!);
    return bends;
  };
  const bends = edges.map(layEdge);
  return { vertices, before, after, bends, nodes: heights.length };
}
