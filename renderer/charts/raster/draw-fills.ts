import type { PixelBoxes } from '../lanes/pixel-boxes.ts';
import { isError } from '../lanes/tone.ts';
import { cssOf } from './color-word.ts';
import { WIDE, type BoxLook } from './box-look.ts';

/** Draws the same with rectangles, color by color, for canvases that a GPU draws. In device pixels. */
export function drawFills(context: CanvasRenderingContext2D, boxes: PixelBoxes, look: BoxLook): void {
  const { shape } = look;
  const { width, height } = context.canvas;
  context.fillStyle = cssOf(look.background);
  context.fillRect(0, 0, width, height);
  const order = byTone(boxes);
  let tone = -1;
  for (const box of order) {
    if (boxes.tone[box] !== tone) {
      tone = boxes.tone[box]!;
      context.fillStyle = cssOf(look.colors[tone]!);
    }
    const [x, y, wide] = [boxes.x[box]!, boxes.y[box]!, boxes.width[box]!];
    const top = isError(tone) ? shape.errorTop : shape.top;
    if (boxes.merged[box] === 1) {
      context.fillRect(x, y + top, wide, shape.cutFrom - top);
      context.fillRect(x, y + shape.cutTo, wide, shape.bottom - shape.cutTo);
    } else context.fillRect(x, y + top, wide >= WIDE ? wide - 1 : wide, shape.bottom - top);
  }
  context.fillStyle = cssOf(look.background);
  for (const box of order)
    if (look.hatched[boxes.tone[box]!] === 1 && boxes.width[box]! > WIDE) hatch(context, boxes, box, look);
}

/** Places of boxes, by their tones. */
function byTone(boxes: PixelBoxes): Uint32Array {
  const next = new Uint32Array(257);
  for (let box = 0; box < boxes.count; box++) next[boxes.tone[box]! + 1]! += 1;
  for (let tone = 1; tone < next.length; tone++) next[tone]! += next[tone - 1]!;
  const order = new Uint32Array(boxes.count);
  for (let box = 0; box < boxes.count; box++) order[next[boxes.tone[box]!]!++] = box;
  return order;
}

function hatch(context: CanvasRenderingContext2D, boxes: PixelBoxes, box: number, { shape }: BoxLook): void {
  const [x, y, wide] = [boxes.x[box]!, boxes.y[box]!, boxes.width[box]! - 1];
  const high = shape.cutFrom - shape.top;
  context.save();
  context.beginPath();
  context.rect(x, y + shape.top, wide, high);
  context.clip();
  context.beginPath();
  const first = x - ((x + y) % shape.hatch);
  for (let at = first; at < x + wide + high; at += shape.hatch) {
    context.moveTo(at, y + shape.top);
    context.lineTo(at - high, y + shape.top + high);
  }
  context.strokeStyle = context.fillStyle;
  context.stroke();
  context.restore();
}
