import { laneCount, LaneWriter, type Lanes } from './lanes.ts';
import { worstOf } from './worst-tones.ts';

/** A level is worth its memory where it has about so many times fewer boxes than the one before it. */
const WORTH = 3;
/** From one grid to the next. */
const STEP = 2;
/** Cells of the coarsest grid over the whole axis; the finest has about so many for each box. */
const FEWEST_CELLS = 1024;
const MOST_CELLS = 4;
const LOOKS = 8192;

/** Lanes in which boxes that lie within one cell of a grid are one, with the worst tone of all. */
export interface CoarseLanes {
  /** `subject` is the first box of the finest lanes that a box stands for; the next one's begins where it ends. */
  readonly lanes: Lanes;
  /** The width of a cell, on the axis. */
  readonly cell: number;
}

/**
 * Coarser and coarser lanes, so that a whole run can be looked at without touching each of its boxes. All of them
 * together take about half of the memory of `lanes`.
 */
export function coarserLanes(lanes: Lanes): readonly CoarseLanes[] {
  const levels: CoarseLanes[] = [];
  const coarsest = extentOf(lanes) / FEWEST_CELLS;
  let finer = lanes;
  let grid = Math.ceil(
    Math.log(Math.max(1, (lanes.start.length * MOST_CELLS) / FEWEST_CELLS)) / Math.log(STEP),
  );
  for (; grid >= 0; grid--) {
    const cell = coarsest / STEP ** grid;
    if ((1 - sharedCells(finer, cell)) * WORTH > 1) continue;
    finer = merge(finer, cell, countGroups(finer, cell));
    levels.push({ lanes: finer, cell });
  }
  return levels;
}

/** Up to the last beginning. */
function extentOf({ start, offsets }: Lanes): number {
  let extent = 0;
  for (let lane = 1; lane < offsets.length; lane++)
    if (offsets[lane]! > offsets[lane - 1]!) extent = Math.max(extent, start[offsets[lane]! - 1]!);
  return extent;
}

/** Which share of the boxes lies in one cell with the next, from a look at some of them. */
function sharedCells({ start, end }: Lanes, cell: number): number {
  const looks = Math.min(LOOKS, start.length - 1);
  let shared = 0;
  for (let look = 0; look < looks; look++) {
    const box = Math.floor((look * (start.length - 1)) / looks);
    const limit = (Math.floor(start[box]! / cell) + 1) * cell;
    const [begins, ends] = [start[box + 1]!, end[box + 1]!];
    if (end[box]! < limit && begins >= start[box]! && ends < limit) shared += 1;
  }
  return looks > 0 ? shared / looks : 0;
}

function countGroups(lanes: Lanes, cell: number): Uint32Array {
  const counts = new Uint32Array(laneCount(lanes));
  for (let lane = 0; lane < counts.length; lane++) {
    let box = lanes.offsets[lane]!;
    for (; box < lanes.offsets[lane + 1]!; box = groupEnd(lanes, lane, box, cell)) counts[lane]! += 1;
  }
  return counts;
}

function merge(lanes: Lanes, cell: number, counts: Uint32Array): Lanes {
  const writer = new LaneWriter(counts);
  for (let lane = 0; lane < counts.length; lane++) {
    let box = lanes.offsets[lane]!;
    while (box < lanes.offsets[lane + 1]!) {
      const next = groupEnd(lanes, lane, box, cell);
      const first = lanes.standFor === undefined ? box : lanes.subject[box]!;
      writer.put(lane, lanes.start[box]!, lanes.end[next - 1]!, first, worstOf(lanes.tones, box, next));
      box = next;
    }
  }
  return writer.lanes(lanes.standFor ?? lanes.start.length);
}

/** Where the boxes end that lie in one cell with `box`; one that reaches out of its cell is alone. */
function groupEnd({ start, end, offsets }: Lanes, lane: number, box: number, cell: number): number {
  const last = offsets[lane + 1]!;
  const limit = (Math.floor(start[box]! / cell) + 1) * cell;
  let next = box + 1;
  if (end[box]! >= limit) return next;
  while (next < last && start[next]! < limit && end[next]! < limit) next += 1;
  return next;
}
