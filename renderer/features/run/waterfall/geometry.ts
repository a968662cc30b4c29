import { scaleLinear } from 'd3-scale';
import type { Nanos } from '../../../../core/base/units.ts';
import type { TimeWindow } from './layout.ts';

export const ROW_HEIGHT = 24;
/** Room at the left of the chart, so that a bar at 0 does not touch the labels. */
const LEFT = 8;

/** From time to pixels and back, for a chart `width` pixels wide. */
export interface TimeScale {
  x(at: Nanos): number;
  at(x: number): Nanos;
  ticks(): { readonly at: readonly Nanos[]; readonly step: Nanos };
}

export function timeScale({ from, to }: TimeWindow, width: number): TimeScale {
  const scale = scaleLinear([from, to], [LEFT, Math.max(LEFT + 1, width)]);
  return {
    x: (at) => scale(at),
    at: (x) => scale.invert(x),
    ticks: () => {
      const at = scale.ticks(Math.max(2, Math.floor(width / 110)));
      return { at, step: (at[1] ?? 0) - (at[0] ?? 0) };
    },
  };
}
