import { expect, test } from 'vitest';
import { laneCount } from '../lanes/lanes.ts';
import { sampleSource, type SampleSpan } from '../lanes/sample-source.ts';
import { flameInput, flameModel, memoryOfInput, memoryOfModel } from './flame-model.ts';

const source = sampleSource([
  { name: 'run', start: 0, end: 9_000 },
  ...Array.from({ length: 5_000 }, (_, index): SampleSpan => {
    return { name: `step ${index % 3}`, start: index, end: index + 0.5, parent: 0, tokens: 2 };
  }),
]);

test.each(['time', 'heavy'] as const)(
  'a flame by %s goes to another thread and back without a copy',
  (order) => {
    const input = flameInput(source, { order, weight: 'tokens', now: 9_000 });
    const sent = structuredClone(input, { transfer: memoryOfInput(input) });
    expect(Object.values(input.spans).map((column: Uint8Array) => column.length)).toEqual([0, 0, 0, 0]);
    const model = flameModel(sent);
    const lanes = laneCount(model.lanes.finest);
    const received = structuredClone(model, { transfer: memoryOfModel(model) });
    expect(laneCount(received.lanes.finest)).toBe(lanes);
    const left = [model.lanes.finest, ...model.lanes.coarser.map((level) => level.lanes)];
    for (const { start, end, subject, tones } of left)
      expect([start, end, subject, ...tones].every(({ length }) => length === 0)).toBe(true);
  },
);

test('the columns that a flame is made of stay where they are', () => {
  flameModel(flameInput(source, { order: 'time', weight: 'time', now: 9_000 }));
  expect(source.chunks[0]!.start[1]).toBe(0);
  expect(source.chunks[0]!.parent[1]).toBe(0);
  const heavy = flameModel(flameInput(source, { order: 'heavy', weight: 'tokens', now: 9_000 }));
  expect(heavy).toMatchObject({ order: 'heavy', weight: 'tokens', total: 10_000 });
});
