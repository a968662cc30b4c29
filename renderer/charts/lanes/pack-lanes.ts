import { FreeLanes } from './free-lanes.ts';
import { LaneWriter, type Lanes } from './lanes.ts';
import type { PlainSpans } from './plain-spans.ts';
import { sortByKey } from './sort-by-key.ts';

const NOT_PLACED = -1;
const WAITING = -2;

/**
 * A lane for every span: the first one under its parent's that is free, so that what ran at the same time stands side
 * by side. A span that began before its parent stands wherever there is room. Uses up `spans.start`, which is sorted.
 * Costs n log n at worst, and for spans that come nearly in order of their start, n.
 */
export function packLanes(spans: PlainSpans): Lanes {
  const { start, end, parent, tone } = spans;
  const order = sortByKey(start);
  const laneOf = new Int32Array(order.length).fill(NOT_PLACED);
  const existing = countBefore(start, Number.POSITIVE_INFINITY);
  const free = new FreeLanes();
  for (let from = 0; from < existing;) {
    let to = from + 1;
    while (to < existing && start[to] === start[from]) to += 1;
    if (to > from + 1) parentsFirst(order.subarray(from, to), parent, laneOf);
    for (; from < to; from++) {
      const ordinal = order[from]!;
      const above = parent[ordinal]!;
      // Those that are not placed yet have a lane of -1.
      const lane = free.find(above < 0 ? 0 : laneOf[above]! + 1, start[from]!);
      free.take(lane, end[ordinal]!);
      laneOf[ordinal] = lane;
    }
  }
  const counts = new Uint32Array(free.count);
  for (let at = 0; at < existing; at++) counts[laneOf[order[at]!]!]! += 1;
  const writer = new LaneWriter(counts);
  for (let at = 0; at < existing; at++) {
    const ordinal = order[at]!;
    writer.put(laneOf[ordinal]!, start[at]!, end[ordinal]!, ordinal, tone[ordinal]!);
  }
  return writer.lanes();
}

/** Of what began at the same moment the outer one has to be placed first; of a circle, any. */
function parentsFirst(group: Uint32Array, parent: Int32Array, laneOf: Int32Array): void {
  const wanted = group.slice();
  for (const ordinal of wanted) laneOf[ordinal] = WAITING;
  const chain: number[] = [];
  let next = 0;
  for (const ordinal of wanted) {
    for (let at = ordinal; at >= 0 && laneOf[at] === WAITING; at = parent[at]!) {
      laneOf[at] = NOT_PLACED;
      chain.push(at);
    }
    while (chain.length > 0) group[next++] = chain.pop()!;
  }
}

/** How many of the sorted `keys` are below `limit`. */
function countBefore(keys: Float64Array, limit: number): number {
  let [low, high] = [0, keys.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}
