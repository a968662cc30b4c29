import { SpanIndex } from '../../../core/journal/columns/span-index.ts';
import { ABSENT } from '../lanes/plain-spans.ts';
import { LaneWriter, type Lanes } from '../lanes/lanes.ts';
import { byDepth } from './by-depth.ts';

/** Spans of one run, by ordinal. */
export interface NamedSpans {
  readonly parent: Int32Array;
  readonly name: Uint32Array;
  readonly tone: Uint8Array;
  /** What each weighs of itself; used up. */
  readonly own: Float64Array;
}

/** Spans with the same names from the root down, of one kind and status, as one. */
export interface FlameNodes {
  /** -1 for those at the top. */
  readonly parent: Int32Array;
  /** Place in the dictionary. */
  readonly name: Uint32Array;
  readonly total: Float64Array;
  readonly spans: Uint32Array;
}

export interface LeftHeavy {
  readonly nodes: FlameNodes;
  /** One lane for each depth; `subject` is the place of a node. */
  readonly lanes: Lanes;
  readonly total: number;
}

const TONE_BITS = 6;
const NO_NODE = -1;

/**
 * The spans of a run aggregated by the path of their names, the heaviest first. A span weighs what its children weigh
 * together, and at least what it weighs itself: so a parent that sums up the tokens of its children does not count them
 * twice, and children that ran side by side have room beside each other. What failed is apart from what did not.
 */
export function leftHeavy(spans: NamedSpans): LeftHeavy {
  const { parent, name, tone, own } = spans;
  const { order } = byDepth(parent);
  const total = totals(parent, own, order);
  const nodeOf = new Int32Array(parent.length);
  const index = new SpanIndex();
  const [parents, names, tones, sums, counts]: number[][] = [[], [], [], [], []];
  for (const ordinal of order) {
    if (tone[ordinal] === ABSENT) {
      nodeOf[ordinal] = NO_NODE;
      continue;
    }
    const above = parent[ordinal]! < 0 ? NO_NODE : nodeOf[parent[ordinal]!]!;
    const key = ((name[ordinal]! << TONE_BITS) | tone[ordinal]!) >>> 0;
    let node = index.find(above + 1, key);
    if (node < 0) {
      node = parents!.push(above) - 1;
      names!.push(name[ordinal]!);
      tones!.push(tone[ordinal]!);
      sums!.push(0);
      counts!.push(0);
      index.add(above + 1, key, node);
    }
    nodeOf[ordinal] = node;
    sums![node]! += total[ordinal]!;
    counts![node]! += 1;
  }
  const nodes = {
    parent: Int32Array.from(parents!),
    name: Uint32Array.from(names!),
    total: Float64Array.from(sums!),
    spans: Uint32Array.from(counts!),
  };
  return { nodes, ...layOut(nodes, Uint8Array.from(tones!)) };
}

/** From the innermost out. */
function totals(parent: Int32Array, own: Float64Array, order: Uint32Array): Float64Array {
  const ofChildren = new Float64Array(parent.length);
  for (let at = order.length - 1; at >= 0; at--) {
    const ordinal = order[at]!;
    const total = Math.max(own[ordinal]!, ofChildren[ordinal]!);
    own[ordinal] = total;
    const above = parent[ordinal]!;
    if (above >= 0) ofChildren[above]! += total;
  }
  return own;
}

/** Level by level; within one in the order of the level above, so that every lane is sorted. */
function layOut(nodes: FlameNodes, tones: Uint8Array): { readonly lanes: Lanes; readonly total: number } {
  const { parent, total } = nodes;
  const { order: levels, depths } = byDepth(parent);
  const writer = new LaneWriter(depths);
  const starts = new Float64Array(parent.length);
  /** Where the next child of a node begins. */
  const next = new Float64Array(parent.length);
  const places = new Uint32Array(parent.length);
  let width = 0;
  for (let lane = 0, first = 0; lane < depths.length; first += depths[lane++]!) {
    const level = levels.subarray(first, first + depths[lane]!);
    const placeAbove = (node: number) => (parent[node]! < 0 ? 0 : places[parent[node]!]!);
    level.sort(
      (one, other) => placeAbove(one) - placeAbove(other) || total[other]! - total[one]! || one - other,
    );
    for (const [place, node] of level.entries()) {
      const above = parent[node]!;
      starts[node] = above < 0 ? width : next[above]!;
      next[node] = starts[node]!;
      places[node] = place;
      const end = starts[node] + total[node]!;
      if (above < 0) width = end;
      else next[above] = end;
      writer.put(lane, starts[node], end, node, tones[node]!);
    }
  }
  return { lanes: writer.lanes(), total: width };
}
