import type { Nanos } from '../../../../core/base/units.ts';
import { followEnd, panTo, wholeWindow, zoomAround, type TimeWindow } from './layout.ts';

/**
 * Which part of the run's time is shown. Lives in a ref: it changes with every frame of a gesture, and nothing
 * but the canvas needs to know.
 */
export interface TimeView {
  /** The window on the screen when the run has come as far as `end`. */
  at(end: Nanos): TimeWindow;
  zoom(factor: number, around: Nanos, end: Nanos): void;
  pan(by: Nanos, end: Nanos): void;
  /** Moves, if it must, to where a span from `from` to `to` can be seen. */
  reveal(from: Nanos, to: Nanos, end: Nanos): void;
  fit(): void;
}

export function timeView(): TimeView {
  /** `undefined` shows the whole run, however long it gets. */
  let chosen: TimeWindow | undefined;
  let following = false;
  const choose = (window: TimeWindow, end: Nanos) => {
    const whole = wholeWindow(end);
    chosen = window.to - window.from >= whole.to ? undefined : window;
    following = window.to >= end;
  };
  const at = (end: Nanos): TimeWindow => {
    if (!chosen) return wholeWindow(end);
    if (following && end > chosen.to) chosen = followEnd(chosen, end);
    return chosen;
  };
  return {
    at,
    zoom: (factor, around, end) => choose(zoomAround(at(end), around, factor, end), end),
    pan: (by, end) => {
      const { from, to } = at(end);
      choose(panTo({ from: from + by, to: to + by }, end), end);
    },
    reveal: (from, to, end) => {
      const window = at(end);
      if (to >= window.from && from <= window.to) return;
      const length = window.to - window.from;
      choose(panTo({ from: from - length / 5, to: from + (length * 4) / 5 }, end), end);
    },
    fit: () => void (chosen = undefined),
  };
}
