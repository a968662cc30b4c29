import { expect, test } from 'vitest';
import { packLanes } from '../../../charts/lanes/pack-lanes.ts';
import { plainSpans } from '../../../charts/lanes/plain-spans.ts';
import { sampleSource } from '../../../charts/lanes/sample-source.ts';
import type { StepKey } from '../../../charts/chart-props.ts';
import { stepFrom } from './step.ts';

const source = sampleSource([
  { start: 0, end: 100 },
  { start: 10, end: 40, parent: 0 },
  { start: 50, end: 90, parent: 0 },
  { start: 60, end: 70, parent: 2 },
]);
const lanes = packLanes(plainSpans(source));
const parentOf = (subject: number) => source.chunks[0]!.parent[subject]!;
const step = (subject: number | undefined, key: StepKey) => {
  const box = stepFrom(
    lanes,
    subject === undefined ? undefined : lanes.subject.indexOf(subject),
    key,
    parentOf,
  );
  return box === undefined ? undefined : lanes.subject[box];
};

test('arrow keys lead beside, to the parent and to the first child', () => {
  expect(step(1, 'ArrowRight')).toBe(2);
  expect(step(2, 'ArrowRight')).toBeUndefined();
  expect(step(2, 'ArrowLeft')).toBe(1);
  expect(step(1, 'ArrowLeft')).toBeUndefined();
  expect(step(3, 'ArrowUp')).toBe(2);
  expect(step(0, 'ArrowUp')).toBeUndefined();
  expect(step(2, 'ArrowDown')).toBe(3);
  expect(step(1, 'ArrowDown')).toBeUndefined();
});

test('the first step is onto the first box; Home and End stay in the lane', () => {
  expect(step(undefined, 'ArrowDown')).toBe(0);
  expect(step(2, 'Home')).toBe(1);
  expect(step(1, 'End')).toBe(2);
  expect(stepFrom(packLanes(plainSpans(sampleSource([]))), undefined, 'End', parentOf)).toBeUndefined();
});
