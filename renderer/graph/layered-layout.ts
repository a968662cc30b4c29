import { columnsOf, type Columns } from './columns.ts';
import { orderColumns } from './crossings.ts';
import type { DirectedGraph } from './directed-graph.ts';
import { rankNodes, type Ranking } from './ranks.ts';
import { spread } from './spread.ts';

export interface Layout extends Ranking {
  /** The middle of each node, in CSS pixels from the top of the highest one. */
  readonly middles: Float64Array;
  /** Of each edge the bends between its ends: the column, and where it passes it. */
  readonly bends: readonly (readonly Bend[])[];
  readonly height: number;
}

interface Bend {
  readonly rank: number;
  readonly middle: number;
}

/** CSS pixels between two nodes of a column, and around an edge that passes it. */
export const NODE_GAP = 24;
const BEND_GAP = 8;
/** Long edges are to be straight before nodes stand in the middle of their neighbours. */
const BEND_WEIGHT = 8;
/** By the column before, by the column after, … and at last by both. */
const ROUNDS = 6;

/**
 * Nodes in columns by rank, in an order with few crossings, each as near to the middle of its neighbours as the others let it:
 * the layered drawing of Sugiyama, Tagawa and Toda (1981). The same graph gives the same layout.
 */
export function layOut(graph: DirectedGraph): Layout {
  const ranking = rankNodes(graph);
  const columns = columnsOf(graph, ranking);
  const order = orderColumns(columns);
  const all = placeVertices(graph, columns, order);
  const { heights } = graph;
  const [top, bottom] = extentOf(all, heights);
  return {
    ...ranking,
    middles: all.slice(0, heights.length).map((middle) => middle - top),
    bends: columns.bends.map((bends, edge) => {
      const { from, to } = graph.edges[edge]!;
      const step = ranking.ranks[from]! < ranking.ranks[to]! ? 1 : -1;
      return bends.map((bend, index) => ({
        rank: ranking.ranks[from]! + step * (index + 1),
        middle: all[bend]! - top,
      }));
    }),
    height: bottom - top,
  };
}

function placeVertices(
  { heights }: DirectedGraph,
  { before, after, nodes }: Columns,
  order: readonly (readonly number[])[],
): Float64Array {
  const isBend = (vertex: number) => vertex >= nodes;
  const halfOf = (vertex: number) => (isBend(vertex) ? BEND_GAP / 2 : (heights[vertex]! + NODE_GAP) / 2);
  const middles = new Float64Array(before.length);
  const settle = (column: readonly number[], wantedOf: (vertex: number) => number) => {
    const wanted = column.map(wantedOf);
    const weights = column.map((vertex) => (isBend(vertex) ? BEND_WEIGHT : 1));
    const distances = column.map((vertex, at) => (at === 0 ? 0 : halfOf(column[at - 1]!) + halfOf(vertex)));
    const places = spread(wanted, weights, distances);
    for (const [at, vertex] of column.entries()) middles[vertex] = places[at]!;
  };
  for (const column of order) settle(column, () => 0);
  for (let round = 0; round < ROUNDS; round++) {
    const isLast = round === ROUNDS - 1;
    const isForth = round % 2 === 0;
    for (const column of isForth ? order : order.toReversed()) {
      settle(column, (vertex) => {
        const near = isForth ? before[vertex]! : after[vertex]!;
        const all = isLast ? [...before[vertex]!, ...after[vertex]!] : near;
        if (all.length === 0) return middles[vertex]!;
        return all.reduce((sum, one) => sum + middles[one]!, 0) / all.length;
      });
    }
  }
  return middles;
}

function extentOf(middles: Float64Array, heights: readonly number[]): readonly [top: number, bottom: number] {
  if (middles.length === 0) return [0, 0];
  let [top, bottom] = [Infinity, -Infinity];
  for (const [vertex, middle] of middles.entries()) {
    const half = (heights[vertex] ?? 0) / 2;
    top = Math.min(top, middle - half);
    bottom = Math.max(bottom, middle + half);
  }
  return [top, bottom];
}
