import type { PlacedFlow, PlacedNode } from './flow-places.ts';

/** Where an arrow key leads: up and down in the column, right and left along the edges, to the nearest. */
export function neighbourOf(
  { nodes, edges }: PlacedFlow,
  from: PlacedNode | undefined,
  key: string,
): PlacedNode | undefined {
  if (!from) return nodes[0];
  if (key === 'ArrowUp' || key === 'ArrowDown') {
    const sign = key === 'ArrowDown' ? 1 : -1;
    const beyond = nodes.filter(({ x, y }) => x === from.x && (y - from.y) * sign > 0);
    return nearest(beyond, from);
  }
  const isAhead = key === 'ArrowRight';
  const ends = edges.flatMap((edge) => {
    const [near, far] = isAhead ? [edge.from, edge.to] : [edge.to, edge.from];
    return near === from.index ? [nodes[far]!] : [];
  });
  return nearest(ends, from);
}

function nearest(nodes: readonly PlacedNode[], { y }: PlacedNode): PlacedNode | undefined {
  return nodes.toSorted((one, other) => Math.abs(one.y - y) - Math.abs(other.y - y))[0];
}
