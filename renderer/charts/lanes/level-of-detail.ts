import { coarserLanes, type CoarseLanes } from './coarser-lanes.ts';
import type { Lanes } from './lanes.ts';

/** Lanes, and the same ones ever coarser. */
export interface DetailedLanes {
  readonly finest: Lanes;
  readonly coarser: readonly CoarseLanes[];
}

/** Cells of a coarser grid under one pixel: a box is then drawn at most so much of a pixel beside its place. */
const CELLS_PER_PIXEL = 2;

export function detailed(finest: Lanes): DetailedLanes {
  return { finest, coarser: coarserLanes(finest) };
}

/** The coarsest lanes that look like the finest where one pixel is so much of the axis. */
export function lanesFor({ finest, coarser }: DetailedLanes, pixel: number): Lanes {
  return coarser.findLast(({ cell }) => cell * CELLS_PER_PIXEL <= pixel)?.lanes ?? finest;
}
