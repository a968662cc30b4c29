import type { Nanos } from '../../../../core/base/units.ts';
import type { Fallback } from '../../../../core/journal/run-state.ts';
import { ROW_HEIGHT, timeScale } from './geometry.ts';
import { fallbacksOf, segmentsOf, type Segment, type TimeWindow } from './layout.ts';
import type { Row } from './rows.ts';

export interface Hit {
  readonly row: Row;
  /** What the span did at that moment; absent beside its bar. */
  readonly segment: Segment | undefined;
  /** Whose mark lies there. */
  readonly fallback: Fallback | undefined;
}

export interface Scene {
  readonly rows: number;
  readonly rowAt: (index: number) => Row;
  /** Distance of the canvas' upper edge from the first row's, in pixels. */
  readonly top: number;
  readonly window: TimeWindow;
  readonly now: Nanos;
  /** Nothing later is shown. */
  readonly playhead: Nanos | undefined;
}

/** A bar may be thinner than a pointer: this much beside it counts as on it. */
const SLACK = 3;

export function hitTest(scene: Scene, x: number, y: number, width: number): Hit | undefined {
  const index = Math.floor((scene.top + y) / ROW_HEIGHT);
  if (index < 0 || index >= scene.rows) return undefined;
  const row = scene.rowAt(index);
  const scale = timeScale(scene.window, width);
  const segment = segmentsOf(row, scene.now).findLast(
    ({ from, to }) => x >= scale.x(from) - SLACK && x <= scale.x(to) + SLACK,
  );
  const fallback = fallbacksOf(row).findLast(({ at }) => Math.abs(x - scale.x(at)) <= SLACK);
  return { row, segment, fallback };
}
