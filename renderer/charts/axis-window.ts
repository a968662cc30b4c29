/** A stretch of an axis that begins at 0: what is on the screen of it. */
export interface AxisWindow {
  readonly from: number;
  readonly to: number;
}

/** So much of the axis is left at the right, that an end can be seen as one. */
const ROOM = 1.02;
/** The closest one can come, as a part of the whole. */
const CLOSEST = 1e-9;

export function wholeAxis(extent: number): AxisWindow {
  return { from: 0, to: extent > 0 ? extent * ROOM : 1 };
}

/** Moved, and where it must be shortened, to lie on the axis. */
export function onAxis({ from, to }: AxisWindow, extent: number): AxisWindow {
  const whole = wholeAxis(extent);
  const length = Math.min(whole.to, Math.max(to - from, whole.to * CLOSEST));
  const start = Math.max(0, Math.min(from, whole.to - length));
  return { from: start, to: start + length };
}

/** Scaled by `factor` (below 1: closer), so that `at` stays where it is on the screen. */
export function zoomedAround(window: AxisWindow, at: number, factor: number, extent: number): AxisWindow {
  const whole = wholeAxis(extent);
  const length = window.to - window.from;
  const wanted = Math.min(whole.to, Math.max(length * factor, whole.to * CLOSEST));
  const from = at - ((at - window.from) / length) * wanted;
  return onAxis({ from, to: from + wanted }, extent);
}

/** With room around what is looked at. */
export function windowAround(from: number, to: number, extent: number): AxisWindow {
  const room = Math.max((to - from) * 0.05, extent * CLOSEST);
  return onAxis({ from: from - room, to: to + room }, extent);
}
