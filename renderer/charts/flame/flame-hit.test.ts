import { expect, test } from 'vitest';
import { packLanes } from '../lanes/pack-lanes.ts';
import { plainSpans } from '../lanes/plain-spans.ts';
import { sampleSource } from '../lanes/sample-source.ts';
import { statusOfTone } from '../lanes/tone.ts';
import { hitFlame } from './flame-hit.ts';

const crowd = Array.from({ length: 100 }, (_, index) => ({
  start: 500 + index / 100,
  end: 500 + index / 100 + 0.005,
  parent: 0,
  status: index === 60 ? ('error' as const) : ('ok' as const),
}));
const lanes = packLanes(
  plainSpans(sampleSource([{ start: 0, end: 1000 }, { start: 100, end: 200, parent: 0 }, ...crowd])),
);
const at = (x: number, y: number) => {
  const hit = hitFlame(lanes, { window: { from: 0, to: 1000 }, top: 0, now: 1000 }, x, y, 1000);
  return hit && { subject: lanes.subject[hit.box], several: hit.several, worst: statusOfTone(hit.worst) };
};

test('a point is on the box that it lies in, in its lane', () => {
  expect(at(150, 10)).toEqual({ subject: 0, several: 1, worst: 'ok' });
  expect(at(150, 30)).toEqual({ subject: 1, several: 1, worst: 'ok' });
  expect(at(300, 30)).toBeUndefined();
  expect(at(150, 50)).toBeUndefined();
  expect(at(150, -5)).toBeUndefined();
});

test('of a crowd in one pixel it is on one of the worst', () => {
  expect(at(501, 30)).toEqual({ subject: 62, several: 100, worst: 'error' });
});
