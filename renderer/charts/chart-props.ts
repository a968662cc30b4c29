import type { ReactNode, Ref, RefObject } from 'react';
import type { Palette } from './palette.ts';

/** CSS pixels. */
export interface Size {
  readonly width: number;
  readonly height: number;
}

export interface ChartHandle {
  /** Draws with the next frame; any number of wishes is one drawing. */
  invalidate(): void;
}

/** The rest of what is known of a drag. */
export interface Drag {
  /** Downwards. */
  readonly vertical: number;
  /** Where it began; `undefined` where a key or the wheel moves. */
  readonly from: number | undefined;
}

export interface ChartProps<Mark> {
  readonly handle?: Ref<ChartHandle>;
  readonly draw: (context: CanvasRenderingContext2D, size: Size, palette: Palette) => void;
  /** Whose pointer events are the chart's, where other elements lie over or under it; else the canvas itself. */
  readonly surface?: RefObject<HTMLElement | null>;
  readonly hitTest?: (x: number, y: number, size: Size) => Mark | undefined;
  /** Dragged by so many pixels, from `x`, where the pointer went down. */
  readonly onDrag?: (pixels: number, size: Size, drag: Drag) => void;
  readonly onClick?: (mark: Mark) => void;
  readonly onDoubleClick?: (mark: Mark) => void;
  /** The wheel with Ctrl or Cmd held, or a pinch: below 1 is closer, at `x`. */
  readonly onZoom?: (factor: number, x: number, size: Size) => void;
  readonly tooltip?: (mark: Mark) => ReactNode;
  /** The arrow keys, where they do not move the window: to the mark beside, above or below. */
  readonly onStep?: (key: StepKey) => void;
}

export const STEP_KEYS = [
  'ArrowLeft',
  'ArrowRight',
  'ArrowUp',
  'ArrowDown',
  'Home',
  'End',
  'Enter',
  'Escape',
] as const;
export type StepKey = (typeof STEP_KEYS)[number];
