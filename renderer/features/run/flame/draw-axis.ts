import { scaleLinear } from 'd3-scale';
import type { AxisWindow } from '../../../charts/axis-window.ts';
import type { Size } from '../../../charts/chart-props.ts';
import type { Palette } from '../../../charts/palette.ts';

const LABEL_SIZE = 11;

/** Ticks of time; of another axis, shares of what is shown say nothing, so it has lines only. */
export function drawFlameAxis(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  { from, to }: AxisWindow,
  tick: ((at: number, step: number) => string) | undefined,
): void {
  const scale = scaleLinear([from, to], [0, size.width]);
  const ticks = scale.ticks(Math.max(2, Math.floor(size.width / 110)));
  const step = (ticks[1] ?? 0) - (ticks[0] ?? 0);
  context.font = palette.font(LABEL_SIZE);
  context.textBaseline = 'middle';
  for (const at of ticks) {
    const x = Math.round(scale(at));
    context.fillStyle = palette.color('line-strong');
    context.fillRect(x, 0, 1, size.height);
    const text = tick?.(at, step);
    if (text === undefined || x + 4 + context.measureText(text).width > size.width) continue;
    context.fillStyle = palette.color('text-dim');
    context.fillText(text, x + 4, size.height / 2);
  }
}
