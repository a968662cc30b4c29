import type { Size } from '../../../charts/chart-props.ts';
import type { Palette } from '../../../charts/palette.ts';
import { ROW_HEIGHT, timeScale } from './geometry.ts';
import type { Scene } from './hit-test.ts';
import { fallbacksOf, segmentsOf, type SegmentKind, type TimeWindow } from './layout.ts';
import type { Row } from './rows.ts';

export interface BarLabel {
  readonly text: string;
  readonly bad: boolean;
}

const BAR = 10;
const AGENT_BAR = 4;
const THINNEST = 1.5;
const LABEL_GAP = 6;
const LABEL_SIZE = 11;

const TOKENS: Readonly<Record<SegmentKind, string>> = {
  agent: 'seg-agent',
  waiting: 'seg-waiting',
  queued: 'seg-queued',
  backoff: 'seg-queued',
  'first-token': 'seg-first',
  generating: 'seg-generating',
  mcp: 'seg-mcp',
  reported: 'seg-reported',
  failed: 'seg-failed',
  cut: 'seg-cut',
};

/** The bars of the rows that the canvas covers, over the lines of the time axis. */
export function drawBars(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  scene: Scene,
  labelOf: (row: Row) => BarLabel,
): void {
  const scale = timeScale(scene.window, size.width);
  context.fillStyle = palette.color('line');
  for (const at of scale.ticks().at) context.fillRect(Math.round(scale.x(at)), 0, 1, size.height);

  const first = Math.max(0, Math.floor(scene.top / ROW_HEIGHT));
  const last = Math.min(scene.rows, Math.ceil((scene.top + size.height) / ROW_HEIGHT));
  context.font = palette.font(LABEL_SIZE);
  context.textBaseline = 'middle';
  for (let index = first; index < last; index++) {
    const row = scene.rowAt(index);
    const middle = index * ROW_HEIGHT - scene.top + ROW_HEIGHT / 2;
    const height = row.span.kind === 'agent' ? AGENT_BAR : BAR;
    const segments = segmentsOf(row, scene.now);
    for (const { kind, from, to } of segments) {
      const [left, right] = [scale.x(from), Math.max(scale.x(from) + THINNEST, scale.x(to))];
      if (right < 0 || left > size.width) continue;
      const [x, width] = [Math.max(left, -2), Math.min(right, size.width + 2) - Math.max(left, -2)];
      const box = { x, middle, width, height };
      const color = palette.color(TOKENS[kind]);
      if (kind === 'queued') drawQueued(context, box, color);
      else if (kind === 'backoff') drawBackoff(context, box, color);
      else {
        context.fillStyle = color;
        context.fillRect(x, middle - height / 2, width, height);
        // A sign besides the colour, for what did not go well.
        if (kind === 'failed' || kind === 'cut') hatch(context, box, palette.color('bg'), 0.45);
      }
    }
    for (const { at } of fallbacksOf(row)) drawMark(context, palette, scale.x(at), middle);
    const left = scale.x(segments[0]?.from ?? row.span.startedAt);
    const right = Math.max(left + THINNEST, scale.x(segments.at(-1)?.to ?? row.span.startedAt));
    if (row.span.kind !== 'agent') writeLabel(context, size, palette, { left, right, middle }, labelOf(row));
  }
  if (scene.playhead === undefined) return;
  context.fillStyle = palette.color('hold');
  context.fillRect(Math.round(scale.x(scene.playhead)), 0, 1, size.height);
}

interface Bar {
  readonly left: number;
  readonly right: number;
  readonly middle: number;
}

/** After the bar; before it where there is no room; for a bar beside the window, only where it is. */
function writeLabel(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  { left, right, middle }: Bar,
  { text, bad }: BarLabel,
): void {
  context.fillStyle = palette.color(bad ? 'stop' : 'text-dim');
  const y = middle + 0.5;
  if (right < 0) return context.fillText('‹', 2, y);
  if (left > size.width) return context.fillText('›', size.width - 10, y);
  const needed = context.measureText(text).width + LABEL_GAP;
  if (right + needed <= size.width || left - needed < 0) context.fillText(text, right + LABEL_GAP, y);
  else context.fillText(text, left - needed, y);
}

/** A part of a bar, in pixels. */
interface Box {
  readonly x: number;
  readonly middle: number;
  readonly width: number;
  readonly height: number;
}

/** Hollow: nothing was done for the call meanwhile. */
function drawQueued(context: CanvasRenderingContext2D, box: Box, color: string): void {
  const { x, middle, width, height } = box;
  hatch(context, box, color, 0.6);
  context.strokeStyle = color;
  context.strokeRect(x + 0.5, middle - height / 2 + 0.5, Math.max(0.5, width - 1), height - 1);
}

/** A dashed line from one try to the next. */
function drawBackoff(context: CanvasRenderingContext2D, { x, middle, width }: Box, color: string): void {
  context.fillStyle = color;
  for (let at = x; at < x + width; at += 6) {
    context.fillRect(at, middle - 1, Math.min(3, x + width - at), 2);
  }
}

/** A small triangle that points at the moment from above the bar. */
function drawMark(context: CanvasRenderingContext2D, palette: Palette, x: number, middle: number): void {
  const tip = middle - BAR / 2 + 1;
  context.fillStyle = palette.color('caution');
  context.beginPath();
  context.moveTo(x - 4, tip - 6);
  context.lineTo(x + 4, tip - 6);
  context.lineTo(x, tip);
  context.fill();
}

function hatch(context: CanvasRenderingContext2D, box: Box, color: string, alpha: number): void {
  const { x, middle, width, height } = box;
  if (width < 6) return;
  context.save();
  context.beginPath();
  context.rect(x, middle - height / 2, width, height);
  context.clip();
  context.beginPath();
  for (let at = x - height; at < x + width; at += 5) {
    context.moveTo(at, middle + height / 2);
    context.lineTo(at + height, middle - height / 2);
  }
  context.globalAlpha = alpha;
  context.strokeStyle = color;
  context.stroke();
  context.restore();
}

export function drawAxis(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  window: TimeWindow,
  tick: (at: number, step: number) => string,
): void {
  const scale = timeScale(window, size.width);
  const { at: times, step } = scale.ticks();
  context.font = palette.font(LABEL_SIZE);
  context.textBaseline = 'middle';
  for (const at of times) {
    const x = Math.round(scale.x(at));
    context.fillStyle = palette.color('line');
    context.fillRect(x, size.height - 4, 1, 4);
    const text = tick(at, step);
    if (x + context.measureText(text).width > size.width) continue;
    context.fillStyle = palette.color('text-dim');
    context.fillText(text, x, size.height / 2 - 1);
  }
}
