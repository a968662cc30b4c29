import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { z } from 'zod';

/** Device-independent pixels, as Electron counts them. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface WindowState {
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

/** Where and how large the window opens; without a place, the system chooses one. */
export interface WindowPlacement {
  readonly bounds: Pick<Rectangle, 'width' | 'height'> & Partial<Rectangle>;
  readonly maximized: boolean;
}

export const MINIMUM_SIZE = { width: 800, height: 500 };
const DEFAULT_PLACEMENT: WindowPlacement = { bounds: { width: 1440, height: 900 }, maximized: false };

const coordinate = z.int().min(-100_000).max(100_000);
const extent = z.int().min(1).max(100_000);
const windowStateSchema = z.object({
  bounds: z.object({ x: coordinate, y: coordinate, width: extent, height: extent }),
  maximized: z.boolean(),
}) satisfies z.ZodType<WindowState>;

/** What was saved, or `undefined`: a lost or damaged file costs the user nothing but the window's place. */
export function loadWindowState(file: string): WindowState | undefined {
  try {
    return windowStateSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
  } catch {
    return undefined;
  }
}

export function saveWindowState(file: string, state: WindowState): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(`${file}.new`, `${JSON.stringify(state)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/** How much of the title bar must be on a display for the window to be taken hold of. */
const HANDLE = { width: 100, height: 40 };

/** The saved place where it can still be reached on one of the displays, cut to that display's work area. */
export function placeWindow(
  state: WindowState | undefined,
  workAreas: readonly Rectangle[],
): WindowPlacement {
  if (!state) return DEFAULT_PLACEMENT;
  const { bounds, maximized } = state;
  for (const area of workAreas) {
    const width = Math.max(MINIMUM_SIZE.width, Math.min(bounds.width, area.width));
    const height = Math.max(MINIMUM_SIZE.height, Math.min(bounds.height, area.height));
    const shared = overlap({ ...bounds, width, height: HANDLE.height }, area);
    if (shared.width < HANDLE.width || shared.height < HANDLE.height) continue;
    return { bounds: { x: bounds.x, y: bounds.y, width, height }, maximized };
  }
  return { ...DEFAULT_PLACEMENT, maximized };
}

function overlap(one: Rectangle, other: Rectangle): { width: number; height: number } {
  const shared = (start: 'x' | 'y', size: 'width' | 'height') =>
    Math.min(one[start] + one[size], other[start] + other[size]) - Math.max(one[start], other[start]);
  return { width: shared('x', 'width'), height: shared('y', 'height') };
}
