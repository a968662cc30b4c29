import fc from 'fast-check';
import { expect, test } from 'vitest';
import { laneCount } from '../lanes/lanes.ts';
import { plainSpans } from '../lanes/plain-spans.ts';
import { sampleSource, type SampleSpan } from '../lanes/sample-source.ts';
import { byDepth } from './by-depth.ts';
import { leftHeavy } from './left-heavy.ts';
import { namesOf, ownWeights, type Weight } from './weights.ts';

function aggregated(spans: readonly SampleSpan[], weight: Weight = 'time', now = 100, seq?: number) {
  const source = sampleSource(spans);
  const { parent, tone } = plainSpans(source, seq);
  const { lanes, nodes, total } = leftHeavy({
    parent,
    tone,
    name: namesOf(source),
    own: ownWeights(source, weight, now, seq),
  });
  const boxes = Array.from({ length: laneCount(lanes) }, (_, lane) =>
    Array.from(lanes.subject.subarray(lanes.offsets[lane], lanes.offsets[lane + 1]), (node, at) => {
      const box = lanes.offsets[lane]! + at;
      return `${source.dictionary[nodes.name[node]!]} ${lanes.start[box]}-${lanes.end[box]} ×${nodes.spans[node]}`;
    }).join(', '),
  );
  return { boxes, total };
}

const span = (name: string, start: number, end: number, parent?: number): SampleSpan => ({
  name,
  start,
  end,
  ...(parent !== undefined && { parent }),
});

test('spans of one path are one, the heaviest first', () => {
  const { boxes } = aggregated([
    span('run', 0, 100),
    span('search', 0, 10, 0),
    span('chat', 10, 40, 0),
    span('search', 50, 55, 0),
    span('chat', 60, 70, 0),
    span('try', 12, 30, 2),
    span('try', 60, 65, 4),
  ]);
  expect(boxes).toEqual(['run 0-100 ×1', 'chat 0-40 ×2, search 40-55 ×2', 'try 0-23 ×2']);
});

test('what failed stands apart from what did not', () => {
  const failed: SampleSpan = { ...span('chat', 40, 50, 0), status: 'error' };
  expect(aggregated([span('run', 0, 100), span('chat', 0, 30, 0), failed]).boxes[1]).toBe(
    'chat 0-30 ×1, chat 30-40 ×1',
  );
});

test('children side by side weigh more than the time of their parent', () => {
  const { boxes, total } = aggregated([span('run', 0, 10), span('one', 0, 10, 0), span('two', 0, 8, 0)]);
  expect(boxes).toEqual(['run 0-18 ×1', 'one 0-10 ×1, two 10-18 ×1']);
  expect(total).toBe(18);
});

test('tokens that a parent sums up are not counted twice; what has not ended lasts until now', () => {
  const [run, chat] = [span('run', 0, 10), span('chat', 0, 10, 0)];
  expect(
    aggregated(
      [
        { ...run, tokens: 30 },
        { ...chat, tokens: 10 },
        { ...chat, tokens: 20 },
      ],
      'tokens',
    ).total,
  ).toBe(30);
  expect(aggregated([{ ...run, cost: 0.5 }, { ...chat, cost: 2 }, chat], 'cost').total).toBe(2);
  expect(aggregated([{ name: 'run', start: 40 }], 'time', 100).total).toBe(60);
});

test('after an event, what began later weighs nothing and what ended later lasts until then', () => {
  const run: SampleSpan = { ...span('run', 0, 90), startSeq: 1, endSeq: 9 };
  const chat: SampleSpan = { ...span('chat', 10, 40, 0), startSeq: 2, endSeq: 5 };
  const early: SampleSpan = { ...span('early', 10, 20, 3), startSeq: 3, endSeq: 3 };
  const late: SampleSpan = { ...span('late', 5, 30, 0), startSeq: 7, endSeq: 7 };
  expect(aggregated([run, chat, early, late], 'time', 30, 4).boxes).toEqual([
    'run 0-30 ×1, early 30-40 ×1',
    'chat 0-20 ×1',
  ]);
});

test('whatever hangs from whatever has one depth more, and a circle is cut', () => {
  const tree = fc.array(fc.integer({ min: -1, max: 60 }), { maxLength: 60 });
  fc.assert(
    fc.property(tree, (given) => {
      const parent = Int32Array.from(given, (above) => (above < given.length ? above : -1));
      const { order, depths } = byDepth(parent);
      expect([...order].toSorted((one, other) => one - other)).toEqual(given.map((_, at) => at));
      const depthOf = new Map<number, number>([[-1, -1]]);
      let [level, left] = [0, depths[0] ?? 0];
      for (const at of order) {
        while (left === 0) left = depths[++level]!;
        left -= 1;
        expect(depthOf.get(parent[at]!)).toBe(level - 1);
        depthOf.set(at, level);
      }
    }),
  );
});
