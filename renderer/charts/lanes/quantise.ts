import { firstFrom, isSeveral, type Lanes } from './lanes.ts';
import type { PixelBoxes } from './pixel-boxes.ts';
import { worstOf } from './worst-tones.ts';

/** Which part of the axis lies under how many pixels. */
export interface PixelView {
  readonly from: number;
  readonly to: number;
  /** Device pixels. */
  readonly width: number;
  /** Where what has not ended ends. */
  readonly now: number;
}

/** So many boxes are looked at one by one before they are leapt over. */
const NEAR = 12;

/**
 * Adds the boxes of one lane. A span covers the pixels from the one in which it begins, or the first one, to before the
 * one in which it ends, at least one; what shares a pixel is one box with the worst tone of all. Costs per pixel and
 * not per span: from each pixel it gallops to the first span of a later one.
 */
export function quantiseLane(lanes: Lanes, lane: number, view: PixelView, y: number, out: PixelBoxes): void {
  const { start, end, tones } = lanes;
  const { from, width, now } = view;
  const perUnit = width / (view.to - from);
  const last = firstFrom(lanes, lane, view.to);
  const tone = tones[0]!;
  let box = firstFrom(lanes, lane, from);
  if (box > lanes.offsets[lane]! && Math.min(end[box - 1]!, now) > from) box -= 1;
  while (box < last) {
    const pixel = Math.max(0, Math.floor((start[box]! - from) * perUnit));
    let low = box;
    let worst = tone[box]!;
    const near = Math.min(last, box + NEAR);
    while (low + 1 < near && Math.floor((start[low + 1]! - from) * perUnit) <= pixel)
      if (tone[++low]! > worst) worst = tone[low]!;
    if (low + 1 === box + NEAR) {
      // Many more: steps that double, then halve, to the last box that begins in this pixel.
      const looked = low + 1;
      let step = 1;
      while (low + step < last && Math.floor((start[low + step]! - from) * perUnit) <= pixel) {
        low += step;
        step *= 2;
      }
      while (step > 1) {
        step >>= 1;
        if (low + step < last && Math.floor((start[low + step]! - from) * perUnit) <= pixel) low += step;
      }
      worst = Math.max(worst, worstOf(tones, looked, low + 1));
    }
    const until = Math.min(end[low]!, now);
    const right = Math.min(width, Math.max(pixel + 1, Math.floor((until - from) * perUnit)));
    if (low === box && !isSeveral(lanes, box)) {
      out.add(pixel, right - pixel, y, tone[box]!, box);
    } else {
      out.addMerged(pixel, y, worst, box);
      // Of what begins in one pixel, only the last can reach a later one.
      if (right > pixel + 1) out.add(pixel + 1, right - pixel - 1, y, tone[low]!, low);
    }
    box = low + 1;
  }
}
