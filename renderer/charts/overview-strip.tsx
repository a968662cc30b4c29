import { useRef, useState, type Ref } from 'react';
import { onAxis, wholeAxis, zoomedAround, type AxisWindow } from './axis-window.ts';
import { ChartCanvas } from './chart-canvas.tsx';
import type { ChartHandle, Size } from './chart-props.ts';
import { underPixels, type Density } from './lanes/density.ts';
import type { Palette } from './palette.ts';
import './overview-strip.css';

interface OverviewStripProps {
  readonly handle: Ref<ChartHandle>;
  readonly density: Density;
  /** How far the axis goes. */
  readonly extent: () => number;
  readonly window: () => AxisWindow;
  readonly onWindow: (window: AxisWindow) => void;
  /** What it is, and what its keys do. */
  readonly label: string;
}

/** So near an edge of the window, in pixels, a drag moves the edge. */
const EDGE = 6;
const ERROR_HEIGHT = 4;

type Grip = 'left' | 'right' | 'window' | 'outside';

/** The whole of an axis in one strip: how much goes on, where something failed, and the window, which can be dragged. */
export function OverviewStrip({ handle, density, extent, window, onWindow, label }: OverviewStripProps) {
  const surface = useRef<HTMLDivElement>(null);
  const [picture] = useState(() => new StripPicture());
  const dragging = useRef<{ readonly from: number; readonly grip: Grip; x: number }>(undefined);
  const toAxis = (pixels: number, { width }: Size) => (pixels / width) * wholeAxis(extent()).to;
  const gripAt = (x: number, size: Size): Grip => {
    const { from, to } = window();
    const [left, right] = [from, to].map((at) => (at / wholeAxis(extent()).to) * size.width) as [
      number,
      number,
    ];
    if (to - from >= wholeAxis(extent()).to) return 'outside';
    if (Math.abs(x - left) <= EDGE) return 'left';
    if (Math.abs(x - right) <= EDGE) return 'right';
    return x > left && x < right ? 'window' : 'outside';
  };
  const drag = (pixels: number, size: Size, from: number | undefined) => {
    const { from: left, to: right } = window();
    const by = toAxis(pixels, size);
    if (from === undefined) return onWindow(onAxis({ from: left - by, to: right - by }, extent()));
    if (dragging.current?.from !== from) dragging.current = { from, grip: gripAt(from, size), x: from };
    const state = dragging.current;
    state.x += pixels;
    if (state.grip === 'window') return onWindow(onAxis({ from: left + by, to: right + by }, extent()));
    const [fixed, moved] =
      state.grip === 'outside'
        ? [toAxis(from, size), toAxis(state.x, size)]
        : state.grip === 'left'
          ? [right, left + by]
          : [left, right + by];
    onWindow(onAxis({ from: Math.min(fixed, moved), to: Math.max(fixed, moved) }, extent()));
  };
  return (
    <div ref={surface} className="overview-strip" role="group" aria-label={label} tabIndex={0}>
      <ChartCanvas
        handle={handle}
        surface={surface}
        draw={(context, size, palette) => {
          const whole = wholeAxis(extent()).to;
          context.drawImage(picture.of(size, palette, density, whole), 0, 0, size.width, size.height);
          drawWindow(context, size, palette, window(), whole);
        }}
        onDrag={(pixels, size, { from }) => drag(pixels, size, from)}
        onZoom={(factor, x, size) => {
          const { from, to } = window();
          const at = Math.max(from, Math.min(to, toAxis(x, size)));
          onWindow(zoomedAround(window(), at, factor, extent()));
        }}
      />
    </div>
  );
}

/** The strip without its window: drawn when there is something new, and copied in every other frame. */
class StripPicture {
  private picture:
    { readonly key: string; readonly density: Density; readonly canvas: OffscreenCanvas } | undefined;

  of(size: Size, palette: Palette, density: Density, whole: number): OffscreenCanvas {
    const [begun, failed] = [palette.color('seg-generating'), palette.color('seg-failed')];
    const key = [size.width, size.height, devicePixelRatio, whole, begun, failed].join(' ');
    if (this.picture?.key !== key || this.picture.density !== density) {
      const canvas = new OffscreenCanvas(
        Math.max(1, Math.round(size.width * devicePixelRatio)),
        Math.max(1, Math.round(size.height * devicePixelRatio)),
      );
      drawDensity(canvas, { begun, failed }, density, whole);
      this.picture = { key, density, canvas };
    }
    return this.picture.canvas;
  }
}

function drawDensity(
  canvas: OffscreenCanvas,
  colors: { readonly begun: string; readonly failed: string },
  density: Density,
  whole: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) throw new Error('this browser has no canvas');
  const { width, height } = canvas;
  const errorHeight = ERROR_HEIGHT * devicePixelRatio;
  const begun = underPixels(density.begun, density.to, whole, width);
  const failed = underPixels(density.failed, density.to, whole, width);
  const most = begun.reduce((one, other) => Math.max(one, other), 0);
  context.fillStyle = colors.begun;
  for (const [x, count] of begun.entries()) {
    if (count === 0) continue;
    // The root, so that a single span beside a thousand is still seen.
    const bar = Math.max(1, Math.sqrt(count / most) * (height - errorHeight - 2));
    context.fillRect(x, height - bar, 1, bar);
  }
  // Along the upper edge, where nothing else is: not by the colour alone.
  context.fillStyle = colors.failed;
  for (const [x, count] of failed.entries()) if (count > 0) context.fillRect(x, 0, 1, errorHeight);
}

function drawWindow(
  context: CanvasRenderingContext2D,
  size: Size,
  palette: Palette,
  window: AxisWindow,
  whole: number,
): void {
  const [left, right] = [(window.from / whole) * size.width, (window.to / whole) * size.width];
  context.globalAlpha = 0.7;
  context.fillStyle = palette.color('bg');
  context.fillRect(0, 0, left, size.height);
  context.fillRect(right, 0, size.width - right, size.height);
  context.globalAlpha = 1;
  context.fillStyle = palette.color('text-dim');
  context.fillRect(Math.max(0, left), 0, 1, size.height);
  context.fillRect(Math.min(size.width, right) - 1, 0, 1, size.height);
}
