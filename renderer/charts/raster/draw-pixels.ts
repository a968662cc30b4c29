import { isError } from '../lanes/tone.ts';
import type { PixelBoxes } from '../lanes/pixel-boxes.ts';
import { WIDE, type BoxLook } from './box-look.ts';

/** A picture in main memory, for canvases that no GPU draws. */
export interface PixelBuffer {
  readonly image: ImageData;
  readonly words: Uint32Array;
}

export function pixelBuffer(width: number, height: number): PixelBuffer {
  const image = new ImageData(width, height);
  return { image, words: new Uint32Array(image.data.buffer) };
}

/**
 * Draws boxes into a buffer, over what was there. All rows of a lane are one of three, so each of these is painted
 * once and copied; lanes must follow each other from the top. Returns how many rows of the picture are used.
 */
export function drawPixels({ image, words }: PixelBuffer, boxes: PixelBoxes, look: BoxLook): number {
  const { width, height } = image;
  const { shape } = look;
  const used = boxes.count === 0 ? 0 : Math.min(height, boxes.y[boxes.count - 1]! + shape.height);
  words.fill(look.background, 0, used * width);
  const [all, errors, single] = [new Uint32Array(width), new Uint32Array(width), new Uint32Array(width)];
  for (let first = 0; first < boxes.count;) {
    const y = boxes.y[first]!;
    all.fill(look.background);
    errors.fill(look.background);
    single.fill(look.background);
    let next = first;
    for (; next < boxes.count && boxes.y[next] === y; next++) {
      const x = boxes.x[next]!;
      const wide = boxes.width[next]!;
      const tone = boxes.tone[next]!;
      const color = look.colors[tone]!;
      const isMerged = boxes.merged[next] === 1;
      const right = x + (wide >= WIDE && !isMerged ? wide - 1 : wide);
      all.fill(color, x, right);
      if (isError(tone)) errors.fill(color, x, right);
      if (!isMerged) single.fill(color, x, right);
    }
    const copy = (row: Uint32Array, from: number, to: number) => {
      for (let line = Math.max(0, y + from); line < Math.min(height, y + to); line++)
        words.set(row, line * width);
    };
    copy(errors, shape.errorTop, shape.top);
    copy(all, shape.top, shape.cutFrom);
    copy(single, shape.cutFrom, shape.cutTo);
    copy(all, shape.cutTo, shape.bottom);
    for (let box = first; box < next; box++)
      if (look.hatched[boxes.tone[box]!] === 1 && boxes.width[box]! > WIDE)
        hatch(image, words, boxes, box, look);
    first = next;
  }
  return used;
}

function hatch(
  { width, height }: ImageData,
  words: Uint32Array,
  boxes: PixelBoxes,
  box: number,
  look: BoxLook,
): void {
  const { shape, background } = look;
  const y = boxes.y[box]!;
  const [left, right] = [boxes.x[box]!, boxes.x[box]! + boxes.width[box]! - 1];
  for (let line = Math.max(0, y + shape.top); line < Math.min(height, y + shape.cutFrom); line++) {
    const phase = (left + line) % shape.hatch;
    const first = left + ((shape.hatch - phase) % shape.hatch);
    for (let x = first; x < right; x += shape.hatch) words[line * width + x] = background;
  }
}
