import type { StepKey } from '../../../charts/chart-props.ts';
import { firstFrom, laneCount, laneOfBox, type Lanes } from '../../../charts/lanes/lanes.ts';

/** Lanes below in which a child is looked for. */
const NEAR = 64;

/** The box that a key leads to: beside in its lane, its parent above, its first child below; `undefined` where there is none. */
export function stepFrom(
  lanes: Lanes,
  box: number | undefined,
  key: StepKey,
  parentOf: (subject: number) => number,
): number | undefined {
  if (lanes.start.length === 0) return undefined;
  if (box === undefined) return 0;
  const lane = laneOfBox(lanes, box);
  const [first, last] = [lanes.offsets[lane]!, lanes.offsets[lane + 1]! - 1];
  switch (key) {
    case 'ArrowLeft':
      return box > first ? box - 1 : undefined;
    case 'ArrowRight':
      return box < last ? box + 1 : undefined;
    case 'Home':
      return first;
    case 'End':
      return last;
    case 'ArrowUp': {
      const parent = lanes.subject.indexOf(parentOf(lanes.subject[box]!));
      return parent < 0 ? undefined : parent;
    }
    case 'ArrowDown':
      return firstChild(lanes, box, lane, parentOf);
    default:
      return undefined;
  }
}

function firstChild(
  lanes: Lanes,
  box: number,
  lane: number,
  parentOf: (subject: number) => number,
): number | undefined {
  for (let below = lane + 1; below < Math.min(laneCount(lanes), lane + NEAR); below++) {
    const until = lanes.offsets[below + 1]!;
    for (
      let at = firstFrom(lanes, below, lanes.start[box]!);
      at < until && lanes.start[at]! <= lanes.end[box]!;
      at++
    )
      if (parentOf(lanes.subject[at]!) === lanes.subject[box]!) return at;
  }
  return undefined;
}
