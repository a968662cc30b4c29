import type { AxisWindow } from '../axis-window.ts';
import { firstFrom, laneCount, type Lanes } from '../lanes/lanes.ts';
import { worstOf } from '../lanes/worst-tones.ts';
import { LANE_HEIGHT } from './flame-look.ts';

/** What lies at a point. */
export interface FlameHit {
  /** A box of the finest lanes; of a crowd, one of its worst. */
  readonly box: number;
  /** How many share its pixel, itself among them; and the worst tone of them. */
  readonly several: number;
  readonly worst: number;
}

/** A box may be thinner than a pointer: this much beside it counts as on it, in CSS pixels. */
const SLACK = 2;

export function hitFlame(
  lanes: Lanes,
  { window, top, now }: { readonly window: AxisWindow; readonly top: number; readonly now: number },
  x: number,
  y: number,
  width: number,
): FlameHit | undefined {
  const lane = Math.floor((y + top) / LANE_HEIGHT);
  if (lane < 0 || lane >= laneCount(lanes)) return undefined;
  const pixel = (window.to - window.from) / width;
  const at = window.from + x * pixel;
  const next = firstFrom(lanes, lane, at);
  const before = next - 1;
  const isOver = before >= lanes.offsets[lane]! && Math.min(lanes.end[before]!, now) >= at;
  const isWide = (box: number) => Math.min(lanes.end[box]!, now) - lanes.start[box]! >= pixel;
  if (isOver && isWide(before)) return { box: before, several: 1, worst: lanes.tones[0]![before]! };
  const first = firstFrom(lanes, lane, at - SLACK * pixel);
  const last = firstFrom(lanes, lane, at + SLACK * pixel);
  if (first === last)
    return isOver ? { box: before, several: 1, worst: lanes.tones[0]![before]! } : undefined;
  let box = first;
  // Of a crowd, the first that has its worst tone stands for all: that is the one to look at.
  const worst = worstOf(lanes.tones, first, last);
  while (lanes.tones[0]![box] !== worst) box += 1;
  return { box, several: last - first, worst };
}
