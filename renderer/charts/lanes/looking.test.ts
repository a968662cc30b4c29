import { expect, test } from 'vitest';
import { densityOf, underPixels } from './density.ts';
import { FOUND, highlighted } from './highlight.ts';
import { longestBoxes } from './longest-boxes.ts';
import { detailed, lanesFor } from './level-of-detail.ts';
import { packLanes } from './pack-lanes.ts';
import { plainSpans } from './plain-spans.ts';
import { sampleSource, type SampleSpan } from './sample-source.ts';
import { isError, statusOfTone } from './tone.ts';

const pack = (...spans: SampleSpan[]) => packLanes(plainSpans(sampleSource(spans)));

test('the density counts what begins and what failed, wherever it is', () => {
  const { to, begun, failed } = densityOf(
    pack({ start: 0, end: 100 }, { start: 50, end: 60, status: 'error' }, { start: 50.01, end: 55 }),
  );
  expect(to).toBe(100);
  expect([begun[0], begun[1024], failed[0], failed[1024]]).toEqual([1, 2, 0, 1]);
  expect(begun.reduce((one, other) => one + other)).toBe(3);
});

test('under pixels nothing of a density is lost, however wide they are', () => {
  const steps = Uint32Array.from({ length: 2048 }, (_, step) => step % 7);
  const sum = steps.reduce((one, other) => one + other);
  for (const width of [3, 100, 2048, 5000]) {
    const under = underPixels(steps, 100, 100, width);
    expect(under.reduce((one, other) => one + other)).toBeCloseTo(sum, 5);
  }
  // An axis that goes on further: what is counted lies in its first half.
  expect([...underPixels(Uint32Array.of(4, 4), 50, 100, 4)]).toEqual([4, 4, 0, 0]);
  expect([...underPixels(Uint32Array.of(1), 0, 100, 2)]).toEqual([0, 0]);
});

test('what was looked for is seen in any crowd, at every level', () => {
  const spans = Array.from({ length: 20_000 }, (_, index): SampleSpan => {
    return { start: index, end: index + 0.5, status: index === 7 ? 'error' : 'ok' };
  });
  const lanes = highlighted(detailed(pack(...spans)), (subject) => subject === 12_345);
  const coarse = lanesFor(lanes, 1000);
  expect(coarse.start.length).toBeLessThan(5_000);
  for (const level of [lanes.finest, coarse]) {
    const found = [...level.tones[0]!].flatMap((tone, box) => (tone >= FOUND ? [box] : []));
    expect(found).toHaveLength(1);
    const [box = 0] = found;
    expect(level.start[box]).toBeLessThanOrEqual(12_345);
    expect(level.end[box]).toBeGreaterThan(12_345);
    expect(statusOfTone(level.tones[0]![box]!)).toBe('ok');
    expect([...level.tones[0]!].filter(isError)).toHaveLength(1);
  }
});

test('the longest boxes come first, of equals the first', () => {
  const lanes = pack(
    { start: 0, end: 5 },
    { start: 10, end: 30 },
    { start: 40, end: 45 },
    { start: 50, end: 59 },
  );
  expect(longestBoxes(lanes, 3).map((box) => lanes.subject[box])).toEqual([1, 3, 0]);
  expect(longestBoxes(lanes, 9)).toHaveLength(4);
});
