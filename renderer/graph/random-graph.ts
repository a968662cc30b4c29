import fc from 'fast-check';
import type { DirectedGraph } from './directed-graph.ts';

/** Graphs of any form: with cycles, edges from a node to itself, several between the same two, parts that do not touch. */
export const graphs: fc.Arbitrary<DirectedGraph> = fc.integer({ min: 1, max: 24 }).chain((nodes) => {
  const node = fc.integer({ min: 0, max: nodes - 1 });
  return fc.record({
    heights: fc.array(fc.integer({ min: 16, max: 80 }), { minLength: nodes, maxLength: nodes }),
    edges: fc.array(fc.record({ from: node, to: node }), { maxLength: 2 * nodes }),
  });
});

export function* pairsOf<Item>(items: readonly Item[]): Generator<readonly [Item, Item]> {
  for (const [at, one] of items.entries()) for (const other of items.slice(at + 1)) yield [one, other];
}
