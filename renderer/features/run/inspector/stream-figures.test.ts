import { expect, test } from 'vitest';
import { callSpan } from '../sample-spans.ts';
import { streamFigures, tokensPerSecond } from './stream-figures.ts';

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

test('tokens a second are those of the time after the first one', () => {
  const times = { startedAt: 0, firstTokenAt: 1e9, endedAt: 3e9 };
  expect(tokensPerSecond(callSpan({ ...times, usage: { input: 500, output: 50 } }))).toBe(25);
  expect(tokensPerSecond(callSpan(times))).toBeUndefined();
  const atOnce = { ...times, endedAt: 1e9, usage: { input: 1, output: 1 } };
  expect(tokensPerSecond(callSpan(atOnce))).toBeUndefined();
});
