import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { columnsOf } from './columns.ts';
import { countCrossings, orderColumns } from './crossings.ts';
import type { DirectedGraph } from './directed-graph.ts';
import { layOut, NODE_GAP } from './layered-layout.ts';
import { graphs, pairsOf } from './random-graph.ts';
import { rankNodes } from './ranks.ts';

const graph = (nodes: number, ...edges: readonly (readonly [from: number, to: number])[]): DirectedGraph => ({
  heights: Array.from({ length: nodes }, () => 40),
  edges: edges.map(([from, to]) => ({ from, to })),
});

describe('ranks', () => {
  it('are one more than the highest predecessor', () => {
    expect([...rankNodes(graph(4, [0, 1], [1, 2], [0, 2], [2, 3])).ranks]).toEqual([0, 1, 2, 3]);
  });

  it('have a node without predecessors next to what follows it', () => {
    expect([...rankNodes(graph(4, [0, 1], [1, 2], [3, 2])).ranks]).toEqual([0, 1, 2, 1]);
  });

  it('cut a cycle at the edge that closes it, whatever its length', () => {
    const { ranks, leadsBack } = rankNodes(graph(3, [0, 1], [1, 2], [2, 0], [1, 1]));
    expect([...ranks]).toEqual([0, 1, 2]);
    expect(leadsBack).toEqual([false, false, true, true]);
  });

  it('rise along every edge that does not lead back', () => {
    fc.assert(
      fc.property(graphs, (any) => {
        const { ranks, leadsBack } = rankNodes(any);
        for (const { from, to } of any.edges.filter((_, index) => !leadsBack[index]))
          expect(ranks[to]!).toBeGreaterThan(ranks[from]!);
        expect(Math.min(...ranks)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it('do not need a stack as deep as a chain is long', () => {
    const chain = Array.from({ length: 50_000 }, (_, at) => [at, at + 1] as const);
    expect(rankNodes(graph(50_001, ...chain)).ranks.at(-1)).toBe(50_000);
  });
});

describe('order', () => {
  it('takes the crossings out of what can be drawn without', () => {
    const crossed = graph(6, [0, 5], [1, 4], [2, 3]);
    const columns = columnsOf(crossed, rankNodes(crossed));
    expect(countCrossings(columns.vertices, columns)).toBe(3);
    expect(countCrossings(orderColumns(columns), columns)).toBe(0);
  });

  it('counts crossings as looking at every pair does, and never ends with more', () => {
    fc.assert(
      fc.property(graphs, (any) => {
        const columns = columnsOf(any, rankNodes(any));
        const order = orderColumns(columns);
        expect(countCrossings(order, columns)).toBe(crossingsByPairs(order, columns.after));
        expect(countCrossings(order, columns)).toBeLessThanOrEqual(countCrossings(columns.vertices, columns));
        expect(order.map((vertices) => vertices.toSorted((one, other) => one - other))).toEqual(
          columns.vertices.map((vertices) => vertices.toSorted((one, other) => one - other)),
        );
      }),
    );
  });
});

function crossingsByPairs(
  order: readonly (readonly number[])[],
  after: readonly (readonly number[])[],
): number {
  let crossings = 0;
  for (const [column, vertices] of order.entries()) {
    const next = order[column + 1] ?? [];
    const links = vertices.flatMap((vertex, at) =>
      after[vertex]!.map((end) => [at, next.indexOf(end)] as const),
    );
    for (const [one, other] of pairsOf(links))
      if ((one[0] - other[0]) * (one[1] - other[1]) < 0) crossings += 1;
  }
  return crossings;
}

describe('layout', () => {
  it('puts a node in the middle of its neighbours', () => {
    const { middles, height } = layOut(graph(3, [0, 1], [0, 2]));
    expect([...middles]).toEqual([52, 20, 84]);
    expect(height).toBe(104);
  });

  it('keeps a long edge away from the nodes that it passes', () => {
    const { bends, middles } = layOut(graph(3, [0, 1], [1, 2], [0, 2]));
    expect(bends[2]).toHaveLength(1);
    expect(bends[2]![0]!.rank).toBe(1);
    expect(Math.abs(bends[2]![0]!.middle - middles[1]!)).toBeGreaterThanOrEqual(20);
  });

  it('leads an edge back through the columns between its ends', () => {
    const { bends } = layOut(graph(3, [0, 1], [1, 2], [2, 0]));
    expect(bends[2]!.map(({ rank }) => rank)).toEqual([1]);
  });

  it('of nothing is nothing', () => {
    expect(layOut(graph(0))).toMatchObject({ height: 0, bends: [] });
  });

  it('has no node over another, none above the top, and is the same for the same graph', () => {
    fc.assert(
      fc.property(graphs, (any) => {
        const { ranks, middles, height, bends } = layOut(any);
        for (const [one, other] of pairsOf([...any.heights.keys()])) {
          if (ranks[one] !== ranks[other]) continue;
          const apart = Math.abs(middles[one]! - middles[other]!);
          expect(apart).toBeGreaterThanOrEqual(
            (any.heights[one]! + any.heights[other]!) / 2 + NODE_GAP - 1e-6,
          );
        }
        for (const [node, middle] of middles.entries()) {
          expect(middle - any.heights[node]! / 2).toBeGreaterThanOrEqual(-1e-6);
          expect(middle + any.heights[node]! / 2).toBeLessThanOrEqual(height + 1e-6);
        }
        for (const [edge, { from, to }] of any.edges.entries())
          expect(bends[edge]).toHaveLength(Math.max(0, Math.abs(ranks[from]! - ranks[to]!) - 1));
        expect(layOut(any)).toEqual(layOut(any));
      }),
    );
  });
});
