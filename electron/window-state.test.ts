import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { loadWindowState, MINIMUM_SIZE, placeWindow, saveWindowState } from './window-state.ts';

const screens = [
  { x: 0, y: 0, width: 1920, height: 1080 },
  { x: 1920, y: 200, width: 1280, height: 720 },
];
const state = { bounds: { x: 2000, y: 300, width: 1000, height: 600 }, maximized: true };

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'signalbox-window-'))));
afterEach(() => rmSync(folder, { recursive: true }));

test('what is saved is found again, and nothing else is left behind', () => {
  const place = join(folder, 'deeper', 'window.json');
  saveWindowState(place, state);
  saveWindowState(place, state);
  expect(loadWindowState(place)).toEqual(state);
  expect(readdirSync(join(place, '..'))).toEqual(['window.json']);
});

test.each([
  '',
  '{',
  'null',
  '[]',
  '{"bounds":{}}',
  '{"bounds":{"x":0,"y":0,"width":-1,"height":1},"maximized":true}',
  '{"bounds":{"x":1e9,"y":0,"width":1,"height":1},"maximized":true}',
  '{"bounds":{"x":0.5,"y":0,"width":1,"height":1},"maximized":true}',
])('a damaged file counts as none: %s', (text) => {
  const place = join(folder, 'window.json');
  writeFileSync(place, text);
  expect(loadWindowState(place)).toBeUndefined();
});

test('no file is no state', () => expect(loadWindowState(join(folder, 'window.json'))).toBeUndefined());

test('a place on a display is kept', () => expect(placeWindow(state, screens)).toEqual(state));

test('a display that is gone leaves the place to the system', () => {
  const { bounds, maximized } = placeWindow(state, screens.slice(0, 1));
  expect([bounds.x, bounds.y, maximized]).toEqual([undefined, undefined, true]);
});

test('a title bar out of reach is not restored', () => {
  const above = { ...state, bounds: { ...state.bounds, x: 100, y: -500 } };
  expect(placeWindow(above, screens).bounds.x).toBeUndefined();
});

test('whatever was saved, the window can be taken hold of', () => {
  const coordinate = fc.integer({ min: -5000, max: 5000 });
  const extent = fc.integer({ min: 1, max: 10_000 });
  const anyBounds = fc.record({ x: coordinate, y: coordinate, width: extent, height: extent });
  fc.assert(
    fc.property(anyBounds, fc.boolean(), (bounds, maximized) => {
      const placed = placeWindow({ bounds, maximized }, screens).bounds;
      expect(placed.width).toBeGreaterThanOrEqual(MINIMUM_SIZE.width);
      expect(placed.height).toBeGreaterThanOrEqual(MINIMUM_SIZE.height);
      const { x, y } = placed;
      if (x === undefined || y === undefined) return;
      const reachable = screens.some(
        (area) =>
          Math.min(x + placed.width, area.x + area.width) - Math.max(x, area.x) >= 100 &&
          y >= area.y &&
          y + 40 <= area.y + area.height,
      );
      expect(reachable).toBe(true);
    }),
  );
});
