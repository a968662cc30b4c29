import type { AxisWindow } from '../axis-window.ts';
import type { Size } from '../chart-props.ts';
import { laneCount, laneOfBox } from '../lanes/lanes.ts';
import { lanesFor, type DetailedLanes } from '../lanes/level-of-detail.ts';
import { PixelBoxes } from '../lanes/pixel-boxes.ts';
import { quantiseLane } from '../lanes/quantise.ts';
import type { Palette } from '../palette.ts';
import { chooseRaster } from '../raster/choose-raster.ts';
import type { BoxLook } from '../raster/box-look.ts';
import { cssOf, isLight } from '../raster/color-word.ts';
import { drawFills } from '../raster/draw-fills.ts';
import { drawPixels, pixelBuffer, type PixelBuffer } from '../raster/draw-pixels.ts';
import { flameLook, LANE_HEIGHT } from './flame-look.ts';

/** What a flame looks like at a moment. */
export interface FlameScene {
  readonly lanes: DetailedLanes;
  readonly window: AxisWindow;
  /** Distance of the canvas' upper edge from the first lane's, in CSS pixels. */
  readonly top: number;
  /** Where what has not ended ends. */
  readonly now: number;
  readonly isSearching: boolean;
  /** A box of the finest lanes. */
  readonly selected: number | undefined;
  readonly labelOf: (subject: number) => string;
}

const LABEL_SIZE = 11;
/** Text costs about as much as a hundred boxes. */
const MOST_LABELS = 300;
const NARROWEST_LABEL = 30;
const LABEL_ROOM = 4;
const DARK_TEXT = '#000000';
const LIGHT_TEXT = '#ffffff';

/** Draws flames onto a canvas; keeps the memory that one drawing after the other needs. */
export class FlamePainter {
  private readonly boxes = new PixelBoxes();
  private buffer: PixelBuffer | undefined;

  paint(context: CanvasRenderingContext2D, size: Size, palette: Palette, scene: FlameScene): void {
    const ratio = devicePixelRatio;
    const { width, height } = context.canvas;
    const { window, now } = scene;
    const lanes = lanesFor(scene.lanes, (window.to - window.from) / width);
    const { boxes } = this;
    boxes.clear();
    const first = Math.max(0, Math.floor(scene.top / LANE_HEIGHT));
    const last = Math.min(laneCount(lanes), Math.ceil((scene.top + size.height) / LANE_HEIGHT));
    for (let lane = first; lane < last; lane++) {
      const y = Math.round((lane * LANE_HEIGHT - scene.top) * ratio);
      quantiseLane(lanes, lane, { ...window, width, now }, y, boxes);
    }
    const look = flameLook(palette, ratio, scene.isSearching);
    if (chooseRaster() === 'pixels') {
      if (this.buffer?.image.width !== width || this.buffer.image.height !== height)
        this.buffer = pixelBuffer(width, height);
      const rows = drawPixels(this.buffer, boxes, look);
      if (rows > 0) context.putImageData(this.buffer.image, 0, 0, 0, 0, width, rows);
    } else {
      context.save();
      context.setTransform(1, 0, 0, 1, 0, 0);
      drawFills(context, boxes, look);
      context.restore();
    }
    this.writeLabels(context, ratio, palette, scene, look);
    if (scene.selected !== undefined) outline(context, size, palette, scene, scene.selected);
  }

  private writeLabels(
    context: CanvasRenderingContext2D,
    ratio: number,
    palette: Palette,
    scene: FlameScene,
    { colors, hatched }: BoxLook,
  ): void {
    const { boxes } = this;
    const subjects = lanesFor(
      scene.lanes,
      (scene.window.to - scene.window.from) / context.canvas.width,
    ).subject;
    const finest = scene.lanes.finest.subject;
    const isFinest = subjects === finest;
    context.font = palette.font(LABEL_SIZE);
    context.textBaseline = 'middle';
    const character = context.measureText('0').width;
    let [labels, isDark] = [0, undefined as boolean | undefined];
    for (let box = 0; box < boxes.count && labels < MOST_LABELS; box++) {
      const width = boxes.width[box]! / ratio;
      if (width < NARROWEST_LABEL || boxes.merged[box] === 1) continue;
      const at = boxes.box[box]!;
      const text = fitted(
        scene.labelOf(isFinest ? subjects[at]! : finest[subjects[at]!]!),
        (width - 2 * LABEL_ROOM) / character,
      );
      if (text === '') continue;
      const tone = boxes.tone[box]!;
      const [x, y] = [boxes.x[box]! / ratio + LABEL_ROOM, boxes.y[box]! / ratio + LANE_HEIGHT / 2 + 1];
      if (hatched[tone] === 1) {
        // Lines through the letters would make them hard to read.
        context.fillStyle = cssOf(colors[tone]!);
        context.fillRect(x - 2, y - LABEL_SIZE / 2 - 1, context.measureText(text).width + 4, LABEL_SIZE + 2);
        isDark = undefined;
      }
      const wanted = isLight(colors[tone]!);
      if (wanted !== isDark) context.fillStyle = wanted ? DARK_TEXT : LIGHT_TEXT;
      isDark = wanted;
      context.fillText(text, x, y);
      labels += 1;
    }
  }
}

/** As much of a text as there is room for; what is not Latin is about twice as wide. */
function fitted(text: string, room: number): string {
  let used = 0;
  for (let at = 0; at < text.length; at++) {
    used += text.charCodeAt(at) < 0x1100 ? 1 : 2;
    if (used > room) return at < 3 ? '' : `${text.slice(0, at - 1)}…`;
  }
  return text;
}

function outline(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  { lanes: { finest }, window, top, now }: FlameScene,
  box: number,
): void {
  const perUnit = size.width / (window.to - window.from);
  const left = Math.max(-4, (finest.start[box]! - window.from) * perUnit);
  const right = Math.min(size.width + 4, (Math.min(finest.end[box]!, now) - window.from) * perUnit);
  if (right < 0 || left > size.width) return;
  const y = laneOfBox(finest, box) * LANE_HEIGHT - top;
  context.lineWidth = 2;
  context.strokeStyle = palette.color('text');
  context.strokeRect(left - 1, y + 1, Math.max(3, right - left) + 1, LANE_HEIGHT - 2);
  context.lineWidth = 1;
}
