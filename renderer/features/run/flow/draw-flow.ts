import { curveBumpX, line } from 'd3-shape';
import type { Size } from '../../../charts/chart-props.ts';
import type { Palette } from '../../../charts/palette.ts';
import type { Viewport } from '../../../graph/pan-zoom.ts';
import { NODE_HEIGHT, NODE_WIDTH, type PlacedEdge, type PlacedFlow, type PlacedNode } from './flow-places.ts';

export interface FlowScene {
  readonly flow: PlacedFlow;
  readonly viewport: Viewport;
  /** Nodes are boxes here, since there are too many of them, or they are too small, to be elements. */
  readonly boxes: readonly PlacedNode[];
  /** The node whose edges stand out; -1 for none. */
  readonly active: number;
  /** For what moves along the edges of open calls: 0 to 1, or `undefined` where nothing is to move. */
  readonly phase: number | undefined;
}

const ARROW = 5;
const FAINT = 0.28;

/** Edges from side to side, as wide as what flows along them; those with failures have a cross, those with open calls a dot. */
export function drawFlow(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  scene: FlowScene,
): void {
  const { flow, viewport, boxes, active, phase } = scene;
  const { left, top, scale } = viewport;
  const place = ([x, y]: readonly [number, number]) => [x * scale + left, y * scale + top] as const;
  const colors = {
    calm: palette.color('text-faint'),
    open: palette.color('hold'),
    failed: palette.color('stop'),
  };
  const curve = line().curve(curveBumpX).context(context);
  for (const edge of flow.edges) {
    const points = edge.points.map(place);
    if (!isSeen(points, size)) continue;
    const isOthers = active >= 0 && edge.from !== active && edge.to !== active;
    context.globalAlpha = isOthers ? FAINT : 1;
    context.strokeStyle = context.fillStyle = colorOf(edge, colors);
    context.lineWidth = Math.max(0.75, widthOf(edge) * Math.min(1, scale));
    context.beginPath();
    curve(points.map(([x, y]) => [x, y]));
    context.stroke();
    if (scale < 0.2) continue;
    drawArrow(context, points.at(-1)!, points.at(-2)!, Math.max(ARROW, context.lineWidth + 2));
    if (edge.open > 0) drawDot(context, pointAlong(points, phase ?? 0.5));
    if (edge.errors > 0) drawCross(context, pointAlong(points, 0.5), colors.failed);
  }
  context.globalAlpha = 1;
  for (const node of boxes) drawBox(context, palette, node, viewport);
}

function colorOf(
  { errors, open, spans }: PlacedEdge,
  colors: Record<'calm' | 'open' | 'failed', string>,
): string {
  if (open > 0) return colors.open;
  return errors > 0 && errors * 2 >= spans ? colors.failed : colors.calm;
}

/** CSS pixels: one, and another one and a half for each time that ten times as much has flowed. */
function widthOf({ spans }: PlacedEdge): number {
  return Math.min(8, 1 + Math.log10(Math.max(1, spans)) * 1.5);
}

function isSeen(points: readonly (readonly [x: number, y: number])[], { width, height }: Size): boolean {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return (
    Math.max(...xs) >= 0 && Math.min(...xs) <= width && Math.max(...ys) >= 0 && Math.min(...ys) <= height
  );
}

/** A point of the line, at a share of the way between its ends: on the curve of the piece that it is in. */
function pointAlong(
  points: readonly (readonly [x: number, y: number])[],
  share: number,
): readonly [number, number] {
  const pieces = points.length - 1;
  const piece = Math.min(pieces - 1, Math.floor(share * pieces));
  const t = share * pieces - piece;
  const [[x0, y0], [x1, y1]] = [points[piece]!, points[piece + 1]!];
  // The curve of d3's bumpX: control points half-way across, at the heights of the ends.
  const bend = (x0 + x1) / 2;
  const cubic = (a: number, b: number, c: number, d: number) =>
    (1 - t) ** 3 * a + 3 * (1 - t) ** 2 * t * b + 3 * (1 - t) * t ** 2 * c + t ** 3 * d;
  return [cubic(x0, bend, bend, x1), cubic(y0, y0, y1, y1)];
}

function drawArrow(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  [from]: readonly [number, number],
  size: number,
): void {
  const back = from < x ? -size : size;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x + back * 1.4, y - size * 0.8);
  context.lineTo(x + back * 1.4, y + size * 0.8);
  context.fill();
}

function drawCross(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  color: string,
): void {
  context.strokeStyle = color;
  context.lineWidth = 2;
  context.beginPath();
  context.moveTo(x - 4, y - 4);
  context.lineTo(x + 4, y + 4);
  context.moveTo(x + 4, y - 4);
  context.lineTo(x - 4, y + 4);
  context.stroke();
}

function drawDot(context: CanvasRenderingContext2D, [x, y]: readonly [number, number]): void {
  context.beginPath();
  context.arc(x, y, 4, 0, 2 * Math.PI);
  context.fill();
}

function drawBox(
  context: CanvasRenderingContext2D,
  palette: Palette,
  { x, y, errors, open }: PlacedNode,
  { left, top, scale }: Viewport,
): void {
  const [width, height] = [Math.max(2, NODE_WIDTH * scale), Math.max(2, NODE_HEIGHT * scale)];
  context.fillStyle = palette.color(open > 0 ? 'hold' : 'raise');
  context.strokeStyle = palette.color(errors > 0 ? 'stop' : 'line-strong');
  context.lineWidth = errors > 0 ? 2 : 1;
  context.fillRect(x * scale + left, y * scale + top, width, height);
  context.strokeRect(x * scale + left, y * scale + top, width, height);
}
