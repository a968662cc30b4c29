/**
 * Sorts each column by the mean place of its neighbours, forth and back, and keeps the order with the fewest crossings
 * (barycentre heuristic, Sugiyama, Tagawa, Toda 1981).
 */
import type { Columns } from './columns.ts';

/** Forth and back once each; more hardly helps. */
const SWEEPS = 8;

export function orderColumns(columns: Columns): readonly (readonly number[])[] {
  let order = columns.vertices.map((vertices) => vertices.slice());
  const places = new Float64Array(columns.after.length);
  let best = { order, crossings: countCrossings(order, columns, places) };
  for (let sweep = 0; sweep < SWEEPS && best.crossings > 0; sweep++) {
    order = sweepOnce(order, columns, places, sweep % 2 === 0);
    const crossings = countCrossings(order, columns, places);
    if (crossings < best.crossings) best = { order, crossings };
  }
  return best.order;
}

function sweepOnce(
  order: readonly (readonly number[])[],
  { before, after }: Columns,
  places: Float64Array,
  isForth: boolean,
): number[][] {
  const sorted = order.map((vertices) => vertices.slice());
  const neighbours = isForth ? before : after;
  const means = new Float64Array(places.length);
  for (const vertices of sorted) place(vertices, places);
  for (let step = 1; step < sorted.length; step++) {
    const column = sorted[isForth ? step : sorted.length - 1 - step]!;
    for (const vertex of column) {
      const near = neighbours[vertex]!;
      // Places are shares of a column, so that those of short and long ones compare: who has no neighbour stays where it is.
      means[vertex] =
        near.length === 0 ? places[vertex]! : near.reduce((sum, one) => sum + places[one]!, 0) / near.length;
    }
    column.sort((one, other) => means[one]! - means[other]!);
    place(column, places);
  }
  return sorted;
}

function place(vertices: readonly number[], places: Float64Array): void {
  for (const [index, vertex] of vertices.entries()) places[vertex] = (index + 0.5) / vertices.length;
}

/** Pairs of links between neighbouring columns that cross: inversions, counted with a tree of sums (Fenwick 1994). */
export function countCrossings(
  order: readonly (readonly number[])[],
  { after }: Columns,
  places = new Float64Array(after.length),
): number {
  let crossings = 0;
  for (let column = 0; column + 1 < order.length; column++) {
    const next = order[column + 1]!;
    for (const [index, vertex] of next.entries()) places[vertex] = index;
    const sums = new Int32Array(next.length + 1);
    let seen = 0;
    for (const vertex of order[column]!) {
      const ends = after[vertex]!.map((end) => places[end]!);
      for (const end of ends) {
        let notBelow = 0;
        for (let at = end + 1; at > 0; at -= at & -at) notBelow += sums[at]!;
        crossings += seen - notBelow;
      }
      for (const end of ends) for (let at = end + 1; at <= next.length; at += at & -at) sums[at]! += 1;
      seen += ends.length;
    }
  }
  return crossings;
}
