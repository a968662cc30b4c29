import { expect, test } from 'vitest';
import { streamFigures } from './stream-figures.ts';

test('pieces, bytes, length and the longest pause', () => {
  expect(
    streamFigures([
      [0, 10],
      [20, 5],
      [120, 1],
      [130, 4],
    ]),
  ).toEqual({
    pieces: 4,
    bytes: 20,
    lasted: 130,
    pause: 100,
  });
});

test('one piece has no pause, and none says nothing', () => {
  expect(streamFigures([[0, 3]])).toMatchObject({ pieces: 1, pause: 0 });
  expect(streamFigures([])).toBeUndefined();
});
