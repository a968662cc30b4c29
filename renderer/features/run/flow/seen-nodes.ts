import type { Extent, Viewport } from '../../../graph/pan-zoom.ts';
import { NODE_HEIGHT, NODE_WIDTH, type PlacedFlow, type PlacedNode } from './flow-places.ts';

/** Elements are for nodes that can be read; smaller or more of them are drawn. */
const SMALLEST_SCALE = 0.45;
const MOST_ELEMENTS = 200;

/** Nodes in sight, and whether they can be elements. */
export interface Seen {
  readonly keys: ReadonlySet<string>;
  readonly elements: boolean;
}

/** The same object where the same nodes are seen: panning renders nothing anew. */
export function seenNodes(
  before: Seen,
  { nodes }: PlacedFlow,
  { left, top, scale }: Viewport,
  element: Element,
): Seen {
  const { clientWidth, clientHeight } = element;
  const keys = new Set<string>();
  for (const { key, x, y } of nodes) {
    const [at, from] = [x * scale + left, y * scale + top];
    const isIn =
      at < clientWidth &&
      at + NODE_WIDTH * scale > 0 &&
      from < clientHeight &&
      from + NODE_HEIGHT * scale > 0;
    if (isIn) keys.add(key);
  }
  const elements = scale >= SMALLEST_SCALE && keys.size <= MOST_ELEMENTS;
  const isSame =
    elements === before.elements &&
    keys.size === before.keys.size &&
    [...keys].every((key) => before.keys.has(key));
  return isSame ? before : { keys, elements };
}

export function boxOf({ x, y }: PlacedNode): Extent {
  return { left: x, top: y, width: NODE_WIDTH, height: NODE_HEIGHT };
}

export function extentOf(nodes: readonly PlacedNode[]): Extent {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of nodes) {
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x + NODE_WIDTH), Math.max(bottom, y + NODE_HEIGHT)];
  }
  return nodes.length === 0
    ? { left: 0, top: 0, width: 0, height: 0 }
    : { left, top, width: right - left, height: bottom - top };
}
