import { expect, test } from 'vitest';
import { onAxis, wholeAxis, windowAround, zoomedAround } from './axis-window.ts';

test('a window stays on the axis and keeps its length', () => {
  expect(onAxis({ from: -30, to: 20 }, 100)).toEqual({ from: 0, to: 50 });
  expect(onAxis({ from: 80, to: 130 }, 100)).toEqual({ from: 52, to: 102 });
  expect(onAxis({ from: -500, to: 500 }, 100)).toEqual(wholeAxis(100));
  expect(wholeAxis(0)).toEqual({ from: 0, to: 1 });
});

test('what is zoomed around stays where it is', () => {
  const { from, to } = zoomedAround({ from: 0, to: 100 }, 20, 0.5, 100);
  expect((20 - from) / (to - from)).toBeCloseTo(0.2);
  expect(to - from).toBeCloseTo(50);
  expect(zoomedAround({ from: 10, to: 90 }, 20, 100, 100)).toEqual(wholeAxis(100));
});

test('there is room beside what is shown', () => {
  expect(windowAround(40, 60, 100)).toEqual({ from: 39, to: 61 });
  expect(windowAround(0, 100, 100)).toEqual(wholeAxis(100));
});
