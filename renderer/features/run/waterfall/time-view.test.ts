import { expect, test } from 'vitest';
import { wholeWindow } from './layout.ts';
import { timeView } from './time-view.ts';

test('at first the whole run is shown, however long it gets', () => {
  const view = timeView();
  expect(view.at(1e9)).toEqual(wholeWindow(1e9));
  expect(view.at(9e9)).toEqual(wholeWindow(9e9));
});

test('a zoomed view that holds the end follows it', () => {
  const view = timeView();
  view.zoom(0.25, 1e9, 1e9);
  const length = view.at(1e9).to - view.at(1e9).from;
  const later = view.at(5e9);
  expect(later.to).toBeGreaterThanOrEqual(5e9);
  expect(later.to - later.from).toBeCloseTo(length);
});

test('a view that was panned into the past stays there', () => {
  const view = timeView();
  view.zoom(0.25, 1e9, 1e9);
  view.pan(-5e8, 1e9);
  const before = view.at(1e9);
  expect(view.at(5e9)).toEqual(before);
});

test('fit and zooming all the way out show the whole again', () => {
  const view = timeView();
  view.zoom(0.1, 5e8, 1e9);
  view.fit();
  expect(view.at(2e9)).toEqual(wholeWindow(2e9));
  view.zoom(0.1, 5e8, 1e9);
  view.zoom(100, 5e8, 1e9);
  expect(view.at(2e9)).toEqual(wholeWindow(2e9));
});

test('a span beside the window is brought into it, and one within it moves nothing', () => {
  const view = timeView();
  view.zoom(0.1, 5e8, 1e9);
  const before = view.at(1e9);
  view.reveal(5e8, 6e8, 1e9);
  expect(view.at(1e9)).toEqual(before);
  view.reveal(1e8, 1.1e8, 1e9);
  expect(view.at(1e9).from).toBeLessThan(1e8);
  expect(view.at(1e9).to).toBeGreaterThan(1.1e8);
});
